"""What all servicers share: who may touch which object, and the way to content."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import grpc
from lotse.directory.v1 import agency_pb2, agency_pb2_grpc
from lotse.referrals.v1 import referral_pb2

from services.common.clock import Clock
from services.common.database import Connection, Database, Scope
from services.common.errors import COME_AGAIN, IllegalState, NotFound, PermissionDenied, StaleEtag
from services.common.identity.context import staff
from services.common.identity.principals import Staff
from services.referrals.consent import AskedItem, Consent, Decision, Question
from services.referrals.encryption.envelope import ItemName, decrypt
from services.referrals.encryption.keyring import Holding, Keyring
from services.referrals.errors import DecisionTooOld
from services.referrals.model import CONSENT, Action, Case, Outcome, Referral, Side, State
from services.referrals.rules import ENDED, after, possible
from services.referrals.servicer.showing import Showing
from services.referrals.store import cases, name_checks, referrals

Context = grpc.aio.ServicerContext[Any, Any]
CONTENT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Content:
    """What a section says; personal data."""

    fields: dict[str, str] = field(repr=False)
    note: str = field(repr=False)

    def plain(self) -> bytes:
        """The bytes that are encrypted."""
        return json.dumps({"fields": self.fields, "note": self.note}, ensure_ascii=False).encode()

    @classmethod
    def of(cls, plain: bytes) -> "Content":
        """From the bytes that were encrypted."""
        values = json.loads(plain)
        return cls(values["fields"], values["note"])


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the service."""

    database: Database
    keyring: Keyring
    consent: Consent
    showing: Showing
    agencies: agency_pb2_grpc.AgencyServiceStub
    clock: Clock

    async def agency(self, agency_id: UUID) -> agency_pb2.Agency | None:
        """What the directory knows of an agency."""
        answer = await self.agencies.BatchGetAgencies(agency_pb2.BatchGetAgenciesRequest(agency_ids=[str(agency_id)]))
        return answer.agencies[0] if answer.agencies else None

    async def consent_state(
        self, referral: Referral, cover_sheet: Decision
    ) -> referral_pb2.DraftConsentState.ValueType:
        """Where consent for a draft stands; computed, not stored."""
        standing = await self.consent.standing(referral)
        asked = standing is not None and standing.draft_revision == referral.draft_revision
        if standing is not None and asked and standing.state == "requested":
            return referral_pb2.DRAFT_CONSENT_STATE_AWAITING
        if cover_sheet.permit:
            return referral_pb2.DRAFT_CONSENT_STATE_READY
        if not asked:
            return referral_pb2.DRAFT_CONSENT_STATE_NOT_ASKED
        return referral_pb2.DRAFT_CONSENT_STATE_REFUSED

    async def draft_state(self, referral: Referral) -> referral_pb2.DraftConsentState.ValueType:
        """The same for showing one's own draft: not said while consent is away, and of what is no draft any more."""
        if referral.state is not State.DRAFT:
            return referral_pb2.DRAFT_CONSENT_STATE_UNSPECIFIED
        question = Question(referral, [AskedItem.of_cover_sheet(referral)], "send")
        try:
            ((cover_sheet,),) = await self.consent.decide([question])
            return await self.consent_state(referral, cover_sheet)
        except COME_AGAIN:
            return referral_pb2.DRAFT_CONSENT_STATE_UNSPECIFIED

    async def open_item(self, holding: Holding, name: ItemName, ciphertext: bytes) -> bytes:
        """The content of an item that this agency holds a key of."""
        return decrypt(await self.keyring.read(holding), ciphertext, name)


class DecisionClock:
    """Holds that content follows its decision within five seconds."""

    def __init__(self) -> None:
        self._asked = time.monotonic()

    def check(self) -> None:
        """Raises DecisionTooOld when too much time has passed since consent was asked, so since it decided too."""
        if time.monotonic() - self._asked > CONTENT_SECONDS:
            raise DecisionTooOld


def member() -> tuple[Staff, UUID]:
    """The staff principal and her agency; an operator has none and is refused."""
    who = staff()
    if who.agency is None:
        raise PermissionDenied
    return who, who.agency


def scope(who: Staff) -> Scope:
    """The scope of a person's statements."""
    return Scope.of(who)


async def own_case(tx: Connection, case_id: UUID, who: Staff, agency_id: UUID) -> Case:
    """The case, for whom it is assigned to; NotFound for everybody else."""
    case = await cases.assigned(tx, case_id, agency_id, who.person)
    if case is None:
        raise NotFound
    return case


async def referral_of(
    tx: Connection, referral_id: UUID, who: Staff, agency_id: UUID, *, read_only: bool = False, locked: bool = False
) -> tuple[Referral, Side]:
    """The referral and the side one stands on; NotFound for third agencies and for colleagues who are not assigned.

    A coordinator may look at the record of her agency's referral, which holds no content.
    """
    found = await (referrals.lock(tx, referral_id) if locked else referrals.find(tx, referral_id))
    side = found.side_of(agency_id) if found else None
    if found is None or side is None:
        raise NotFound
    overseeing = read_only and "coordinator" in who.roles
    if side is Side.DISCLOSER and not overseeing:
        await own_case(tx, found.case_id, who, agency_id)
    return found, side


async def side_of(
    tx: Connection, referral_id: UUID, wanted: Side, *, locked: bool = False
) -> tuple[Referral, Staff, UUID]:
    """The referral for somebody on the wanted side; NotFound on the other."""
    who, agency_id = member()
    found, side = await referral_of(tx, referral_id, who, agency_id, locked=locked)
    if side is not wanted:
        raise NotFound
    return found, who, agency_id


async def check_not_withdrawn(
    tx: Connection, referral: Referral, decided_at: datetime, categories: Sequence[str]
) -> None:
    """Raises StaleEtag when she took something of it back after the decision, which then counts for nothing.

    What rests on an act of a law no withdrawal touches.

    The transaction holds the case's lock: a withdrawal is heard before and seen here, or after and sees what was sent.
    """
    if referral.basis == CONSENT and await referrals.withdrawn_since(tx, referral, decided_at, categories):
        raise StaleEtag


async def names_are_open(tx: Connection, referral: Referral, agency_id: UUID) -> bool:
    """Whether it is not known yet whom the client does not want to read this; an act of a law is not touched by it."""
    crosses = referral.basis == CONSENT and referral.sent_at is not None and referral.state not in ENDED
    return crosses and await name_checks.is_open(tx, referral, agency_id)


def check_etag(referral: Referral, etag: str) -> None:
    """Raises StaleEtag when the referral was changed since it was read."""
    if etag != referral.etag:
        raise StaleEtag


def next_state(action: Action, side: Side, referral: Referral) -> State:
    """The state that follows; raises IllegalState that names what is possible."""
    to = after(action, side, referral.state)
    if to is None:
        names = ", ".join(one.value for one in possible(side, referral.state))
        raise IllegalState(metadata={"state": referral.state.value, "possible": names})
    return to


def case_of(referral: Referral) -> UUID:
    """The case that the recipient opened; NotFound before it accepted."""
    if referral.recipient_case_id is None:
        raise NotFound
    return referral.recipient_case_id


def outcome_holdings(referral: Referral, outcome: Outcome) -> tuple[Holding, Holding]:
    """Why the recipient, who wrote it, and the discloser may read an outcome."""
    own = Holding(outcome.item_id, 1, referral.recipient_id, case_of(referral))
    return own, Holding(outcome.item_id, 1, referral.discloser_id, referral.referral_id)
