"""Her list: what, to whom, since when, until when, who read it, what she took back and what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from lotse.consent.v1 import client_pb2, request_pb2
from lotse.options.v1 import access_pb2

from services.common.database import Connection, Database, Lock, Scope
from services.common.errors import IllegalState, NotFound
from services.common.identity.principals import Client
from services.consent.convert import CATEGORY, DIRECTION, WAY_BACK, number, numbers, page_token, stamp
from services.consent.model.consent import Consent, ConsentState, RegimeRow
from services.consent.model.question import Grounds
from services.consent.model.record import ConsentRecord, Proof
from services.consent.model.request import Reduction, RequestState, Retraction
from services.consent.rules.reach import readable_categories
from services.consent.rules.requests import state_of
from services.consent.rules.withdrawal import newest_of_pairs, state_of_consent, take_back
from services.consent.servicer.reducing import reduce_pair
from services.consent.servicer.reinstating import hindrance_now, take_withdrawal_back
from services.consent.servicer.tokens import current_session
from services.consent.servicer.withdrawing import Actor, withdrawn_before, write_down
from services.consent.servicer.writing_down import unconfirmed_until
from services.consent.store import consents, disclosures, regimes, requests, sittings, withdrawals
from services.consent.store.disclosures import SeenDisclosure
from services.consent.store.withdrawals import Course

STATE = client_pb2.ConsentState
PAGE: Final = 100
"""Disclosures of a page, unless she asks for another number."""
_LAST_ID: Final = UUID(int=(1 << 128) - 1)
_GRANTED = frozenset({RequestState.GRANTED, RequestState.PARTLY_GRANTED})
_ENDABLE = frozenset({ConsentState.ACTIVE, ConsentState.EXPIRED})


@dataclass(frozen=True, slots=True)
class Held:
    """A consent by its newest revision, with the first one's time and its state now."""

    record: ConsentRecord
    given_at: datetime
    state: ConsentState
    regimes: tuple[RegimeRow, ...]
    revisions: tuple[Consent, ...] = ()
    """All revisions between its two agencies, in order; of this consent and of others."""


def held_consents(records: Sequence[ConsentRecord], rows: tuple[RegimeRow, ...], at: datetime) -> list[Held]:
    """One entry for each consent, newest first; `records` are all revisions of a case."""
    newest = newest_of_pairs(records)
    first: dict[UUID, ConsentRecord] = {}
    last: dict[UUID, ConsentRecord] = {}
    between: dict[tuple[UUID, UUID], tuple[Consent, ...]] = {}
    for record in records:
        consent = record.consent
        between[record.pair] = (*between.get(record.pair, ()), consent)
        first.setdefault(consent.consent_id, record)
        last[consent.consent_id] = record
    held = [
        Held(
            record,
            first[consent_id].consent.at,
            state_of_consent(record.consent, newest[record.pair].consent.revision, at),
            rows,
            between[record.pair],
        )
        for consent_id, record in last.items()
    ]
    return sorted(held, key=lambda entry: entry.given_at, reverse=True)


def own_consent(held: Held, courses: Iterable[Course], at: datetime, *, names: bool) -> client_pb2.OwnConsent:
    """The entry as she sees it; agencies only with names."""
    consent = held.record.consent
    courses = [course for course in courses if course.consent_id == consent.consent_id]
    readable = (
        readable_categories(Grounds(consent, held.regimes), at) if held.state is ConsentState.ACTIVE else frozenset()
    )
    return client_pb2.OwnConsent(
        consent_id=str(consent.consent_id),
        state=number(STATE, held.state),
        discloser_id=str(consent.discloser_id) if names else "",
        recipient_id=str(consent.recipient_id) if names else "",
        permitted=numbers(CATEGORY, readable),
        way_back=number(WAY_BACK, consent.way_back),
        secrecy_release_forward=consent.secrecy_release_forward,
        secrecy_release_back=consent.secrecy_release_back,
        given_at=stamp(held.given_at),
        valid_until=stamp(consent.valid_until),
        withdrawals=[
            _own_withdrawal(course, may_be_taken_back=_may_be_taken_back(held, course, courses, at))
            for course in courses
        ],
        unconfirmed_until=stamp(unconfirmed_until(consent)) if held.state is ConsentState.ACTIVE else None,
    )


