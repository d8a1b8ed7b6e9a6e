"""Writing a decision down: grant or refusal, once, with a receipt. The same for device, tablet, voice and paper."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from services.common.database import Connection
from services.common.errors import IllegalState, RepeatKeyReused
from services.consent.convert import invalid
from services.consent.model.consent import Act, Consent
from services.consent.model.record import Circumstance, ConsentRecord, Proof, Refusal, Setting
from services.consent.model.request import Answer, ConsentRequest, RequestState
from services.consent.rules.decision import CONFIRMATION_TIME, regime_of
from services.consent.rules.requests import AnswerError, settle, state_of
from services.consent.store import consents, regimes, requests, texts


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an answer made; `unconfirmed_until` where it waits for her own word."""

    state: RequestState
    consent_id: UUID | None
    proof: Proof
    unconfirmed_until: datetime | None = None


async def recorded_before(
    tx: Connection, asked: ConsentRequest, request_id: UUID, state: RequestState
) -> Recorded | None:
    """What this repeat key made; IllegalState when nothing and the question is not open any more."""
    done = await consents.find_decision(tx, asked.case_id, request_id)
    if done is not None:
        if done.consent_request_id != asked.consent_request_id:
            raise RepeatKeyReused
        waiting = await unconfirmed(tx, asked)
        until = unconfirmed_until(waiting.consent) if waiting else None
        return Recorded(state, done.consent_id, done.proof, until)
    if state is not RequestState.REQUESTED:
        raise ended(state)
    return None


async def write_decision(
    tx: Connection, asked: ConsentRequest, answer: Answer, circumstance: Circumstance, request_id: UUID, at: datetime
) -> Recorded:
    """Grant or refusal, and the end of the question. Needs the case's exclusive lock."""
    before = await consents.newest_of_pair(tx, asked.case_id, asked.discloser_id, asked.recipient_id)
    revision = before.consent.revision + 1 if before else 1
    if before is not None:
        # Whom she did not want she need not name again, and the name was never known here.
        answer = replace(answer, excluded_persons=answer.excluded_persons | before.consent.excluded_persons)
    try:
        outcome = settle(asked, answer, circumstance, consent_id=uuid4(), revision=revision, at=at)
    except AnswerError as error:
        raise invalid(error.field, error.rule) from None
    hashes = tuple(version.content_hash.hex() for version in await texts.get(tx, asked.text_version_ids))
    receipt_id = uuid4()
    if outcome.consent is None:
        leaf = await consents.insert_refusal(tx, _refusal(asked, hashes, circumstance, receipt_id, request_id, at))
    else:
        setting = await _setting(tx, asked, outcome.consent, hashes, circumstance, at)
        leaf = await consents.insert_revision(tx, ConsentRecord(outcome.consent, setting, request_id, receipt_id))
    if not await requests.end(tx, asked, outcome.state, "decision", at):
        # Wrong codes close a question without the case's lock: what was closed meanwhile gives no consent.
        raise ended(state_of(await requests.get(tx, asked.case_id, asked.consent_request_id), at))
    return Recorded(
        outcome.state,
        outcome.consent.consent_id if outcome.consent else None,
        Proof(receipt_id, leaf, at),
        unconfirmed_until(outcome.consent) if outcome.consent else None,
    )


async def unconfirmed(tx: Connection, asked: ConsentRequest) -> ConsentRecord | None:
    """The consent of this request that waits for her own word; None when nothing waits."""
    record = await consents.newest_of_pair(tx, asked.case_id, asked.discloser_id, asked.recipient_id)
    if record is None or not record.consent.in_force or record.consent.unconfirmed_since is None:
        return None
    return record if record.setting.consent_request_id == asked.consent_request_id else None


def unconfirmed_until(consent: Consent) -> datetime | None:
    """When an oral decision ends unless she confirms it; None for one that needs no confirmation."""
    return consent.unconfirmed_since + CONFIRMATION_TIME if consent.unconfirmed_since else None


async def write_confirmation(tx: Connection, waiting: ConsentRecord, request_id: UUID, at: datetime) -> Proof:
    """The same consent without condition, with a receipt of its own. Needs the case's exclusive lock."""
    before = waiting.consent
    confirmed = replace(before, act=Act.CONFIRMED, revision=before.revision + 1, at=at, unconfirmed_since=None)
    receipt_id = uuid4()
    leaf = await consents.insert_revision(tx, ConsentRecord(confirmed, waiting.setting, request_id, receipt_id))
    return Proof(receipt_id, leaf, at)


def ended(state: RequestState) -> IllegalState:
    """The error for a question that is not open any more."""
    return IllegalState(metadata={"state": state.value, "possible": "ask anew"})


async def _setting(
    tx: Connection,
    asked: ConsentRequest,
    consent: Consent,
    hashes: tuple[str, ...],
    circumstance: Circumstance,
    at: datetime,
) -> Setting:
    rows = await regimes.list_of(tx, [consent.discloser_id, consent.recipient_id])
    discloser, recipient = (
        regime_of(agency_id, rows, at) for agency_id in (consent.discloser_id, consent.recipient_id)
    )
    return Setting(
        language=asked.language,
        text_hashes=hashes,
        evidence_kind=circumstance.kind,
        consent_request_id=asked.consent_request_id,
        referral_id=asked.referral_id,
        discloser_regime=discloser.regime if discloser else None,
        discloser_overlays=discloser.overlays if discloser else (),
        recipient_regime=recipient.regime if recipient else None,
        recipient_overlays=recipient.overlays if recipient else (),
        evidence_hash=circumstance.evidence_hash,
        evidence_relation=circumstance.evidence_relation,
        assisted_by=circumstance.assisted_by,
    )


def _refusal(
    asked: ConsentRequest,
    hashes: tuple[str, ...],
    circumstance: Circumstance,
    receipt_id: UUID,
    request_id: UUID,
    at: datetime,
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
        evidence_kind=circumstance.kind,
        at=at,
        request_id=request_id,
    )
