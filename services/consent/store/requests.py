"""Consent requests: a row when asked, another when ended; nothing is changed in between."""

import os
from datetime import datetime
from typing import Final
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.common.errors import NotFound
from services.common.ledger import SALT_LENGTH, leaf_hash
from services.consent.model.request import ConsentRequest, RequestState
from services.consent.model.vocabulary import Purpose
from services.consent.store.columns import of_conference
from services.consent.store.exceptions import read_asked, write_asked

SQL = queries_beside(__file__)
CONFERENCE: Final = "conference"
"""Kind of entry: that she was asked about one participant of a case conference, and shown all."""


async def legal_time(tx: Connection) -> datetime:
    """The database's clock now. Taken in a statement of its own after the lock, or it would be older than the lock."""
    moment: datetime = await tx.fetchval(SQL.legal_time)
    return moment


async def claim_case(tx: Connection, case_id: UUID, discloser_id: UUID) -> bool:
    """Whether the case is this agency's: it becomes so by the first request, and stays so for ever."""
    await tx.execute(SQL.claim_case, case_id, discloser_id)
    owned: bool = await tx.fetchval(SQL.owns_case, case_id)
    return owned


async def insert(tx: Connection, request: ConsentRequest, request_id: UUID) -> bool:
    """Writes a new request down; False when this agency used the repeat key before, for a case out of this scope.

    Which participants of a case conference she is shown is logged.
    """
    salt = os.urandom(SALT_LENGTH) if request.participants else None
    leaf = leaf_hash(CONFERENCE, of_conference(request, request_id), salt) if salt else None
    written: bool | None = await tx.fetchval(
        SQL.insert_request,
        request.case_id,
        request.consent_request_id,
        request.referral_id,
        request.draft_revision,
        request.discloser_id,
        request.recipient_id,
        write_asked(request.categories),
        sorted(request.purposes),
        request.language,
        request.in_danger,
        list(request.text_version_ids),
        request.requested_by,
        request.requested_at,
        request_id,
        request.variety,
        request.with_interpreter,
        sorted(request.participants),
        salt,
        leaf,
    )
    if written and leaf:
        await tx.execute(SQL.log, CONFERENCE, request.case_id, request.consent_request_id, leaf)
    return written is not None


async def get(tx: Connection, case_id: UUID, consent_request_id: UUID) -> ConsentRequest:
    """The request; NotFound when it is not in this scope."""
    row = await tx.fetchrow(SQL.get_request, case_id, consent_request_id)
    if row is None:
        raise NotFound
    return request_of(row)


async def find_repeat(tx: Connection, discloser_id: UUID, request_id: UUID) -> ConsentRequest | None:
    """The request that this repeat key made."""
    row = await tx.fetchrow(SQL.find_repeat, discloser_id, request_id)
    return request_of(row) if row else None


async def list_of_referral(tx: Connection, case_id: UUID, referral_id: UUID) -> list[ConsentRequest]:
    """All requests of a referral, newest first."""
    return [request_of(row) for row in await tx.fetch(SQL.list_of_referral, case_id, referral_id)]


async def list_of_case(tx: Connection, case_id: UUID) -> list[ConsentRequest]:
    """All requests of a case, newest first."""
    return [request_of(row) for row in await tx.fetch(SQL.list_of_case, case_id)]


async def end(tx: Connection, request: ConsentRequest, state: RequestState, ground: str, at: datetime) -> bool:
    """Ends a request for good; False when it ended before, and stays as it ended."""
    ended: bool | None = await tx.fetchval(
        SQL.end_request, request.case_id, request.consent_request_id, state.value, ground, at
    )
    return ended is not None


async def case_is_in_danger(tx: Connection, case_id: UUID) -> bool:
    """Whether any request of the case carried the mark; it only ever tightens."""
    marked: bool = await tx.fetchval(SQL.case_is_in_danger, case_id)
    return marked


def request_of(row: Record) -> ConsentRequest:
    """A request from its row, with how it ended."""
    return ConsentRequest(
        case_id=row["case_id"],
        consent_request_id=row["consent_request_id"],
        referral_id=row["referral_id"],
        draft_revision=row["draft_revision"],
        discloser_id=row["discloser_id"],
        recipient_id=row["recipient_id"],
        categories=read_asked(row["categories"]),
        purposes=frozenset(map(Purpose, row["purposes"])),
        language=row["language"],
        in_danger=row["in_danger"],
        text_version_ids=tuple(row["text_version_ids"]),
        requested_by=row["requested_by"],
        requested_at=row["requested_at"],
        ended_as=RequestState(row["ended_as"]) if row["ended_as"] else None,
        variety=row["variety"],
        with_interpreter=row["with_interpreter"],
        participants=frozenset(row["participants"]),
    )
