"""Bytes to text, or one fault that says what the bytes look like."""

from __future__ import annotations

import codecs

from services.directory.model.imports import FileFault, Finding, SourceFile


def decode(file: SourceFile, encoding: str) -> str:
    """The file's text in the declared encoding; a byte-order mark of UTF-8 is taken off.

    Nothing is guessed: a wrong guess would load broken names. What the bytes look like goes into the suggestion.
    """
    if not file.content:
        raise FileFault(Finding(file.name, 1, "", "", "The file is empty.", "Export it again."))
    try:
        codec = codecs.lookup("utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding)
    except LookupError:
        fault = Finding(file.name, 1, "encoding", encoding, "The encoding is not known.", "Use utf-8 or cp1252.")
        raise FileFault(fault) from None
    try:
        text = file.content.decode(codec.name)
    except LookupError:
        fault = Finding(file.name, 1, "encoding", encoding, "The encoding is none of texts.", "Use utf-8 or cp1252.")
        raise FileFault(fault) from None
    except UnicodeDecodeError as error:
        row = file.content.count(b"\n", 0, error.start) + 1
        raise FileFault(
            Finding(
                file.name, row, "", "", f"The file is not {encoding}.", f"It looks like {_looks_like(file.content)}."
            )
        ) from None
    if "\x00" in text:
        row = text.count("\n", 0, text.index("\x00")) + 1
        fault = Finding(
            file.name, row, "", "", "The file holds zero bytes.", f"It looks like {_looks_like(file.content)}."
        )
        raise FileFault(fault)
    return text


def _looks_like(content: bytes) -> str:
    """The likely encoding in words."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or content[:200].count(0) > 20:
        return "utf-16: save it as UTF-8"
    return 'cp1252 (Windows): save it as UTF-8, or for CSV say encoding = "cp1252" in the mapping'
