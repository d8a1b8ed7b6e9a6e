"""What an import reads, finds and reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ImportFormat(StrEnum):
    """A format that can be imported."""

    HSDS_JSON = "hsds-json"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it came, not yet decoded."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What is to be imported as the whole of a source."""

    source: str
    format: ImportFormat
    files: tuple[SourceFile, ...]
    mapping: str = ""
    dry_run: bool = False
    accept_vanishing: bool = False


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a table as a reader understood it: all values are still text, references are keys of the source.

    `key` is the row's id in its source. `aliases` are other names under which rows of the same import refer to it.
    """

    file: str
    row: int
    table: str
    key: str
    fields: Mapping[str, str]
    references: Mapping[str, str]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that was not loaded, or a mend that was made; `value` is empty for addresses of protected places."""

    file: str
    row: int
    field: str
    value: str
    reason: str
    suggestion: str
    mended: bool = False


@dataclass(slots=True)
class Counts:
    """What became of the rows of one table: read = created + changed + unchanged + quarantined."""

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    deactivated: int = 0


@dataclass(slots=True)
class Report:
    """What an import did, or would do; `loaded` is false when nothing was written.

    `may_deactivate` is false when a row could not be told by its id: nothing turns inactive, since it may be that row.
    """

    counts: dict[str, Counts] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    loaded: bool = False
    may_deactivate: bool = True

    def of(self, table: str) -> Counts:
        """The counts of a table, made at first use."""
        return self.counts.setdefault(table, Counts())


class FileFault(Exception):
    """A file that cannot be trusted as a whole; nothing of the import is loaded."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.reason)
        self.finding = finding
