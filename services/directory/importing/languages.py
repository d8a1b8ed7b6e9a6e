"""Languages as people write them: "Spanish (limited)", "English and French", "other languages on request"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale

from services.directory.model.imports import Finding, RawRow
from services.directory.model.reference import Reference

if TYPE_CHECKING:
    from services.directory.importing.notes import Note

_ALSO = {
    "mandarin": "cmn",
    "cantonese": "yue",
    "taiwanese": "nan",
    "farsi": "fa",
    "dari": "prs",
    "haitian-creole": "ht",
    "haitian": "ht",
    "creole": "crp",
    "sign language": "sgn",
    "gebärdensprache": "sgn",
    "deutsche gebärdensprache": "gsg",
    "espanol": "es",
    "español": "es",
    "ingles": "en",
    "inglés": "en",
}
"""Names that CLDR lacks. Creole alone may be one of many: crp says no more than that (ISO 639-2)."""

_PARTS = re.compile(r"(?:\\n|[\n;*])+|,(?![^(]*\))|\s+&\s+|(?<=\w)/(?=\w)")
_JOINED = re.compile(r"\s+(?:and|und|y)\s+", re.IGNORECASE)
_BASIC = re.compile(r"limited|basic|some|little|wenig|grundkenntnisse|etwas", re.IGNORECASE)
_FLUENT = re.compile(r"fluent|flie(ß|ss)end", re.IGNORECASE)
_NATIVE = re.compile(r"native|muttersprach", re.IGNORECASE)
_CODE = re.compile("[a-z]{2,3}")
_OFFERS_NONE = re.compile(r"\b(not?|only|kein\w*|nur)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One language that a text names, as it was called there, with what the text says of it."""

    code: str
    name: str
    level: str
    note: str


def part_text(text: str, reference: Reference) -> tuple[list[Spoken], list[str]]:
    """The languages that a text names, each once, and the parts of it that name none."""
    names, words = _names(reference)
    found: dict[str, Spoken] = {}
    rest = []
    for part in _PARTS.split(text):
        chunk = part.strip(" .\t")
        if not chunk:
            continue
        spoken = _read_chunk(chunk, names, words)
        for each in spoken:
            found.setdefault(each.code, each)
        if not spoken:
            rest.append(chunk)
    return list(found.values()), rest


def part_languages(items: Iterable[RawRow | Finding | Note], reference: Reference) -> Iterator[RawRow | Finding | Note]:
    """The same rows; a row of a language whose code or name is free text becomes a row for each language in it."""
    for item in items:
        if not isinstance(item, RawRow) or item.table != "language":
            yield item
            continue
        code, name = item.fields.get("code", ""), item.fields.get("name", "")
        if code in reference.languages or code.casefold() in reference.language_names:
            yield item
            continue
        yield from _parted(item, code or name, reference)


def _parted(row: RawRow, text: str, reference: Reference) -> Iterator[RawRow]:
    if _CODE.fullmatch(text) and text in _codes():
        yield RawRow(row.file, row.row, row.table, row.key, {**row.fields, "code": text}, row.references, row.aliases)
        return
    spoken, rest = part_text(text, reference)
    if not spoken:
        yield RawRow(row.file, row.row, row.table, row.key, {**row.fields, "code": text}, row.references, row.aliases)
        return
    for number, each in enumerate(spoken):
        note = "; ".join(filter(None, (each.note, row.fields.get("note", ""), *(rest if number == 0 else ()))))
        fields = {**row.fields, "code": each.code, "name": each.name, "level": each.level, "note": note}
        key = row.key if len(spoken) == 1 else f"{row.key}/{each.code}"
        yield RawRow(
            row.file, row.row, row.table, key, {k: v for k, v in fields.items() if v}, row.references, row.aliases
        )


def knows_code(code: str) -> bool:
    """Whether this is a code of ISO 639 that has a name."""
    return code in _codes()


def _read_chunk(chunk: str, names: dict[str, str], words: re.Pattern[str]) -> list[Spoken]:
    code = names.get(chunk.casefold())
    if code is not None:
        return [Spoken(code, chunk, "", "")]
    named = list(words.finditer(chunk))
    if not named:
        return []
    joined = _JOINED.split(chunk)
    if len(named) > 1 and len(joined) == len(named) and all(words.search(part) for part in joined):
        return [spoken for part in joined for spoken in _read_chunk(part.strip(" .,()"), names, words)]
    first = named[0]
    note = _rest(chunk, first)
    if len({names[match[0].casefold()] for match in named}) > 1 and first.start() > 0:
        return []  # which of them is offered cannot be told
    if _OFFERS_NONE.search(note) and first.start() > 0:
        return []
    level = "basic" if _BASIC.search(note) else "fluent" if _FLUENT.search(note) else ""
    level = "native" if _NATIVE.search(note) else level
    return [Spoken(names[first[0].casefold()], first[0], level, note)]


def _rest(chunk: str, match: re.Match[str]) -> str:
    text = f"{chunk[: match.start()].strip(' :,-(')} {chunk[match.end() :].strip(' .,-')}".strip()
    whole = re.fullmatch(r"\(([^()]*)\)", text)
    return whole[1] if whole else text


def _named_in(language: str) -> list[tuple[str, str]]:
    return [(str(code), str(name)) for code, name in Locale(language).languages.items()]


@cache
def _codes() -> frozenset[str]:
    named = {str(code) for code in Locale("en").languages}
    return frozenset(code for code in named if _CODE.fullmatch(code)) | set(_ALSO.values())


_of_reference: dict[int, tuple[dict[str, str], re.Pattern[str]]] = {}


def _names(reference: Reference) -> tuple[dict[str, str], re.Pattern[str]]:
    known = _of_reference.get(id(reference))
    if known is None:
        names = {
            name.casefold(): code
            for language in ("en", "de")
            for code, name in _named_in(language)
            if _CODE.fullmatch(code) and len(name) > 3
        }
        names |= _ALSO
        names |= reference.language_names
        longest_first = sorted(names, key=len, reverse=True)
        words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
        known = _of_reference[id(reference)] = (names, words)
    return known
