"""What a client is asked, and her answer: grant or refusal, written once, proved by a receipt."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from services.common.database import Connection, Database, Lock, Scope
from services.common.errors import IllegalState, RepeatKeyReused
from services.common.identity.principals import Client
from services.consent.convert import invalid
from services.consent.model.consent import Consent
from services.consent.model.question import Grounds
from services.consent.model.record import ConsentRecord, EvidenceKind, Proof, Refusal, Setting
from services.consent.model.request import Answer, ConsentRequest, RequestState
from services.consent.rules.decision import regime_of
from services.consent.rules.requests import DEFAULT_MONTHS, AnswerError, months_after, settle, state_of
from services.consent.servicer.tokens import current_session
from services.consent.servicer.wording import Shown, Texts
from services.consent.store import consents, regimes, requests, texts


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
    at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """What her answer made."""

    state: RequestState
    consent_id: UUID | None
    proof: Proof


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
            rows = await regimes.list_of(tx, [asked.discloser_id, asked.recipient_id])
            return Question(
                asked=asked,
                state=state_of(asked, at),
                until=months_after(at, DEFAULT_MONTHS),
                shown=await self._texts.in_force(tx, asked, language, variety),
                replaced=before,
                grounds=Grounds(before.consent if before else None, rows),
                in_danger=await requests.case_is_in_danger(tx, who.case),
                at=at,
            )

    async def record(
        self, who: Client, consent_request_id: UUID, answer: Answer, shown: tuple[UUID, ...], request_id: UUID
    ) -> Recorded:
        """Writes the grant or the refusal down under the case's exclusive lock; a repeat answers what was written.

        `shown` are the texts that she read in the end: the evidence names them, and their language.
        """
        async with self._database.transaction(Scope.of(who), lock=Lock(str(who.case))) as tx:
            await current_session(tx, who)
            asked = await requests.get(tx, who.case, consent_request_id)
            at = await requests.legal_time(tx)
            state = state_of(asked, at)
            done = await consents.find_decision(tx, who.case, request_id)
            if done is not None:
                if done.consent_request_id != consent_request_id:
                    raise RepeatKeyReused
                return Recorded(state, done.consent_id, done.proof)
            if state is not RequestState.REQUESTED:
                raise _ended(state)
            asked = await self._texts.as_shown(tx, asked, shown)
            return await self._settle(tx, asked, answer, request_id, at)

    async def _settle(
        self, tx: Connection, asked: ConsentRequest, answer: Answer, request_id: UUID, at: datetime
    ) -> Recorded:
        before = await consents.newest_of_pair(tx, asked.case_id, asked.discloser_id, asked.recipient_id)
        revision = before.consent.revision + 1 if before else 1
        try:
            outcome = settle(asked, answer, consent_id=uuid4(), revision=revision, at=at)
        except AnswerError as error:
            raise invalid(error.field, error.rule) from None
        hashes = tuple(version.content_hash.hex() for version in await texts.get(tx, asked.text_version_ids))
        receipt_id = uuid4()
        if outcome.consent is None:
            refusal = _refusal(asked, hashes, receipt_id, request_id, at)
            leaf = await consents.insert_refusal(tx, refusal)
        else:
            setting = await _setting(tx, asked, outcome.consent, hashes, at)
            record = ConsentRecord(outcome.consent, setting, request_id, receipt_id)
            leaf = await consents.insert_revision(tx, record)
        if not await requests.end(tx, asked, outcome.state, "decision", at):
            # Wrong codes close a question without the case's lock: what was closed meanwhile gives no consent.
            raise _ended(state_of(await requests.get(tx, asked.case_id, asked.consent_request_id), at))
        consent_id = outcome.consent.consent_id if outcome.consent else None
        return Recorded(outcome.state, consent_id, Proof(receipt_id, leaf, at))


def _ended(state: RequestState) -> IllegalState:
    return IllegalState(metadata={"state": state.value, "possible": "ask anew"})


async def _setting(
    tx: Connection, asked: ConsentRequest, consent: Consent, hashes: tuple[str, ...], at: datetime
) -> Setting:
    rows = await regimes.list_of(tx, [consent.discloser_id, consent.recipient_id])
    discloser, recipient = (
        regime_of(agency_id, rows, at) for agency_id in (consent.discloser_id, consent.recipient_id)
    )
    return Setting(
        language=asked.language,
        text_hashes=hashes,
        evidence_kind=EvidenceKind.OWN_DEVICE,
        consent_request_id=asked.consent_request_id,
        referral_id=asked.referral_id,
        discloser_regime=discloser.regime if discloser else None,
        discloser_overlays=discloser.overlays if discloser else (),
        recipient_regime=recipient.regime if recipient else None,
        recipient_overlays=recipient.overlays if recipient else (),
    )


def _refusal(
    asked: ConsentRequest, hashes: tuple[str, ...], receipt_id: UUID, request_id: UUID, at: datetime
) -> Refusal:
    return Refusal(
        case_id=asked.case_id,
        consent_request_id=asked.consent_request_id,
        receipt_id=receipt_id,
        referral_id=asked.referral_id,
        discloser_id=asked.discloser_id,
        recipient_id=asked.recipient_id,
        language=asked.language,
        text_hashes=hashes,
        evidence_kind=EvidenceKind.OWN_DEVICE,
        at=at,
        request_id=request_id,
    )
