"""What a client is asked, and her answer: grant or refusal, written once, proved by a receipt."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from services.common.database import Connection, Database, Lock, Scope
from services.common.errors import IllegalState, NotFound, RepeatKeyReused
from services.common.identity.principals import Client
from services.consent.model.credentials import Session
from services.consent.model.question import Grounds
from services.consent.model.record import Circumstance, ConsentRecord, EvidenceKind, Proof
from services.consent.model.request import Answer, ConsentRequest, RequestState, Retraction
from services.consent.rules.requests import DEFAULT_MONTHS, months_after, state_of
from services.consent.rules.withdrawal import take_back
from services.consent.servicer.sittings import open_in_sitting
from services.consent.servicer.tokens import current_session
from services.consent.servicer.withdrawing import Actor, write_down
from services.consent.servicer.wording import Shown, Texts
from services.consent.servicer.writing_down import (
    Recorded,
    recorded_before,
    unconfirmed,
    unconfirmed_until,
    write_confirmation,
    write_decision,
)
from services.consent.store import consents, credentials, regimes, requests, sittings, withdrawals


@dataclass(frozen=True, slots=True)
class Question:
    """All that she sees before she decides."""

    asked: ConsentRequest
    state: RequestState
    until: datetime
    shown: Shown
    replaced: ConsentRecord | None
    grounds: Grounds
    in_danger: bool
    waiting: ConsentRecord | None
    """What was written down of an oral decision and waits for her word."""

    at: datetime
    sitting: tuple[ConsentRequest, ...]
    """All questions of the sitting in order, this one among them; empty when it was asked alone."""


class Answers:
    """Reads the question of a session and records its answer."""

    def __init__(self, database: Database, shown: Texts) -> None:
        self._database = database
        self._texts = shown

    async def question(self, who: Client, consent_request_id: UUID, language: str, variety: str) -> Question:
        """What she is asked, with the texts in force in these words; empty means those of the question."""
        async with self._database.transaction(Scope.of(who), read_only=True) as tx:
            await current_session(tx, who)
            asked = await requests.get(tx, who.case, consent_request_id)
            at = await requests.legal_time(tx)
            before = await consents.newest_of_pair(tx, who.case, asked.discloser_id, asked.recipient_id)
            if before is not None and not (before.consent.in_force and at < before.consent.valid_until):
                before = None
            sitting = await sittings.list_of(tx, who.case, consent_request_id)
            rows = await regimes.list_of(tx, [asked.discloser_id, asked.recipient_id])
            return Question(
                asked=asked,
                state=state_of(asked, at),
                until=months_after(at, DEFAULT_MONTHS),
                shown=await self._texts.in_force(tx, asked, language, variety),
                replaced=before,
                grounds=Grounds(before.consent if before else None, rows),
                in_danger=await requests.case_is_in_danger(tx, who.case),
                waiting=await unconfirmed(tx, asked),
                at=at,
                sitting=tuple(sitting) if len(sitting) > 1 else (),
            )

    async def record(
        self, who: Client, consent_request_id: UUID, answer: Answer, shown: tuple[UUID, ...], request_id: UUID
    ) -> Recorded:
        """Writes the grant or the refusal down under the case's exclusive lock; a repeat answers what was written.

        `shown` are the texts that she read in the end: the evidence names them, and their language.
        """
        async with self._database.transaction(Scope.of(who), lock=Lock(str(who.case))) as tx:
            session = await current_session(tx, who)
            asked = await requests.get(tx, who.case, consent_request_id)
            at = await requests.legal_time(tx)
            if (done := await recorded_before(tx, asked, request_id, state_of(asked, at))) is not None:
                return done
            asked = await self._texts.as_shown(tx, asked, shown)
            return await write_decision(tx, asked, answer, await _circumstance(tx, session), request_id, at)

    async def next_in_sitting(
        self, who: Client, consent_request_id: UUID, request_id: UUID
    ) -> tuple[Session, ConsentRequest]:
        """A session for the next open question of the sitting, which ends when this one would; NotFound for none."""
        async with self._database.transaction(Scope.of(who), lock=Lock(str(who.case))) as tx:
            session = await current_session(tx, who)
            at = await requests.legal_time(tx)
            repeat = await credentials.find_session_by_repeat(tx, who.case, request_id)
            if repeat is not None:
                if repeat.consent_request_id is None:
                    raise RepeatKeyReused
                return repeat, await requests.get(tx, who.case, repeat.consent_request_id)
            others = await open_in_sitting(tx, who.case, consent_request_id, at)
            if not others:
                raise NotFound
            number = await credentials.newest_code_number(tx, who.case, others[0].consent_request_id)
            begun = replace(
                session, session_id=uuid4(), consent_request_id=others[0].consent_request_id, code_number=number
            )
            await credentials.insert_session(tx, begun, request_id, at)
            return begun, others[0]

    async def confirm(self, who: Client, consent_request_id: UUID, request_id: UUID, *, is_right: bool) -> Proof:
        """Her own word on what was written down of an oral decision; a no takes everything back."""
        async with self._database.transaction(Scope.of(who), lock=Lock(str(who.case))) as tx:
            await current_session(tx, who)
            asked = await requests.get(tx, who.case, consent_request_id)
            at = await requests.legal_time(tx)
            if (done := await _confirmed_before(tx, who.case, request_id, is_right=is_right)) is not None:
                return done
            waiting = await unconfirmed(tx, asked)
            if waiting is None:
                raise IllegalState(metadata={"state": state_of(asked, at).value, "possible": "nothing waits"})
            if is_right:
                until = unconfirmed_until(waiting.consent)
                if until is not None and at >= until:
                    raise IllegalState(metadata={"state": "unconfirmed", "possible": "ask anew"})
                return await write_confirmation(tx, waiting, request_id, at)
            return await write_down(tx, waiting, take_back(waiting.consent, Retraction(), at), Actor(request_id), at)


async def _circumstance(tx: Connection, session: Session) -> Circumstance:
    """On the agency's tablet when the code was made for it: that stands in the database, not in what a browser says."""
    if session.consent_request_id is None or session.code_number is None:
        return Circumstance()
    counsellor = await credentials.on_tablet_of(tx, session.case_id, session.consent_request_id, session.code_number)
    return Circumstance() if counsellor is None else Circumstance(EvidenceKind.TABLET, counsellor)


async def _confirmed_before(tx: Connection, case_id: UUID, request_id: UUID, *, is_right: bool) -> Proof | None:
    confirmed = await consents.find_decision(tx, case_id, request_id)
    taken_back = await withdrawals.find_by_repeat(tx, case_id, request_id)
    if (confirmed is not None and not is_right) or (taken_back and is_right):
        raise RepeatKeyReused
    if confirmed is not None:
        return confirmed.proof
    return taken_back[0][1] if taken_back else None
