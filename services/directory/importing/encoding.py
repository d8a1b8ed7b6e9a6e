"""Texts whose bytes were read in a wrong encoding: mended where the broken text proves what it was."""

from __future__ import annotations

import re

import ftfy

_SUSPICIOUS = re.compile("[ÃÂÅÄâÐð\x80-\x9f]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
_OF_PUNCTUATION = re.compile("GÇ(.)")
_OF_LETTER = re.compile(r"(?<=[A-Za-z])\+([^\x00-\x7f])")
_BROKEN = re.compile(r"GÇ|\ufffd|[Ãâ][\x80-\xbf€™œ]|[A-Za-z]\+[¦¬]|-[áÆ«](?=[\sA-Z.,)])|-Ç-|-[ôöû](?=[-\s])")

# UTF-8 that was read as code page 437 and then saved in one that lacks Γ, ├ and the like, which became G, + and so on.
# A byte from 80 to 9F or A0 to AF that kept its own character proves itself; the others (¦ for ▒, │, ║ …) do not.
_KEPT = {bytes([byte]).decode("cp437"): byte for byte in range(0x80, 0xB0) if bytes([byte]).decode("cp437") not in "⌐¬"}


def is_plain(text: str) -> bool:
    """Whether nothing about the text can be broken: it is of ASCII without control characters."""
    return text.isascii() and text.isprintable()


def repair(text: str) -> str:
    """The text with mojibake undone where it proves what it was, and without control characters; else as it is."""
    if _SUSPICIOUS.search(text):
        text = ftfy.fix_encoding(text)
    if "GÇ" in text:
        text = _OF_PUNCTUATION.sub(_punctuation, text)
    if "+" in text:
        text = _OF_LETTER.sub(_letter, text)
    return _CONTROL.sub("", text)


def looks_broken(text: str) -> bool:
    """Whether something in the text is broken that `repair` could not mend with certainty."""
    return _BROKEN.search(text) is not None


def _punctuation(found: re.Match[str]) -> str:
    return _decoded(bytes([0xE2, 0x80]), found)


def _letter(found: re.Match[str]) -> str:
    return _decoded(bytes([0xC3]), found)


def _decoded(begin: bytes, found: re.Match[str]) -> str:
    last = _KEPT.get(found[1])
    return found[0] if last is None else (begin + bytes([last])).decode("utf-8", "replace")
