"""Persons whom clients named as those who must not read, between two agencies.

An agency finds its own, once something was sent since.
"""

from datetime import datetime
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.common.errors import StaleEtag
from services.referrals.model import NameCheck, Referral, State
from services.referrals.store.referrals import referral

SQL = queries_beside(__file__)
_LIVE = [state.value for state in (State.OFFERED, State.ACCEPTED, State.IN_PROGRESS, State.COMPLETED)]
"""After any ending nobody reads what crossed, so there is nothing to check before something is sent anew."""


async def insert(
    tx: Connection,
    of: Referral,
    name_check_id: UUID,
    agency_id: UUID,
    ciphertext: bytes,
    consent_request_id: UUID | None,
    request_id: UUID,
) -> None:
    """Keep a name, its key held for the case; one that a repeat kept before stays as it is."""
    await tx.execute(
        SQL.insert_check, of.case_id, name_check_id, of.recipient_id, consent_request_id, agency_id, ciphertext,
        request_id,
    )  # fmt: skip


async def take_back(tx: Connection, of: Referral, consent_request_id: UUID, request_id: UUID) -> None:
    """Forget what was named for this question by any other request."""
    await tx.execute(SQL.take_back, of.case_id, consent_request_id, request_id)


async def count_open(tx: Connection, of: Referral) -> int:
    """How many names between the two agencies nobody has looked up."""
    count: int = await tx.fetchval(SQL.count_open, of.case_id, of.recipient_id)
    return count


async def was_named(tx: Connection, case_id: UUID, request_id: UUID) -> bool:
    """Whether this request was carried out before."""
    count: int = await tx.fetchval(SQL.count_of_request, case_id, request_id)
    return count > 0


async def newest_of_pair(tx: Connection, case_id: UUID, discloser_id: UUID, recipient_id: UUID) -> Referral | None:
    """The referral between two agencies that was sent last, if it has not ended."""
    row = await tx.fetchrow(SQL.newest_of_pair, case_id, discloser_id, recipient_id, _LIVE)
    return referral(row) if row else None


async def list_of_case(tx: Connection, case_id: UUID) -> list[NameCheck]:
    """Those of a case that count, newest first, each with the referral that was sent last."""
    return [_check(row) for row in await tx.fetch(SQL.list_of_case, case_id)]


async def list_of_agency(tx: Connection, agency_id: UUID) -> list[NameCheck]:
    """An agency's checks where a referral has not ended, each with one of them, open ones first."""
    return [_check(row) for row in await tx.fetch(SQL.list_of_agency, agency_id, _LIVE)]


async def find(tx: Connection, name_check_id: UUID, agency_id: UUID) -> tuple[NameCheck, bytes] | None:
    """A check of this agency with its ciphertext, where a referral has not ended."""
    row = await tx.fetchrow(SQL.get_check, name_check_id, agency_id, _LIVE)
    return (_check(row), row["ciphertext"]) if row else None


async def is_open(tx: Connection, of: Referral, agency_id: UUID) -> bool:
    """Whether an agency still has to find out who is meant before any of its people reads."""
    found: bool = await tx.fetchval(SQL.is_open, of.case_id, of.recipient_id, agency_id)
    return found


async def answered_without_keys(tx: Connection, referral_id: UUID) -> list[tuple[UUID, UUID, UUID]]:
    """Names looked up at the recipient of a referral that ended and kept by nothing else: what for, whose, and id."""
    found = await tx.fetch(SQL.answered_without_keys, referral_id)
    return [(row["held_for"], row["agency_id"], row["name_check_id"]) for row in found]


async def answer(tx: Connection, check: NameCheck, person_id: UUID, excluded: list[UUID]) -> None:
    """Write down who was found; raises StaleEtag when somebody was faster."""
    at: datetime | None = await tx.fetchval(
        SQL.answer_check, check.case_id, check.name_check_id, check.answered_at, person_id, excluded
    )
    if at is None:
        raise StaleEtag


async def insert_read(tx: Connection, read: NameCheck, person_id: UUID) -> None:
    """Write down who looked at the name."""
    await tx.execute(SQL.insert_read, read.case_id, read.name_check_id, read.agency_id, person_id)


def _check(row: Record) -> NameCheck:
    values = {name: value for name, value in dict(row).items() if name != "ciphertext"}
    state, excluded = State(values.pop("state")), tuple(values.pop("excluded_persons"))
    return NameCheck(**values, state=state, excluded_persons=excluded)
