"""Two agencies, a client and the whole of consent behind its real gates; what a test says is who does what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import grpc
import pytest
from lotse.consent.v1 import (
    audit_pb2_grpc,
    client_pb2,
    client_pb2_grpc,
    decision_pb2,
    decision_pb2_grpc,
    request_pb2,
    request_pb2_grpc,
    statutory_pb2,
    statutory_pb2_grpc,
    text_pb2,
    text_pb2_grpc,
)
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from services.common.errors import LotseError
from services.common.identity.client_tokens import ClientTokens
from services.common.identity.jwks import KeyCache
from services.common.protobuf.times import to_timestamp
from services.common.server import Gates, serving
from services.consent.keys import Keys
from services.consent.settings import ConsentSettings
from services.consent.wiring import wired
from tests.integration.consent.callers import CALLERS
from tests.integration.consent.keys import new_key_files
from tests.support.clock import MovableClock
from tests.support.postgres import TestDatabase
from tests.support.server import TestNetwork
from tests.support.tokens import KeycloakShapedIssuer

COVER, CONTACT, HOUSING, HEALTH = (
    words.DATA_CATEGORY_COVER_SHEET,
    words.DATA_CATEGORY_CONTACT,
    words.DATA_CATEGORY_HOUSING,
    words.DATA_CATEGORY_HEALTH,
)
FORWARD, BACK = words.DIRECTION_FORWARD, words.DIRECTION_BACK
READ_BACK = request_pb2.EvidenceGiven(
    role=request_pb2.EVIDENCE_ROLE_READ_BACK, question_id="who-gets-it", answered_right=True
)
SUBJECTS = ("handing-over", "your-rights", "way-back", "secrecy-release", "advice")


@dataclass(frozen=True)
class Counsellor:
    """A person with a role in an agency."""

    agency: UUID
    person: UUID = field(default_factory=uuid4)
    roles: tuple[str, ...] = ("counsellor",)


@dataclass(frozen=True)
class Asked:
    """A request that was made, with what its client was told."""

    case: UUID
    referral: UUID
    consent_request_id: str
    access_code: str


def an_item(category: int, *labels: int, item: UUID | None = None) -> decision_pb2.ItemAsked:
    return decision_pb2.ItemAsked(
        item_id=str(item or uuid4()),
        version=1,
        category=category,  # type: ignore[arg-type]
        labels=labels,  # type: ignore[arg-type]
    )


@dataclass
class World:
    """Consent as its callers see it."""

    database: TestDatabase
    network: TestNetwork
    issuer: KeycloakShapedIssuer
    clock: MovableClock
    settings: ConsentSettings
    keys: Keys
    referrals: grpc.aio.Channel
    gateway: grpc.aio.Channel
    cli: grpc.aio.Channel
    discloser: Counsellor = field(default_factory=lambda: Counsellor(uuid4()))
    recipient: Counsellor = field(default_factory=lambda: Counsellor(uuid4()))
    stranger: Counsellor = field(default_factory=lambda: Counsellor(uuid4()))

    @property
    def requests(self) -> request_pb2_grpc.ConsentRequestServiceStub:
        return request_pb2_grpc.ConsentRequestServiceStub(self.referrals)

    @property
    def decisions(self) -> decision_pb2_grpc.ConsentDecisionServiceStub:
        return decision_pb2_grpc.ConsentDecisionServiceStub(self.referrals)

    @property
    def clients(self) -> client_pb2_grpc.ConsentClientServiceStub:
        return client_pb2_grpc.ConsentClientServiceStub(self.gateway)

    @property
    def explanations(self) -> decision_pb2_grpc.ConsentExplanationServiceStub:
        return decision_pb2_grpc.ConsentExplanationServiceStub(self.gateway)

    @property
    def audit(self) -> audit_pb2_grpc.ConsentAuditServiceStub:
        return audit_pb2_grpc.ConsentAuditServiceStub(self.gateway)

    @property
    def acts(self) -> statutory_pb2_grpc.ConsentStatutoryServiceStub:
        return statutory_pb2_grpc.ConsentStatutoryServiceStub(self.referrals)

    @property
    def notices(self) -> statutory_pb2_grpc.ConsentNoticeServiceStub:
        return statutory_pb2_grpc.ConsentNoticeServiceStub(self.gateway)

    @property
    def texts(self) -> text_pb2_grpc.ConsentTextServiceStub:
        return text_pb2_grpc.ConsentTextServiceStub(self.cli)

    def as_staff(self, who: Counsellor) -> list[tuple[str, str]]:
        return bearer(self.issuer.token(who.person, who.agency, *who.roles))

    # ── what agencies do ─────────────────────────────────────────────────────────────────────────────────────────────

    async def publish(self, subject: str, *, language: str = "de", **changes: object) -> text_pb2.TextVersion:
        values: dict[str, object] = {
            "subject": subject,
            "language": language,
            "variety": "standard",
            "title": f"Text {subject}",
            "body": f"Ein Text zu {subject}.",
            "reviewer": "Dr. Erfunden",
            "reviewed_on": "2026-11-01",
            "demo": True,
            **changes,
        }
        request = text_pb2.PublishTextRequest(
            request_id=str(uuid4()),
            text=text_pb2.TextVersion(**values),  # type: ignore[arg-type]
        )
        return (await self.texts.PublishText(request)).text

    async def ask(
        self,
        *categories: int | tuple[int, Sequence[int]],
        by: Counsellor | None = None,
        to: UUID | None = None,
        case: UUID | None = None,
        referral: UUID | None = None,
        **changes: object,
    ) -> Asked:
        case, referral = case or uuid4(), referral or uuid4()
        named = [entry if isinstance(entry, tuple) else (entry, ()) for entry in categories or (COVER, CONTACT)]
        values: dict[str, object] = {
            "request_id": str(uuid4()),
            "case_id": str(case),
            "referral_id": str(referral),
            "draft_revision": 1,
            "recipient_id": str(to or self.recipient.agency),
            "categories": [request_pb2.CategoryAsked(category=c, labels=labels) for c, labels in named],  # type: ignore[arg-type]
            "purposes": [words.PURPOSE_HANDING_OVER],
            "language": "de",
            **changes,
        }
        answer = await self.requests.CreateRequest(
            request_pb2.CreateRequestRequest(**values),  # type: ignore[arg-type]
            metadata=self.as_staff(by or self.discloser),
        )
        return Asked(case, referral, answer.consent_request_id, answer.access_code)

    def circumstances(self, asked: Asked, **changes: object) -> decision_pb2.Circumstances:
        values: dict[str, object] = {
            "case_id": str(asked.case),
            "referral_id": str(asked.referral),
            "discloser_id": str(self.discloser.agency),
            "recipient_id": str(self.recipient.agency),
            "direction": FORWARD,
            "purpose": words.PURPOSE_HANDING_OVER,
            "basis": words.BASIS_CONSENT,
            "kind": client_pb2.DISCLOSURE_KIND_READ,
            **changes,
        }
        return decision_pb2.Circumstances(**values)  # type: ignore[arg-type]

    async def disclose(
        self,
        asked: Asked,
        *items: decision_pb2.ItemAsked | int,
        by: Counsellor | None = None,
        request_id: UUID | None = None,
        **changes: object,
    ) -> decision_pb2.DiscloseResponse:
        return await self.decisions.Disclose(
            decision_pb2.DiscloseRequest(
                request_id=str(request_id or uuid4()),
                circumstances=self.circumstances(asked, **changes),
                items=[an_item(item) if isinstance(item, int) else item for item in items],
            ),
            metadata=self.as_staff(by or self.recipient),
        )

    async def permits(self, asked: Asked, *categories: int, **changes: object) -> list[bool]:
        answer = await self.disclose(asked, *categories, **changes)  # type: ignore[arg-type]
        return [decision.permit for decision in answer.decisions]

    async def said(
        self,
        asked: Asked,
        *yes: int,
        evidence: Sequence[request_pb2.EvidenceGiven] = (),
        by: Counsellor | None = None,
        **changes: object,
    ) -> request_pb2.RecordDecisionForClientResponse:
        """Her yes to these categories, given aloud before nobody but the counsellor unless it says otherwise."""
        values: dict[str, object] = {
            "request_id": str(uuid4()),
            "case_id": str(asked.case),
            "consent_request_id": asked.consent_request_id,
            "way": request_pb2.DECISION_WAY_ORAL,
            "answers": [request_pb2.AnswerForClient(category=category, permit=True) for category in yes],  # type: ignore[arg-type]
            "way_back": words.WAY_BACK_OUTCOME,
            "secrecy_release_forward": True,
            "secrecy_release_back": True,
            "evidence": evidence or [READ_BACK],
            **changes,
        }
        return await self.requests.RecordDecisionForClient(
            request_pb2.RecordDecisionForClientRequest(**values),  # type: ignore[arg-type]
            metadata=self.as_staff(by or self.discloser),
        )

    async def act(
        self, asked: Asked, *categories: int, by: Counsellor | None = None, **changes: object
    ) -> statutory_pb2.StatutoryAct:
        """An act that a law permits, by which a referral may be sent; or another one, as the changes say."""
        values: dict[str, object] = {
            "request_id": str(uuid4()),
            "case_id": str(asked.case),
            "act_id": str(uuid4()),
            "referral_id": str(asked.referral),
            "recipient_id": str(self.recipient.agency),
            "ground": statutory_pb2.STATUTORY_GROUND_SGB_VIII_8A,
            "channel": statutory_pb2.STATUTORY_CHANNEL_NETWORK,
            "categories": categories or (COVER, CONTACT),
            "hours": 72,
            "confirm_by": to_timestamp(self.clock.now() + timedelta(days=1)),
            "reason_hash": bytes(32),
            **changes,
        }
        answer = await self.acts.RecordAct(
            statutory_pb2.RecordActRequest(**values),  # type: ignore[arg-type]
            metadata=self.as_staff(by or self.discloser),
        )
        return answer.act

    # ── what the client does ─────────────────────────────────────────────────────────────────────────────────────────

    async def redeem(self, secret: str, request_id: UUID | None = None) -> str:
        """A token for an access code or a pass."""
        request = client_pb2.RedeemRequest(request_id=str(request_id or uuid4()), secret=secret)
        return (await self.clients.Redeem(request)).client_token

    async def answer(
        self, token: str, *, yes: Iterable[int] = (), no: Iterable[int] = (), **changes: object
    ) -> client_pb2.RecordDecisionResponse:
        answers = [(category, True) for category in yes] + [(category, False) for category in no]
        values: dict[str, object] = {
            "request_id": str(uuid4()),
            "answers": [client_pb2.CategoryAnswer(category=c, permit=p) for c, p in answers],  # type: ignore[arg-type]
            "way_back": words.WAY_BACK_OUTCOME,
            "secrecy_release_forward": True,
            "secrecy_release_back": True,
            **changes,
        }
        return await self.clients.RecordDecision(
            client_pb2.RecordDecisionRequest(**values),  # type: ignore[arg-type]
            metadata=bearer(token),
        )

    async def grant(self, asked: Asked, *yes: int, **changes: object) -> str:
        """Her yes to these categories; gives the token she holds."""
        token = await self.redeem(asked.access_code)
        await self.answer(token, yes=yes, **changes)  # type: ignore[arg-type]
        return token

    async def take_pass(self, token: str, second_secret: str = "") -> str:
        request = client_pb2.TakePassRequest(request_id=str(uuid4()), second_secret=second_secret)
        taken = await self.clients.TakePass(request, metadata=bearer(token))
        return str(getattr(taken, "pass"))

    async def confirm(self, token: str, digits: str) -> str:
        request = client_pb2.ConfirmSecondSecretRequest(second_secret=digits)
        return (await self.clients.ConfirmSecondSecret(request, metadata=bearer(token))).client_token

    async def own_list(self, token: str) -> client_pb2.ListOwnConsentsResponse:
        return await self.clients.ListOwnConsents(client_pb2.ListOwnConsentsRequest(), metadata=bearer(token))

    async def withdraw(self, token: str, **changes: object) -> client_pb2.WithdrawResponse:
        values: dict[str, object] = {"request_id": str(uuid4()), **changes}
        return await self.clients.Withdraw(
            client_pb2.WithdrawRequest(**values),  # type: ignore[arg-type]
            metadata=bearer(token),
        )

    # ── what time and operators do ───────────────────────────────────────────────────────────────────────────────────

    async def set_regimes(self, *agencies: UUID) -> None:
        async with self.database.administered() as admin:
            await admin.executemany(
                "insert into regime values ($1, '2020-01-01', null, 'kdg', '{}', clock_timestamp())",
                [(agency,) for agency in agencies],
            )

    async def move_legal_time(self, by: timedelta) -> None:
        """The database's clock as consent knows it goes this far off from now on."""
        async with self.database.administered() as admin:
            await admin.execute(
                "create or replace function legal_time() returns timestamptz language sql volatile "
                f"return clock_timestamp() + interval '{by.total_seconds()} seconds'"
            )

    async def logged(self, size: int) -> None:
        """Returns when the log has at least so many entries."""
        async with self.database.administered() as admin, asyncio.timeout(10):
            while await admin.fetchval("select count(*) from log_leaf") < size:  # noqa: ASYNC110 - the server is asked
                await asyncio.sleep(0.02)


