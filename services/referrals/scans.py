"""What a scan of a paper may be: a picture, or a PDF in which nothing can run, open or hide.

Told by content, never by name or by what a browser says. Wrong alarms are wanted rather than missed ones: a scanner
writes none of what is refused here.
"""

import re
import zlib
from typing import Final

MOST_BYTES: Final = 3 * 1024 * 1024
"""Of a scan, so that it fits into one message of the services."""

NOT_A_SCAN: Final = "not-a-scan"
ACTIVE_CONTENT: Final = "active-content"
TOO_LARGE: Final = "scan-too-large"

_JPEG, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_PNG = b"\x89PNG\r\n\x1a\n"
_PDF, _PDF_END = b"%PDF-", b"%%EOF"
_TAIL: Final = 1024
_MOST_INFLATED: Final = 64 * 1024 * 1024
"""What all streams of a PDF together may unpack to."""

_ACTIVE: Final = frozenset(
    {b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"Filespec", b"OpenAction", b"RichMedia", b"AcroForm",
     b"SubmitForm", b"ImportData", b"Encrypt", b"Rendition", b"OnInstantiate", b"ASCIIHexDecode", b"ASCII85Decode",
     b"LZWDecode", b"RunLengthDecode"}
)  # fmt: skip
"""Refused wherever they stand, also in what looks like the data of a picture; the last four only hide other names."""

_ACTIVE_IN_OBJECTS: Final = _ACTIVE | {b"JS", b"AA", b"XFA", b"URI", b"GoToR", b"GoToE", b"Movie", b"Sound", b"3D"}
"""Too short to be no chance in the data of a picture: refused where objects stand."""

_NAME: Final = re.compile(rb"/([^\x00\t\n\f\r ()<>\[\]{}/%]+)")
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")
_PACKED_AT_MOST: Final = 3
_MOST_STREAMS: Final = 2000
_PIECE: Final = 64 * 1024


class ScanRefused(Exception):
    """It is no scan that is kept; `rule` is the word for why."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def media_type_of(scan: bytes) -> str:
    """The media type of a scan; raises ScanRefused."""
    if len(scan) > MOST_BYTES:
        raise ScanRefused(TOO_LARGE)
    if scan.startswith(_JPEG) and _JPEG_END in scan[-_TAIL:]:
        return "image/jpeg"
    if scan.startswith(_PNG) and b"IEND" in scan[-_TAIL:]:
        return "image/png"
    if scan.startswith(_PDF) and _PDF_END in scan[-_TAIL:]:
        _check_pdf(scan)
        return "application/pdf"
    raise ScanRefused(NOT_A_SCAN)


def _check_pdf(scan: bytes) -> None:
    """Names are searched everywhere, also in packed streams, where objects can stand, and however they are written."""
    _refuse(_names(scan) & _ACTIVE)
    left, at = _MOST_INFLATED, 0
    for number, start in enumerate(_STREAM.finditer(scan)):
        objects = _names(scan[at : start.start()])
        _refuse(objects & _ACTIVE_IN_OBJECTS)
        end = scan.find(b"endstream", start.end())
        if end < 0:
            raise ScanRefused(NOT_A_SCAN)
        at = end
        holds_objects = b"ObjStm" in objects
        hidden = b"DecodeParms" in objects or (b"Filter" in objects and b"FlateDecode" not in objects)
        if number >= _MOST_STREAMS or (holds_objects and hidden):
            raise ScanRefused(ACTIVE_CONTENT)  # written so that nobody can look into it as simply
        inflated = _inflated(memoryview(scan)[start.end() :], left)
        for _ in range(_PACKED_AT_MOST):
            if not inflated:
                break
            left -= len(inflated)
            if left <= 0:
                raise ScanRefused(ACTIVE_CONTENT)
            _refuse(_names(inflated) & (_ACTIVE_IN_OBJECTS if holds_objects else _ACTIVE))
            inflated = _inflated(memoryview(inflated), left)
    _refuse(_names(scan[at:]) & _ACTIVE_IN_OBJECTS)


def _refuse(found: frozenset[bytes] | set[bytes]) -> None:
    if found:
        raise ScanRefused(ACTIVE_CONTENT)


def _names(part: bytes) -> set[bytes]:
    """All names as a reader understands them: `/J#53` is `/JS`."""
    return {_ESCAPE.sub(lambda digits: bytes([int(digits[1], 16)]), found[1]) for found in _NAME.finditer(part)}


def _inflated(packed: memoryview, most: int) -> bytes:
    """What a packed stream holds as far as it can be unpacked, b"" for one that is not; never more than `most`."""
    unpacking, pieces = zlib.decompressobj(), bytearray()
    for begin in range(0, len(packed), _PIECE):
        try:
            pieces += unpacking.decompress(packed[begin : begin + _PIECE], most - len(pieces) + 1)
        except zlib.error:
            break
        if unpacking.eof or len(pieces) > most:
            break
    return bytes(pieces)
