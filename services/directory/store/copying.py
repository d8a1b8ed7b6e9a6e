"""Rows as the text that COPY reads: escaped once for a whole batch, which is several times faster than cell by cell."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, time
from uuid import UUID

_PIECE = 1 << 20
_CELL, _LINE, _NULL = "\x1f", "\x1e", "\x1d"
_SIGNS = str.maketrans("", "", "\x00\x1d\x1e\x1f")
_ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"), (_CELL, "\t"), (_NULL, "\\N"))


def copy_text(rows: Iterable[Sequence[object]]) -> bytes:
    """The rows in COPY's text format. Control characters that no text of the directory holds are left out of it."""
    text = _LINE.join(_CELL.join(map(_cell, row)) for row in rows)
    if not text:
        return b""
    for sign, escaped in _ESCAPES:
        text = text.replace(sign, escaped)
    return (text.replace(_LINE, "\n") + "\n").encode()


async def in_pieces(text: bytes) -> AsyncIterator[bytes]:
    """The text as COPY takes it from memory; what looks like a file is read in a thread, which waits for its turn."""
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE]


def _cell(value: object) -> str:
    if value is None:
        return _NULL
    if value.__class__ is str:
        return value if value.isprintable() else value.translate(_SIGNS)
    if isinstance(value, list | tuple):
        return "{" + ",".join(map(_element, value)) + "}"
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _element(value: object) -> str:
    text = str(value).translate(_SIGNS).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
