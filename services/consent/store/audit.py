"""Numbers and dates for a data-protection officer. All but `count_denials` needs a scope of kind "audit"."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.common.database import Connection, queries_beside
from services.common.errors import NotFound
from services.common.ledger import SALT_LENGTH, leaf_hash
from services.consent.model.audit import DenialCount, EvidenceExport, OverdueDeletion, StatutoryProcessing
from services.consent.model.consent import Consent
from services.consent.model.statutory import Body, Ground
from services.consent.model.vocabulary import Category
from services.consent.store.columns import of_export
from services.consent.store.consents import read_consent

SQL = queries_beside(__file__)
MOST_OVERDUE = 200


async def find_case(tx: Connection, number: UUID, agency_id: UUID) -> UUID:
    """The agency's own case that a number of a receipt, referral, consent request or case belongs to, or NotFound."""
    rows = await tx.fetch(SQL.find_case, number, agency_id)
    if not rows:
        raise NotFound
    case_id: UUID = rows[0]["case_id"]
    return case_id


async def owns_case(tx: Connection, case_id: UUID) -> bool:
    """Whether it is a case of this scope's agency."""
    owned: bool = await tx.fetchval(SQL.owns_case, case_id)
    return owned


async def insert_export(tx: Connection, export: EvidenceExport) -> None:
    """Writes an export down and logs it; a repeat is left out."""
    columns, salt = of_export(export), os.urandom(SALT_LENGTH)
    await tx.execute(SQL.insert_export, *columns.values(), salt, leaf_hash("exported", columns, salt))


async def overdue(tx: Connection, agency_id: UUID) -> list[OverdueDeletion]:
    """Withdrawals on either side of the agency whose keys are late, the longest overdue first."""
    return [
        OverdueDeletion(
            withdrawal_id=row["withdrawal_id"],
            referral_id=row["referral_id"],
            discloser_id=row["discloser_id"],
            recipient_id=row["recipient_id"],
            withdrawn_at=row["at"],
            due_at=row["due_at"],
            acknowledged_at=row["acknowledged_at"],
            is_objected=row["is_objected"],
        )
        for row in await tx.fetch(SQL.overdue, agency_id, MOST_OVERDUE)
    ]


async def count_requests(
    tx: Connection, agency_id: UUID, since: datetime, until: datetime
) -> Mapping[str, Mapping[str, int]]:
    """Requests of [since, until) by language and outcome; one that nobody answered counts as expired.

    Those that a newer question to the same client replaced are left out, since that one is counted.
    """
    counts: dict[str, dict[str, int]] = {}
    for row in await tx.fetch(SQL.count_requests, agency_id, since, until):
        counts.setdefault(row["language"], {})[row["outcome"]] = row["count"]
    return counts


async def count_denials(tx: Connection, agency_id: UUID, reasons: Sequence[str], at: datetime) -> None:
    """Counts items that were refused to people of this scope's agency; in one order, so that no two wait in a ring."""
    for reason, count in sorted(Counter(reasons).items()):
        await tx.execute(SQL.count_denial, agency_id, at, reason, count)


async def denials(tx: Connection, agency_id: UUID, since: datetime, until: datetime) -> list[DenialCount]:
    """What was refused on the German days from one instant to another, by month and reason."""
    rows = await tx.fetch(SQL.denials, agency_id, since.date(), until.date())
    return [DenialCount(row["month"], row["reason"], row["count"]) for row in rows]


async def granted(tx: Connection, agency_id: UUID) -> list[Consent]:
    """The oldest grant of each kind between the agency and a partner, where a kind is what it permits for what."""
    return [read_consent(row) for row in await tx.fetch(SQL.granted, agency_id)]


async def acted(tx: Connection, agency_id: UUID) -> list[StatutoryProcessing]:
    """What the agency passed on without consent, put together by recipient; bodies outside the network first."""
    return [
        StatutoryProcessing(
            recipient_id=row["recipient_id"],
            recipient_body=Body(row["recipient_body"]) if row["recipient_body"] else None,
            grounds=frozenset(map(Ground, row["grounds"])),
            categories=frozenset(map(Category, row["categories"])),
            since=row["since"],
            newest=row["newest"],
        )
        for row in await tx.fetch(SQL.acted, agency_id)
    ]
