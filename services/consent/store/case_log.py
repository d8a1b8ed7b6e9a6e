"""The rows of a case as they were logged, with the paths that prove them; read as worker, who sees all kinds of rows.

Whoever calls has made sure that the case may be seen. The log only grows, so each page has a transaction of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.common.database import SERVICE_SCOPE, Database, Record
from services.common.errors import NotFound
from services.common.ledger import inclusion_proof
from services.common.ledger.leaf import canonical
from services.consent.store.audit import SQL
from services.consent.store.ledger import READERS_OF_CASE

_OWN_COLUMNS = frozenset({"ledger_row_id", "ledger_revision", "ledger_salt", "ledger_written_at", "ledger_leaf_hash"})
BEGINNING = -1
"""Before the first position."""

_Key = tuple[str, UUID, int]


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """One row as it was logged; without text and salt it was erased."""

    seq: int
    kind: str
    row_id: UUID
    revision: int
    leaf_hash: bytes
    proof: tuple[bytes, ...]
    text: bytes = field(default=b"", repr=False)
    salt: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """Entries under one checkpoint; `end` is the last position of a page that is not the last, else None."""

    size: int
    checkpoint: str
    entries: tuple[EvidenceEntry, ...]
    end: int | None


async def kinds_of_case(database: Database, case_id: UUID) -> Mapping[str, int]:
    """How many entries of each kind the log has of a case."""
    async with database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
        return {row["kind"]: row["count"] for row in await tx.fetch(SQL.kinds_of_case, case_id)}


async def read_page(
    database: Database, case_id: UUID, *, limit: int, size: int | None = None, after: int = BEGINNING
) -> EvidencePage:
    """The entries of a case after a position, under the checkpoint of this size or the newest; NotFound without one."""
    async with database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
        signed = await tx.fetchrow(SQL.checkpoint, size)
        if signed is None:
            raise NotFound
        leaves = await tx.fetch(SQL.leaves_of_case, case_id, after, signed["size"], limit + 1)
        rows = {
            (reader.kind, row["ledger_row_id"], row["ledger_revision"]): row
            for reader in READERS_OF_CASE
            for row in await tx.fetch(reader.sql, case_id)
        } | {("erased", row["ledger_row_id"], 0): row for row in await tx.fetch(SQL.erased, case_id)}
        shown = leaves[:limit]
        paths = [(await inclusion_proof(tx, leaf["seq"], signed["size"])).path for leaf in shown]
    entries = tuple(_entry(leaf, rows, path) for leaf, path in zip(shown, paths, strict=True))
    return EvidencePage(
        signed["size"], signed["signed_note"], entries, shown[-1]["seq"] if len(leaves) > limit else None
    )


def _entry(leaf: Record, rows: Mapping[_Key, Record], proof: Sequence[bytes]) -> EvidenceEntry:
    row = rows.get((leaf["kind"], leaf["row_id"], leaf["revision"]))
    text, salt = b"", b""
    if row is not None:
        columns = {name: value for name, value in row.items() if name not in _OWN_COLUMNS}
        text, salt = canonical(leaf["kind"], columns), row["ledger_salt"]
    return EvidenceEntry(
        leaf["seq"], leaf["kind"], leaf["row_id"], leaf["revision"], leaf["leaf_hash"], tuple(proof), text, salt
    )
