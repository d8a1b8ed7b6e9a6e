"""CSV files to rows, by a mapping; a file that is cut, or has another delimiter, is refused as a whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from services.directory.importing.decode import decode
from services.directory.importing.mapping import (
    NAME_IN_BRACES,
    NAME_IN_BRACKETS,
    FileMapping,
    Mapping_,
    RowMapping,
)
from services.directory.model.imports import FileFault, Finding, RawRow, SourceFile

DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
ODD_LINE = "line"
"""Table name under which a line is counted that has too many or too few cells."""


def read_csv(files: Sequence[SourceFile], mapping: Mapping_) -> Iterator[RawRow | Finding]:
    """All rows of all files in the order of the mapping, and a finding for each line with an odd number of cells."""
    by_name = {file.name: file for file in files}
    for file_mapping in mapping.file:
        if file_mapping.name not in by_name:
            reason = "The mapping names this file, and it was not given."
            raise FileFault(Finding(file_mapping.name, 1, "", "", reason, "Give all files of the mapping."))
        yield from _read_file(by_name[file_mapping.name], file_mapping, mapping)


def _read_file(file: SourceFile, file_mapping: FileMapping, mapping: Mapping_) -> Iterator[RawRow | Finding]:
    text = decode(file, file_mapping.encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=file_mapping.delimiter, strict=True)
    seen: set[tuple[str, str]] = set()
    previous: tuple[int, list[str]] | None = None
    header: list[str] = []
    for line, cells in _lines(file.name, reader):
        if not header:
            header = [cell.strip() for cell in cells]
            _check_header(file.name, header, file_mapping)
            continue
        if previous is not None:
            yield from _line(file.name, previous, header, file_mapping, mapping, seen)
        previous = (line, cells)
    if previous is None:
        raise FileFault(Finding(file.name, 1, "", "", "The file has no row.", "Export it again."))
    if len(previous[1]) < len(header) or not text.endswith(("\n", "\r")):
        # The last line of a whole export ends like the others; a half one could be a half number.
        reason = "The file ends in the middle of a line."
        raise FileFault(Finding(file.name, previous[0], "", "", reason, "It is cut; export it again."))
    yield from _line(file.name, previous, header, file_mapping, mapping, seen)


def _lines(name: str, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something, with the number of their first line in the file."""
    number = 0
    while True:
        first = number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = f"The file is no CSV from here on: {error}."
            raise FileFault(Finding(name, first, "", "", reason, "It may be cut; export it again.")) from None
        number = reader.line_num  # type: ignore[attr-defined]
        if any(cell.strip() for cell in cells):
            yield first, cells


def _check_header(name: str, header: Sequence[str], file_mapping: FileMapping) -> None:
    missing = sorted(file_mapping.columns() - set(header))
    if not missing:
        return
    line = header[0] if len(header) == 1 else ""
    other = next((word for sign, word in DELIMITERS.items() if line.count(sign) >= 2), "")
    suggestion = f"The cells seem to be parted by {other}; say so in the mapping." if other else "See the mapping."
    raise FileFault(Finding(name, 1, missing[0], "", "The first line lacks this column.", suggestion))


def _line(
    file: str,
    line: tuple[int, list[str]],
    header: Sequence[str],
    file_mapping: FileMapping,
    mapping: Mapping_,
    seen: set[tuple[str, str]],
) -> Iterator[RawRow | Finding]:
    number, cells = line
    if len(cells) != len(header):
        reason = f"The line has {len(cells)} cells, the first line has {len(header)}."
        yield Finding(file, number, ODD_LINE, "", reason, "Put cells that hold a delimiter into quotes.")
        return
    values = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
    for row in file_mapping.row:
        if row.when and not values[row.when]:
            continue
        for item in _parts(row, values):
            made = _make(file, number, row, {**values, "item": item}, mapping)
            if row.once:
                if (made.table, made.key) in seen:
                    continue
                seen.add((made.table, made.key))
            yield made


def _parts(row: RowMapping, values: Mapping[str, str]) -> list[str]:
    if not row.each:
        return [""]
    parts = (part.strip() for part in values[row.each].split(row.split))
    return list(dict.fromkeys(part for part in parts if part))


def _make(file: str, number: int, row: RowMapping, values: Mapping[str, str], mapping: Mapping_) -> RawRow:
    fields = {}
    for name, text in row.fields.items():
        value = NAME_IN_BRACKETS.sub(lambda found: values[found[1]], text).strip()
        if name in row.map:
            table = mapping.map[row.map[name]]
            value = table.get(value, table.get("", value))
        if value:
            fields[name] = value
    if "hours" in fields:
        fields["opens_at"], _, fields["closes_at"] = fields.pop("hours").partition("-")
    references = {name: _fill(text, values) for name, text in row.references.items()}
    return RawRow(file, number, row.table, _fill(row.key, values), fields, {k: v for k, v in references.items() if v})


def _fill(text: str, values: Mapping[str, str]) -> str:
    """The text with columns in braces filled in; empty when all of them are empty, since that names no row."""
    names = NAME_IN_BRACES.findall(text)
    if names and not any(values[name] for name in names):
        return ""
    return NAME_IN_BRACES.sub(lambda found: values[found[1]], text)
