"""The three services as the gateway sees them; a test says who does what."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar
from uuid import UUID, uuid4

import grpc
from lotse.consent.v1 import client_pb2, client_pb2_grpc
from lotse.referrals.v1 import case_pb2, case_pb2_grpc, referral_pb2, referral_pb2_grpc, statutory_pb2_grpc
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from services.consent.settings import ConsentSettings
from services.directory.importing.identity import make_id
from services.referrals.settings import ReferralsSettings
from tests.integration.consent.world import bearer
from tests.support.clock import MovableClock
from tests.support.postgres import TestDatabase
from tests.support.running import Running
from tests.support.server import TestNetwork
from tests.support.tokens import KeycloakShapedIssuer

COVER, CONTACT, HOUSING, HEALTH, MONEY = (
    words.DATA_CATEGORY_COVER_SHEET,
    words.DATA_CATEGORY_CONTACT,
    words.DATA_CATEGORY_HOUSING,
    words.DATA_CATEGORY_HEALTH,
    words.DATA_CATEGORY_MONEY,
)
Category: TypeAlias = words.DataCategory.ValueType
DISCLOSER, RECIPIENT, THIRD = (
    make_id("demo", "organization", name)
    for name in ("caritas-hannover-sozialberatung", "diakonie-hannover-wohnen", "awo-wolfsburg")
)
CANARY = "Nachname-Kanarienvogel"
T = TypeVar("T")


@dataclass(frozen=True)
class Worker:
    """A person with roles in an agency."""

    agency: UUID
    person: UUID = field(default_factory=uuid4)
    roles: tuple[str, ...] = ("counsellor",)


@dataclass
class World:
    """The three services as the gateway sees them."""

    directory: TestDatabase
    content: TestDatabase
    keys: TestDatabase
    consent_database: TestDatabase
    network: TestNetwork
    issuer: KeycloakShapedIssuer
    clock: MovableClock
    settings: ReferralsSettings
    referrals: grpc.aio.Channel
    consent: grpc.aio.Channel
    consent_service: Running
    referrals_service: Running
    directory_service: Running
    discloser: Worker = field(default_factory=lambda: Worker(DISCLOSER))
    recipient: Worker = field(default_factory=lambda: Worker(RECIPIENT))
    colleague: Worker = field(default_factory=lambda: Worker(DISCLOSER))
    other_colleague: Worker = field(default_factory=lambda: Worker(RECIPIENT))
    third: Worker = field(default_factory=lambda: Worker(THIRD))
    consent_settings: ConsentSettings | None = None

    def as_staff(self, who: Worker) -> list[tuple[str, str]]:
        return bearer(self.issuer.token(who.person, who.agency, *who.roles))

    @property
    def cases(self) -> case_pb2_grpc.CaseServiceStub:
        return case_pb2_grpc.CaseServiceStub(self.referrals)

    @property
    def stub(self) -> referral_pb2_grpc.ReferralServiceStub:
        return referral_pb2_grpc.ReferralServiceStub(self.referrals)

    @property
    def deletion(self) -> referral_pb2_grpc.DeletionTaskServiceStub:
        return referral_pb2_grpc.DeletionTaskServiceStub(self.referrals)

    @property
    def preview(self) -> referral_pb2_grpc.DraftPreviewServiceStub:
        return referral_pb2_grpc.DraftPreviewServiceStub(self.referrals)

    @property
    def statutory(self) -> statutory_pb2_grpc.StatutoryServiceStub:
        return statutory_pb2_grpc.StatutoryServiceStub(self.referrals)

    @property
    def clients(self) -> client_pb2_grpc.ConsentClientServiceStub:
        return client_pb2_grpc.ConsentClientServiceStub(self.consent)

    # ── cases ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def open_case(self, who: Worker | None = None, request_id: UUID | None = None) -> case_pb2.Case:
        request = case_pb2.CreateCaseRequest(request_id=str(request_id or uuid4()), handle=f"A-{uuid4().hex[:6]}")
        return (await self.cases.CreateCase(request, metadata=self.as_staff(who or self.discloser))).case

    async def write(
        self,
        case_id: str,
        category: Category,
        note: str,
        *,
        base: int = 0,
        who: Worker | None = None,
        request_id: UUID | None = None,
        fields: dict[str, str] | None = None,
        entrusted: bool = False,
    ) -> case_pb2.SectionVersion:
        request = case_pb2.WriteSectionRequest(
            request_id=str(request_id or uuid4()),
            case_id=case_id,
            category=category,
            content=case_pb2.SectionContent(fields=fields or {}, note=note),
            base_version=base,
            entrusted_by_another=entrusted,
        )
        return (await self.cases.WriteSection(request, metadata=self.as_staff(who or self.discloser))).section

    async def read_own(
        self, case_id: str, category: Category, *, version: int = 0, who: Worker | None = None
    ) -> case_pb2.ReadOwnSectionResponse:
        request = case_pb2.ReadOwnSectionRequest(case_id=case_id, category=category, version=version)
        return await self.cases.ReadOwnSection(request, metadata=self.as_staff(who or self.discloser))

    async def dossier(self, *categories: Category) -> case_pb2.Case:
        """A case with a section of each category; each note begins with the canary."""
        case = await self.open_case()
        for category in categories or (CONTACT, HOUSING, HEALTH):
            await self.write(case.case_id, category, f"{CANARY} {category}")
        return case

    # ── the discloser ────────────────────────────────────────────────────────────────────────────────────────────────

    async def draft(
        self,
        case_id: str,
        *categories: Category,
        who: Worker | None = None,
        request_id: UUID | None = None,
        urgency: words.Urgency.ValueType = words.URGENCY_SOON,
        service_id: str = "",
    ) -> referral_pb2.Referral:
        request = referral_pb2.CreateReferralRequest(
            request_id=str(request_id or uuid4()), case_id=case_id, draft=a_draft(*categories, urgency=urgency)
        )
        request.draft.service_id = service_id
        return (await self.stub.CreateReferral(request, metadata=self.as_staff(who or self.discloser))).referral

    async def ask(self, referral: referral_pb2.Referral) -> referral_pb2.RequestConsentResponse:
        request = referral_pb2.RequestConsentRequest(
            request_id=str(uuid4()), referral_id=referral.referral_id, etag=referral.etag, language="de"
        )
        return await self.stub.RequestConsent(request, metadata=self.as_staff(self.discloser))

    async def send(
        self, referral: referral_pb2.Referral, *, who: Worker | None = None, request_id: UUID | None = None
    ) -> referral_pb2.SendReferralResponse:
        request = referral_pb2.SendReferralRequest(
            request_id=str(request_id or uuid4()), referral_id=referral.referral_id, etag=referral.etag
        )
        return await self.stub.SendReferral(request, metadata=self.as_staff(who or self.discloser))

    async def get(self, referral_id: str, who: Worker) -> referral_pb2.Referral:
        request = referral_pb2.GetReferralRequest(referral_id=referral_id)
        return (await self.stub.GetReferral(request, metadata=self.as_staff(who))).referral

    async def inbox(self, who: Worker, *states: referral_pb2.ReferralState.ValueType) -> list[referral_pb2.Referral]:
        request = referral_pb2.ListReferralsRequest(box=referral_pb2.REFERRAL_BOX_INCOMING, states=states)
        return list((await self.stub.ListReferrals(request, metadata=self.as_staff(who))).referrals)

    async def read_outcome(self, referral_id: str, who: Worker | None = None) -> referral_pb2.Outcome:
        request = referral_pb2.ReadOutcomeRequest(request_id=str(uuid4()), referral_id=referral_id)
        return (await self.stub.ReadOutcome(request, metadata=self.as_staff(who or self.discloser))).outcome

    async def recall(
        self, referral: referral_pb2.Referral, reason: int = referral_pb2.TRANSITION_REASON_DUPLICATE
    ) -> referral_pb2.Referral:
        request = referral_pb2.RecallReferralRequest(
            request_id=str(uuid4()),
            referral_id=referral.referral_id,
            etag=referral.etag,
            reason=reason,  # type: ignore[arg-type]
        )
        return (await self.stub.RecallReferral(request, metadata=self.as_staff(self.discloser))).referral

    # ── the recipient ────────────────────────────────────────────────────────────────────────────────────────────────

    async def accept(
        self, referral: referral_pb2.Referral, *, who: Worker | None = None, request_id: UUID | None = None
    ) -> referral_pb2.Referral:
        request = referral_pb2.AcceptReferralRequest(
            request_id=str(request_id or uuid4()), referral_id=referral.referral_id, etag=referral.etag
        )
        return (await self.stub.AcceptReferral(request, metadata=self.as_staff(who or self.recipient))).referral

    async def start_work(self, referral: referral_pb2.Referral, who: Worker | None = None) -> referral_pb2.Referral:
        request = referral_pb2.StartReferralRequest(
            request_id=str(uuid4()), referral_id=referral.referral_id, etag=referral.etag
        )
        return (await self.stub.StartReferral(request, metadata=self.as_staff(who or self.recipient))).referral

    async def assign(self, referral: referral_pb2.Referral, to: Worker, *, by: Worker) -> referral_pb2.Referral:
        request = referral_pb2.AssignReferralRequest(
            request_id=str(uuid4()),
            referral_id=referral.referral_id,
            etag=referral.etag,
            person_id=str(to.person),
        )
        return (await self.stub.AssignReferral(request, metadata=self.as_staff(by))).referral

    async def decline(
        self,
        referral: referral_pb2.Referral,
        reason: referral_pb2.TransitionReason.ValueType = referral_pb2.TRANSITION_REASON_AT_CAPACITY,
        *,
        who: Worker | None = None,
    ) -> referral_pb2.Referral:
        request = referral_pb2.DeclineReferralRequest(
            request_id=str(uuid4()),
            referral_id=referral.referral_id,
            etag=referral.etag,
            reason=reason,
        )
        return (await self.stub.DeclineReferral(request, metadata=self.as_staff(who or self.recipient))).referral

    async def give_back(self, referral: referral_pb2.Referral) -> referral_pb2.Referral:
        request = referral_pb2.ReturnReferralRequest(
            request_id=str(uuid4()),
            referral_id=referral.referral_id,
            etag=referral.etag,
            reason=referral_pb2.TRANSITION_REASON_NO_CONTACT,
        )
        return (await self.stub.ReturnReferral(request, metadata=self.as_staff(self.recipient))).referral

    async def complete(
        self, referral: referral_pb2.Referral, note: str = "Die Miete ist bezahlt.", request_id: UUID | None = None
    ) -> referral_pb2.CompleteReferralResponse:
        request = referral_pb2.CompleteReferralRequest(
            request_id=str(request_id or uuid4()),
            referral_id=referral.referral_id,
            etag=referral.etag,
            outcome=referral_pb2.Outcome(result=referral_pb2.OUTCOME_RESULT_HELPED, note=note),
        )
        return await self.stub.CompleteReferral(request, metadata=self.as_staff(self.recipient))

    async def read(self, referral_id: str, category: Category, who: Worker | None = None) -> str:
        request = referral_pb2.ReadSectionRequest(request_id=str(uuid4()), referral_id=referral_id, category=category)
        answer = await self.stub.ReadSection(request, metadata=self.as_staff(who or self.recipient))
        return answer.content.note

    async def tasks(self, who: Worker | None = None) -> list[referral_pb2.DeletionTask]:
        request = referral_pb2.ListDeletionTasksRequest()
        answer = await self.deletion.ListDeletionTasks(request, metadata=self.as_staff(who or self.recipient))
        return list(answer.tasks)

    async def acknowledge(
        self, task: referral_pb2.DeletionTask, who: Worker | None = None
    ) -> referral_pb2.DeletionTask:
        request = referral_pb2.AcknowledgeDeletionTaskRequest(
            request_id=str(uuid4()),
            deletion_task_id=task.deletion_task_id,
            etag=task.etag,
            copies_are_gone=True,
        )
        who = who or self.recipient
        return (await self.deletion.AcknowledgeDeletionTask(request, metadata=self.as_staff(who))).task

    # ── the client ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def redeem(self, secret: str) -> str:
        request = client_pb2.RedeemRequest(request_id=str(uuid4()), secret=secret)
        return (await self.clients.Redeem(request)).client_token

    async def decide(self, token: str, *, yes: tuple[Category, ...] = (), no: tuple[Category, ...] = (),
                     way_back: words.WayBack.ValueType = words.WAY_BACK_OUTCOME,
                     excluded: tuple[Worker, ...] = ()) -> None:  # fmt: skip
        answers = [(category, True) for category in yes] + [(category, False) for category in no]
        request = client_pb2.RecordDecisionRequest(
            request_id=str(uuid4()),
            answers=[client_pb2.CategoryAnswer(category=category, permit=permit) for category, permit in answers],
            way_back=way_back,
            secrecy_release_forward=True,
            secrecy_release_back=True,
            excluded_person_ids=[str(who.person) for who in excluded],
        )
        await self.clients.RecordDecision(request, metadata=bearer(token))

    async def take_pass(self, token: str) -> str:
        taken = await self.clients.TakePass(client_pb2.TakePassRequest(request_id=str(uuid4())), metadata=bearer(token))
        return str(getattr(taken, "pass"))

    async def own_list(self, token: str) -> client_pb2.ListOwnConsentsResponse:
        return await self.clients.ListOwnConsents(client_pb2.ListOwnConsentsRequest(), metadata=bearer(token))

    async def withdraw(self, token: str, *categories: Category) -> None:
        request = client_pb2.WithdrawRequest(request_id=str(uuid4()), categories=categories)
        await self.clients.Withdraw(request, metadata=bearer(token))

    # ── whole paths ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def offered(self, *categories: Category, **options: Any) -> Offered:
        """A dossier of these categories, asked, decided as `permitted` takes it, and sent."""
        permitted = await self.permitted(*(categories or (CONTACT, HOUSING, HEALTH)), **options)
        return permitted.at((await self.send(permitted.referral)).referral)

    async def permitted(
        self,
        *categories: Category,
        refused: tuple[Category, ...] = (),
        way_back: words.WayBack.ValueType = words.WAY_BACK_OUTCOME,
        excluded: tuple[Worker, ...] = (),
        service_id: str = "",
    ) -> Offered:
        """A draft of these categories that was asked about and decided, and not sent."""
        case = await self.dossier(*categories)
        draft = await self.draft(case.case_id, *categories, service_id=service_id)
        token = await self.redeem((await self.ask(draft)).access_code)
        yes = (COVER, *(category for category in categories if category not in refused))
        await self.decide(token, yes=yes, no=refused, way_back=way_back, excluded=excluded)
        passed = await self.take_pass(token)
        return Offered(case.case_id, await self.get(draft.referral_id, self.discloser), passed)

    async def accepted(self, *categories: Category, refused: tuple[Category, ...] = ()) -> Offered:
        offer = await self.offered(*categories, refused=refused)
        return offer.at(await self.accept(offer.referral))

    async def in_progress(self, *categories: Category, refused: tuple[Category, ...] = ()) -> Offered:
        accepted = await self.accepted(*categories, refused=refused)
        return accepted.at(await self.start_work(accepted.referral))

    async def withdrawn(self, offer: Offered, *categories: Category) -> None:
        """She takes back with her pass; everything, unless categories are named."""
        await self.withdraw(await self.redeem(offer.client_pass), *categories)

    # ── what operators and time do ───────────────────────────────────────────────────────────────────────────────────

    async def count_keys(self, agency: UUID, held_for: str) -> int:
        async with self.keys.administered() as admin:
            count: int = await admin.fetchval(
                "select count(*) from content_key where agency_id = $1 and held_for = $2", agency, UUID(held_for)
            )
            return count


@dataclass(frozen=True)
class Offered:
    """A referral that she permitted, and what she holds."""

    case_id: str
    referral: referral_pb2.Referral
    client_pass: str

    @property
    def referral_id(self) -> str:
        return self.referral.referral_id

    def at(self, referral: referral_pb2.Referral) -> Offered:
        return Offered(self.case_id, referral, self.client_pass)


def a_draft(*categories: Category, urgency: words.Urgency.ValueType = words.URGENCY_SOON) -> referral_pb2.ReferralDraft:
    return referral_pb2.ReferralDraft(
        recipient_id=str(RECIPIENT),
        kind=words.REFERRAL_KIND_REFER,
        purpose=words.PURPOSE_HANDING_OVER,
        cover_sheet=referral_pb2.CoverSheet(topics=["mietschulden"], urgency=urgency, language="ar"),
        categories=categories,
    )


async def becomes(ask: Callable[[], Awaitable[T]], wanted: Callable[[T], bool], seconds: float = 10) -> T:
    """The first answer that is as wanted; for what other processes do a moment later."""
    async with asyncio.timeout(seconds):
        while not wanted(answer := await ask()):  # noqa: ASYNC110 - another process is asked
            await asyncio.sleep(0.05)
        return answer
