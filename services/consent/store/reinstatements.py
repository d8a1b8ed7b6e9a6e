"""That a withdrawal was taken back, written once with its leaf."""

import os
from uuid import UUID

from services.common.database import Connection, queries_beside
from services.common.ledger import SALT_LENGTH, leaf_hash
from services.consent.model.record import Proof, Reinstatement
from services.consent.store.columns import of_reinstatement

SQL = queries_beside(__file__)


async def pair_of(tx: Connection, case_id: UUID, withdrawal_id: UUID) -> tuple[UUID, UUID] | None:
    """Discloser and recipient of a withdrawal that this scope sees."""
    row = await tx.fetchrow(SQL.pair_of, case_id, withdrawal_id)
    return (row["discloser_id"], row["recipient_id"]) if row else None


async def find(tx: Connection, case_id: UUID, withdrawal_id: UUID) -> Proof | None:
    """Proof that this withdrawal was taken back."""
    row = await tx.fetchrow(SQL.find, case_id, withdrawal_id)
    return Proof(row["receipt_id"], row["leaf_hash"], row["at"]) if row else None


async def insert(tx: Connection, new: Reinstatement) -> Proof:
    """Writes down that a withdrawal was taken back, and logs it."""
    columns, salt = of_reinstatement(new), os.urandom(SALT_LENGTH)
    leaf = leaf_hash("reinstated", columns, salt)
    await tx.execute(SQL.insert_reinstatement, *columns.values(), salt, leaf)
    return Proof(new.receipt_id, leaf, new.at)
