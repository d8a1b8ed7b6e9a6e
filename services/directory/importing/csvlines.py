"""CSV files to lines; a file that is cut, or has another delimiter, is refused as a whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from services.directory.importing.notes import ODD_LINE
from services.directory.model.imports import FileFault, Finding

DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}

# The reader of CSV has a limit of its own, as one number for the whole process.
csv.field_size_limit(1_000_000)

Line = tuple[int, list[str]]


def read_lines(name: str, text: str, delimiter: str, *, may_be_cut: bool) -> tuple[list[str], Iterator[Line | Finding]]:
    """The names of the columns, and the lines after them with their numbers and as many cells, stripped.

    A line with an odd number of cells is a finding. Raises FileFault, also while the lines are read.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines = _lines(name, reader)
    first = next(lines, None)
    if first is None:
        raise FileFault(Finding(name, 1, "", "", "The file has no row.", "Export it again."))
    header = first[1]
    is_whole = not may_be_cut or text.endswith(("\n", "\r"))
    return header, _checked(name, header, lines, is_whole=is_whole)


def guess_delimiter(text: str) -> str:
    """What parts the cells of the first line."""
    line = text[:10_000].partition("\n")[0]
    return max(DELIMITERS, key=line.count)


def _checked(name: str, header: Sequence[str], lines: Iterator[Line], *, is_whole: bool) -> Iterator[Line | Finding]:
    width = len(header)
    previous: Line | None = None
    for line in lines:
        if previous is not None:
            yield previous if len(previous[1]) == width else _odd(name, previous, width)
        previous = line
    if previous is None:
        raise FileFault(Finding(name, 1, "", "", "The file has no row.", "Export it again."))
    if not is_whole or len(previous[1]) < width:
        # The last line of a whole export ends like the others; a half one could be a half number.
        reason = "The file ends in the middle of a line."
        raise FileFault(Finding(name, previous[0], "", "", reason, "It is cut; export it again."))
    yield previous if len(previous[1]) == width else _odd(name, previous, width)


def _odd(name: str, line: Line, width: int) -> Finding:
    reason = f"The line has {len(line[1])} cells, the first line has {width}."
    return Finding(name, line[0], ODD_LINE, "", reason, "Put cells that hold a delimiter into quotes.")


def _lines(name: str, reader: Iterator[list[str]]) -> Iterator[Line]:
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
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            yield first, stripped
