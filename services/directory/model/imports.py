"""What an import reads, finds and reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class ImportFormat(StrEnum):
    """A format that can be imported; AUTO is told by the files themselves."""

    AUTO = "auto"
    HSDS_JSON = "hsds-json"
    NDJSON = "ndjson"
    DATAPACKAGE = "datapackage"
    HSDS_1 = "hsds-1"
    CSV = "csv"


@dataclass(slots=True)
class SourceFile:
    """A file as it came, not yet decoded. Who has read it may let its bytes go with `drop`."""

    name: str
    content: bytes

    def drop(self) -> None:
        """Forgets the bytes, so that a large file is not held beside what was made of it."""
        self.content = b""


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What is to be imported as the whole of a source; `country` is where addresses are that name none."""

    source: str
    format: ImportFormat
    files: tuple[SourceFile, ...]
    mapping: str = ""
    dry_run: bool = False
    accept_vanishing: bool = False
    country: str = "DE"


@dataclass(slots=True)
class RawRow:
    """One row of a table as a reader understood it: all values are still text, references are keys of the source.

    `key` is the row's id in its source. `aliases` are other names under which rows of the same import refer to it.
    Rows are many, so this is not frozen, which would make each four times as dear; nobody changes one.
    """

    file: str
    row: int
    table: str
    key: str
    fields: Mapping[str, str]
    references: Mapping[str, str]
    aliases: tuple[str, ...] = ()


class KnownRow(NamedTuple):
    """A row of the source as the directory has it; `edited`: the agency wrote it here itself."""

    id: str
    digest: bytes
    active: bool
    edited: bool


class StagedRow(NamedTuple):
    """A row as it will be merged, with the values of its columns."""

    id: str
    key: str
    digest: str
    values: Mapping[str, object]


@dataclass(slots=True)
class StagedTable:
    """What is to be done with one table: rows to merge, rows that are not here yet, ids to turn inactive."""

    name: str
    rows: list[StagedRow] = field(default_factory=list)
    new: list[StagedRow] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that was not loaded; or, `mended`, one that was loaded after a mend or with the doubt that `reason` names.

    `value` is empty for whatever says where a protected place is.
    """

    file: str
    row: int
    field: str
    value: str
    reason: str
    suggestion: str
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a row that is here, with its old and its new value; `is_hidden`: at a protected place none is told."""

    table: str
    key: str
    field: str
    previous: str | None
    replacement: str | None
    is_hidden: bool = False


@dataclass(slots=True)
class Counts:
    """What became of the rows of one table: read = created + changed + unchanged + kept + quarantined."""

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    quarantined: int = 0
    deactivated: int = 0


@dataclass(slots=True)
class Report:
    """What an import did, or would do; `loaded` is false when nothing was written.

    `may_deactivate` is false when a row could not be told by its id: nothing turns inactive, since it may be that row.
    `differences` are told by a dry run only, some of each table; `more_differences` when there are others.
    """

    counts: dict[str, Counts] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    more_differences: bool = False
    loaded: bool = False
    refused: bool = False
    import_id: UUID | None = None
    may_deactivate: bool = True
    format: ImportFormat = ImportFormat.AUTO
    notes: dict[tuple[str, str, str, str], tuple[int, int]] = field(default_factory=dict)

    def of(self, table: str) -> Counts:
        """The counts of a table, made at first use."""
        return self.counts.setdefault(table, Counts())

    def note(self, file: str, row: int, field_name: str, reason: str, suggestion: str) -> None:
        """Notes what happens in many rows alike; `close_notes` makes one finding of all of them."""
        key = (file, field_name, reason, suggestion)
        first, times = self.notes.get(key, (row, 0))
        self.notes[key] = (first, times + 1)

    def close_notes(self) -> None:
        """Makes one finding of each note, with the first row and how often."""
        for (file, field_name, reason, suggestion), (row, times) in self.notes.items():
            often = f" ({times} rows from this one on)" if times > 1 else ""
            self.findings.append(Finding(file, row, field_name, "", reason + often, suggestion, mended=True))
        self.notes.clear()

    @property
    def changes_anything(self) -> bool:
        """Whether any row was created, changed or turned inactive."""
        return any(count.created or count.changed or count.deactivated for count in self.counts.values())


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: what it is at, and how many rows of how many; 0 of 0 before they are counted."""

    phase: str
    done: int
    total: int


Follow = Callable[[Progress], None]
"""Is told how far an import is, from any thread."""


@dataclass(frozen=True, slots=True)
class ImportRun:
    """An import that ended, as the operator reads of it."""

    id: UUID
    source: str
    format: str
    finished_at: datetime
    dry_run: bool
    loaded: bool
    counts: Mapping[str, Mapping[str, int]]
    findings: int


class FileFault(Exception):
    """A file that cannot be trusted as a whole; nothing of the import is loaded."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.reason)
        self.finding = finding
