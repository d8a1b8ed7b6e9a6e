"""What a verification found, in words that an operator can act on."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

MOST_FINDINGS = 100


class What(StrEnum):
    """Kinds of finding; the README says what each means."""

    CHANGED = "changed"
    REMOVED = "removed"
    MOVED = "moved"
    INSERTED = "inserted"
    UNLOGGED = "unlogged"
    CHECKPOINT = "checkpoint"
    NODE = "node"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit; names row and position where they are known. Ids are pseudonymous."""

    what: What
    detail: str
    kind: str | None = None
    row_id: UUID | None = None
    revision: int | None = None
    seq: int | None = None

    def __str__(self) -> str:
        """One line: what, which row, which position, why."""
        row = f" {self.kind} {self.row_id} revision {self.revision}" if self.row_id is not None else ""
        position = f" at position {self.seq}" if self.seq is not None else ""
        return f"{self.what}:{row}{position}: {self.detail}"


@dataclass(slots=True)
class Report:
    """Outcome of one verification; `intact` only when nothing at all was found."""

    entries: int = 0
    rows: int = 0
    erased: int = 0
    waiting: int = 0
    checkpoints: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Keeps it; of very many only the hundred at the lowest positions, so that the first is always among them."""
        if len(self.findings) >= MOST_FINDINGS:
            last = max(self.findings, key=_order)
            if _order(last) <= _order(finding):
                return
            self.findings.remove(last)
        self.findings.append(finding)

    @property
    def intact(self) -> bool:
        """Whether rows, entries and checkpoints all agree."""
        return not self.findings

    @property
    def first(self) -> Finding | None:
        """The finding at the lowest position; what has no position comes last."""
        return min(self.findings, key=_order, default=None)

    def summary(self) -> str:
        """One line of counts."""
        return (
            f"{self.entries} entries, {self.rows} rows, {self.erased} erased, {self.waiting} waiting for a position, "
            f"{self.checkpoints} checkpoints, {len(self.findings)} findings"
        )


def _order(finding: Finding) -> tuple[bool, int, bool]:
    return (finding.seq is None, finding.seq or 0, finding.row_id is None)