@contextmanager
def refused(reason: str) -> Iterator[None]:
    """The block ends with this reason and no other."""
    with pytest.raises(LotseError) as caught:
        yield
    assert caught.value.reason == reason


def bearer(token: str) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer {token}")]


@asynccontextmanager
async def a_world(
    database: TestDatabase, network: TestNetwork, folder: Path, **changes: object
) -> AsyncIterator[World]:
    """Consent running on this database with texts and regimes, until the block ends."""
    issuer, clock = KeycloakShapedIssuer(), MovableClock()
    settings = settings_for(database, network, folder, **changes)
    keys = Keys.load(settings)
    async with (
        wired(settings, keys, clock) as wiring,
        network.channel("lotse-referrals", "consent") as referrals,
        network.channel("lotse-gateway", "consent") as gateway,
        network.channel("lotse-cli", "consent") as cli,
    ):
        gates = Gates(
            issuer.staff_tokens("lotse-consent", clock=clock),
            _client_tokens(settings, wiring.client_keys, clock),
            clock,
        )
        async with serving(settings, wiring.registrations, gates, wiring.ready):
            world = World(database, network, issuer, clock, settings, keys, referrals, gateway, cli)
            await world.set_regimes(world.discloser.agency, world.recipient.agency)
            yield world


def settings_for(database: TestDatabase, network: TestNetwork, folder: Path, **changes: object) -> ConsentSettings:
    """Settings of consent on this database with keys of its own and no directory, unless a change says otherwise."""
    values: dict[str, object] = {
        "database_url": database.target.database_url,
        "database_passwords_dir": database.target.database_passwords_dir,
        "directory_target": f"unix:{folder}/no-directory.sock",
        "checkpoint_file": folder / "checkpoints",
        "journal_file": folder / "journal",
        **new_key_files(folder),
        **changes,
    }
    return ConsentSettings(**network.service_values("consent", CALLERS, **values))


def _client_tokens(settings: ConsentSettings, keys: KeyCache, clock: MovableClock) -> ClientTokens:
    return ClientTokens(settings.installation, settings.audience, keys, clock=clock)
