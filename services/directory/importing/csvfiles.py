"""CSV files to rows, by a mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.directory.importing.csvlines import DELIMITERS, read_lines
from services.directory.importing.decode import decode
from services.directory.importing.mapping import (
    NAME_IN_BRACES,
    NAME_IN_BRACKETS,
    FileMapping,
    Mapping_,
    RowMapping,
)
from services.directory.model.imports import FileFault, Finding, RawRow, SourceFile


def read_csv(files: Sequence[SourceFile], mapping: Mapping_, *, may_be_cut: bool) -> Iterator[RawRow | Finding]:
    """All rows of all files in the order of the mapping, and a finding for each line with an odd number of cells."""
    by_name = {file.name: file for file in files}
    for file_mapping in mapping.file:
        if file_mapping.name not in by_name:
            reason = "The mapping names this file, and it was not given."
            raise FileFault(Finding(file_mapping.name, 1, "", "", reason, "Give all files of the mapping."))
        yield from _read_file(by_name[file_mapping.name], file_mapping, mapping, may_be_cut=may_be_cut)


def _read_file(
    file: SourceFile, file_mapping: FileMapping, mapping: Mapping_, *, may_be_cut: bool
) -> Iterator[RawRow | Finding]:
    text = decode(file, file_mapping.encoding)
    header, lines = read_lines(file.name, text, file_mapping.delimiter, may_be_cut=may_be_cut)
    _check_header(file.name, header, file_mapping)
    seen: set[tuple[str, str]] = set()
    for line in lines:
        if isinstance(line, Finding):
            yield line
            continue
        number, cells = line
        values = dict(zip(header, cells, strict=True))
        for row in file_mapping.row:
            if row.when and not values[row.when]:
                continue
            for item in _parts(row, values):
                made = _make(file.name, number, row, {**values, "item": item}, mapping)
                if row.once:
                    if (made.table, made.key) in seen:
                        continue
                    seen.add((made.table, made.key))
                yield made


def _check_header(name: str, header: Sequence[str], file_mapping: FileMapping) -> None:
    missing = sorted(file_mapping.columns() - set(header))
    if not missing:
        return
    line = header[0] if len(header) == 1 else ""
    other = next((word for sign, word in DELIMITERS.items() if line.count(sign) >= 2), "")
    suggestion = f"The cells seem to be parted by {other}; say so in the mapping." if other else "See the mapping."
    raise FileFault(Finding(name, 1, missing[0], "", "The first line lacks this column.", suggestion))


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
