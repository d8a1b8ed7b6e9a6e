"""What a recording of a text may be: one track of sound as Ogg Opus, MP3 or M4A, and nothing else in the file.

Told by content, never by name or by what a browser says. The whole file is walked from piece to piece, so nothing can
stand before, between or behind what is played. Wrong alarms are wanted rather than missed ones.

Sources: RFC 3533 and RFC 7845 (Ogg, Opus), ISO/IEC 11172-3 and 13818-3 (MP3), ID3v2.4 section 3.1 (its tag),
ISO/IEC 14496-12 (M4A).
"""

from collections.abc import Iterator
from typing import Final

MOST_BYTES: Final = 3 * 1024 * 1024
"""So that it fits into one message of the services: a quarter of an hour as Opus, six minutes as MP3 of 64 kbit/s."""

NOT_A_RECORDING: Final = "not-a-recording"
TOO_LARGE: Final = "recording-too-large"

_PAGE, _PAGE_HEAD = b"OggS", 27
_FIRST_PAGE = 0x02
_BIT_RATES: Final = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second of MPEG 1, and of MPEG 2 and 2.5, layer III."""
_SAMPLE_RATES: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""By the version bits."""
_LEAST_FRAMES = 3
_OLD_TAG, _OLD_TAG_BYTES = b"TAG", 128
_BOXES: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"})
_NESTED: Final = frozenset({b"trak", b"mdia", b"minf", b"stbl"})


class RecordingRefused(Exception):
    """It is no recording that is kept; `rule` is the word for why."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def media_type_of(recording: bytes) -> str:
    """The media type of a recording; raises RecordingRefused."""
    if len(recording) > MOST_BYTES:
        raise RecordingRefused(TOO_LARGE)
    if _is_ogg_opus(recording):
        return "audio/ogg"
    if _is_mp3(recording):
        return "audio/mpeg"
    if _is_m4a(recording):
        return "audio/mp4"
    raise RecordingRefused(NOT_A_RECORDING)


def _is_ogg_opus(content: bytes) -> bool:
    """Pages of one stream from the first byte to the last, and the stream begins as Opus."""
    at, stream, pages = 0, b"", 0
    while at < len(content):
        head = content[at : at + _PAGE_HEAD]
        if len(head) < _PAGE_HEAD or not head.startswith(_PAGE) or head[4] != 0:
            return False
        lacing = content[at + _PAGE_HEAD : at + _PAGE_HEAD + head[26]]
        body = at + _PAGE_HEAD + head[26]
        if pages == 0:
            stream = head[14:18]
            if not head[5] & _FIRST_PAGE or content[body : body + 8] != b"OpusHead":
                return False
        elif head[14:18] != stream or head[5] & _FIRST_PAGE:
            return False
        at, pages = body + sum(lacing), pages + 1
    return at == len(content) and pages > 1


def _is_mp3(content: bytes) -> bool:
    """Frames from the tag, or the first byte, to the last byte or the old tag."""
    at, end, frames = _behind_tag(content), len(content), 0
    if content[-_OLD_TAG_BYTES:].startswith(_OLD_TAG):
        end -= _OLD_TAG_BYTES
    while at < end:
        if not (length := _frame_length(content[at : at + 4])):
            return False
        at, frames = at + length, frames + 1
    return frames >= _LEAST_FRAMES and at == end


def _behind_tag(content: bytes) -> int:
    if content[:3] != b"ID3" or len(content) < 10:
        return 0
    size = 0
    for byte in content[6:10]:
        size = size << 7 | byte & 0x7F
    footer = 10 if content[5] & 0x10 else 0
    return 10 + size + footer


def _frame_length(head: bytes) -> int:
    """Bytes of a frame of layer III; 0 for what is no head of one."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, samples = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version not in _SAMPLE_RATES or rate in {0, 15} or samples == 3:
        return 0
    bits = _BIT_RATES[1 if version == 3 else 2][rate] * 1000
    return (144 if version == 3 else 72) * bits // _SAMPLE_RATES[version][samples] + (head[2] >> 1 & 1)


def _is_m4a(content: bytes) -> bool:
    """Boxes from the first byte to the last, with one track, and that is sound."""
    boxes = list(_boxes(content))
    kinds = [kind for kind, _ in boxes]
    if kinds[:1] != [b"ftyp"] or not {b"moov", b"mdat"} <= set(kinds) <= _BOXES or kinds.count(b"moov") != 1:
        return False
    movie = next(body for kind, body in boxes if kind == b"moov")
    found = list(_tracks(movie))
    handlers = [body[8:12] for kind, body in found if kind == b"hdlr"]
    entries = [body[12:16] for kind, body in found if kind == b"stsd"]
    return handlers == [b"soun"] and entries == [b"mp4a"]


def _tracks(movie: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Handlers and sample descriptions of all tracks; tags beside the tracks are left alone."""
    for kind, body in _boxes(movie):
        if kind in _NESTED:
            yield from _tracks(body)
        elif kind in {b"hdlr", b"stsd"}:
            yield kind, body


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of boxes that fill this exactly; what does not is a box without a kind, which nothing allows."""
    at = 0
    while at < len(content):
        size, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        head = 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16]), 16
        elif size == 0:
            size = len(content) - at
        if size < head or at + size > len(content):
            yield b"", b""
            return
        yield kind, content[at + head : at + size]
        at += size
