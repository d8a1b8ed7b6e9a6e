"""Recordings as small as they can be, written byte by byte."""

from __future__ import annotations


def an_ogg_page(packet: bytes, *, first: bool = False, stream: int = 1) -> bytes:
    """A page with one packet of less than 255 bytes; its checksum is not looked at."""
    head = b"OggS\x00" + (b"\x02" if first else b"\x00") + bytes(8) + stream.to_bytes(4, "little") + bytes(8)
    return head + bytes([1, len(packet)]) + packet


def a_box(kind: bytes, content: bytes) -> bytes:
    """A box of an MP4 file."""
    return (8 + len(content)).to_bytes(4) + kind + content


OGG_OPUS = (
    an_ogg_page(b"OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00", first=True)
    + an_ogg_page(b"OpusTags" + bytes(8))
    + an_ogg_page(bytes(100))
)
MP3 = (b"\xff\xfb\x90\x00" + bytes(413)) * 4
"""Frames of MPEG 1, layer III, 128 kbit/s, 44.1 kHz."""
_HANDLER = a_box(b"hdlr", bytes(8) + b"soun" + bytes(13))
_ENTRIES = a_box(b"stsd", bytes(4) + (1).to_bytes(4) + a_box(b"mp4a", bytes(28)))
_TRACK = a_box(b"trak", a_box(b"mdia", _HANDLER + a_box(b"minf", a_box(b"stbl", _ENTRIES))))
M4A = a_box(b"ftyp", b"M4A \x00\x00\x00\x00isom") + a_box(b"moov", _TRACK) + a_box(b"mdat", bytes(64))
