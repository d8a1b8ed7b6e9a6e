"""Evidence of decisions that she gave with help, each piece written once with its leaf."""

import os
from uuid import UUID

from services.common.database import Connection, queries_beside
from services.common.ledger import SALT_LENGTH, leaf_hash
from services.consent.model.record import Evidence
from services.consent.store.columns import of_evidence

SQL = queries_beside(__file__)


async def insert(tx: Connection, evidence: Evidence) -> None:
    """Writes a piece of evidence down and logs it."""
    columns, salt = of_evidence(evidence), os.urandom(SALT_LENGTH)
    leaf = leaf_hash("evidenced", columns, salt)
    await tx.execute(SQL.insert_evidence, *columns.values(), salt, leaf)
    await tx.execute(SQL.log, "evidenced", evidence.case_id, evidence.evidence_id, leaf)


async def was_at_desk(tx: Connection, case_id: UUID, request_id: UUID) -> bool:
    """Whether staff wrote down what was done under this repeat key."""
    found: bool = await tx.fetchval(SQL.was_at_desk, case_id, request_id)
    return found