class OwnList:
    """Reads the list of a case, takes back what stands in it, and makes less of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, who: Client) -> client_pb2.ListOwnConsentsResponse:
        """Everything of her case, newest first."""
        names = "see-names" in who.scopes
        async with self._database.transaction(Scope.of(who), read_only=True) as tx:
            await current_session(tx, who)
            at = await requests.legal_time(tx)
            held = await _held(tx, who.case, at)
            courses = await withdrawals.list_of_case(tx, who.case)
            seen, more = await _page(tx, who.case, None, PAGE)
            asked = await requests.list_of_case(tx, who.case)
            taken_on = await sittings.ended_by_acceptance(tx, who.case)
        return client_pb2.ListOwnConsentsResponse(
            consents=[own_consent(entry, courses, at, names=names) for entry in held],
            disclosures=[_own_disclosure(entry, names=names) for entry in seen],
            requests=[
                client_pb2.OwnRequest(
                    consent_request_id=str(request.consent_request_id),
                    state=number(request_pb2.ConsentRequestState, state_of(request, at)),
                    requested_at=stamp(request.requested_at),
                    recipient_id=str(request.recipient_id) if names else "",
                    another_agency_took_it=request.consent_request_id in taken_on,
                )
                for request in asked
                if state_of(request, at) not in _GRANTED
            ],
            next_disclosures_page_token=more,
        )

    async def history(self, who: Client, before: UUID | None, limit: int) -> client_pb2.ListOwnDisclosuresResponse:
        """A page of disclosures, newest first; `before` is where the page before ended."""
        names = "see-names" in who.scopes
        async with self._database.transaction(Scope.of(who), read_only=True) as tx:
            await current_session(tx, who)
            seen, more = await _page(tx, who.case, before, limit or PAGE)
        return client_pb2.ListOwnDisclosuresResponse(
            disclosures=[_own_disclosure(entry, names=names) for entry in seen], next_page_token=more
        )

    async def withdraw(
        self, who: Client, consent_id: UUID | None, retraction: Retraction, request_id: UUID, *, only_say: bool
    ) -> tuple[list[Proof], list[client_pb2.OwnConsent]]:
        """Takes back one consent or all; what ended before stays as it is. Proofs, and how the consents stand."""
        async with self._database.transaction(Scope.of(who), lock=Lock(str(who.case))) as tx:
            await current_session(tx, who)
            at = await requests.legal_time(tx)
            held = await _held(tx, who.case, at)
            if consent_id is not None and all(entry.record.consent.consent_id != consent_id for entry in held):
                raise NotFound
            chosen = [entry for entry in held if consent_id in {None, entry.record.consent.consent_id}]
            revisions = [
                revision
                for entry in chosen
                for revision in entry.revisions
                if consent_id in {None, revision.consent_id}
            ]
            proofs, after = await withdrawn_before(tx, who.case, request_id, retraction, revisions), chosen
            if not proofs:
                proofs, after = await _take_back_all(tx, chosen, retraction, request_id, at, only_say=only_say)
            courses = await withdrawals.list_of_case(tx, who.case)
        names = "see-names" in who.scopes
        return proofs, [own_consent(entry, courses, at, names=names) for entry in after]

    async def take_withdrawal_back(self, who: Client, withdrawal_id: UUID, request_id: UUID) -> Proof:
        """Puts in force again what this one withdrawal ended; NotFound, or IllegalState that names the hindrance."""
        async with self._database.transaction(Scope.of(who), lock=Lock(str(who.case))) as tx:
            await current_session(tx, who)
            return await take_withdrawal_back(tx, who.case, withdrawal_id, Actor(request_id))

    async def reduce(
        self, who: Client, consent_id: UUID, reduction: Reduction, request_id: UUID
    ) -> tuple[Proof, client_pb2.OwnConsent]:
        """Writes the revision that permits less. NotFound for one of others; IllegalState for one not in force."""
        async with self._database.transaction(Scope.of(who), lock=Lock(str(who.case))) as tx:
            await current_session(tx, who)
            at = await requests.legal_time(tx)
            entry = _entry(await _held(tx, who.case, at), consent_id)
            proof = await reduce_pair(tx, who.case, entry.record.pair, reduction, Actor(request_id), consent_id)
            if proof is None:
                raise IllegalState(metadata={"state": entry.state.value, "possible": "only what is in force"})
            after = _entry(await _held(tx, who.case, at), consent_id)
            courses = await withdrawals.list_of_case(tx, who.case)
        return proof, own_consent(after, courses, at, names="see-names" in who.scopes)


def _entry(held: Iterable[Held], consent_id: UUID) -> Held:
    """The consent of this id; NotFound for one of others."""
    for entry in held:
        if entry.record.consent.consent_id == consent_id:
            return entry
    raise NotFound


async def _page(tx: Connection, case_id: UUID, before: UUID | None, limit: int) -> tuple[list[SeenDisclosure], str]:
    """The disclosures, and the token of what follows them; "" when nothing does."""
    found = await disclosures.list_of_case(tx, case_id, before or _LAST_ID, limit + 1)
    return found[:limit], page_token(found[limit - 1].disclosure_id) if len(found) > limit else ""


async def _take_back_all(
    tx: Connection,
    chosen: Sequence[Held],
    retraction: Retraction,
    request_id: UUID,
    at: datetime,
    *,
    only_say: bool,
) -> tuple[list[Proof], list[Held]]:
    proofs, after = [], []
    for entry in chosen:
        if entry.state not in _ENDABLE:
            continue
        remainder = take_back(entry.record.consent, retraction, at)
        if not only_say:
            proofs.append(await write_down(tx, entry.record, remainder, Actor(request_id), at))
        left = ConsentRecord(remainder.consent, entry.record.setting, request_id)
        state = state_of_consent(remainder.consent, remainder.consent.revision, at)
        after.append(Held(left, entry.given_at, state, entry.regimes, (*entry.revisions, remainder.consent)))
    return proofs, after


async def _held(tx: Connection, case_id: UUID, at: datetime) -> list[Held]:
    records = await consents.list_of_case(tx, case_id)
    agencies = {agency for record in records for agency in record.pair}
    return held_consents(records, await regimes.list_of(tx, sorted(agencies)), at)


def _may_be_taken_back(held: Held, course: Course, courses: Iterable[Course], at: datetime) -> bool:
    return (
        bool(held.revisions)
        and course.reinstated_at is None
        and hindrance_now(course, courses, held.revisions, at) is None
    )


def _own_withdrawal(course: Course, *, may_be_taken_back: bool) -> client_pb2.OwnWithdrawal:
    return client_pb2.OwnWithdrawal(
        withdrawal_id=str(course.withdrawal_id),
        at=stamp(course.at),
        everything=course.everything,
        categories=numbers(CATEGORY, course.categories),
        acknowledged_at=stamp(course.acknowledged_at),
        keys_destroyed_at=stamp(course.keys_destroyed_at),
        due_at=stamp(course.due_at),
        objected_at=stamp(course.objected_at),
        objection_closed_at=stamp(course.objection_closed_at),
        kept=numbers(CATEGORY, course.kept),
        taken_back_at=stamp(course.reinstated_at),
        may_be_taken_back=may_be_taken_back,
        another_agency_took_it=course.by_service,
    )


def _own_disclosure(seen: SeenDisclosure, *, names: bool) -> client_pb2.OwnDisclosure:
    return client_pb2.OwnDisclosure(
        at=stamp(seen.at),
        agency_id=str(seen.agency_id) if names else "",
        role=number(access_pb2.Role, seen.role),
        category=number(CATEGORY, seen.category),
        kind=number(client_pb2.DisclosureKind, seen.kind),
        direction=number(DIRECTION, seen.direction),
    )
