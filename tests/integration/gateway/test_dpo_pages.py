"""Pages of a data-protection officer, beside a consent that is scripted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc
import httpx
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from lotse.consent.v1 import audit_pb2, audit_pb2_grpc, statutory_pb2, statutory_pb2_grpc
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from services.common.errors import NotFound
from services.common.server import Gates, Registration
from services.common.settings import ServiceSettings
from tests.integration.gateway.login_server import Login, LoginServer
from tests.integration.gateway.world import Browser, World, running_gateway
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork, running

Context = grpc.aio.ServicerContext[Any, Any]
AUDIT, ACTS = "lotse.consent.v1.ConsentAuditService", "lotse.consent.v1.ConsentStatutoryService"
CASE, PARTNER = str(uuid4()), str(uuid4())
WHEN = Timestamp(seconds=1_760_000_000)


@dataclass
class Script(audit_pb2_grpc.ConsentAuditServiceServicer, statutory_pb2_grpc.ConsentStatutoryServiceServicer):
    """What consent tells the officer; with `full` off there is nothing to tell."""

    full: bool = True
    exports: list[str] = field(default_factory=list)

    async def FindEvidence(
        self, request: audit_pb2.FindEvidenceRequest, context: Context
    ) -> audit_pb2.FindEvidenceResponse:
        if request.number != CASE:
            raise NotFound
        counts = [audit_pb2.EntryCount(kind="granted", count=3)] if self.full else []
        return audit_pb2.FindEvidenceResponse(case_id=CASE, counts=counts)

    async def ExportEvidence(
        self, request: audit_pb2.ExportEvidenceRequest, context: Context
    ) -> audit_pb2.ExportEvidenceResponse:
        self.exports.append(request.page_token)
        more = "" if request.page_token else "2:0"
        entry = audit_pb2.EvidenceEntry(seq=len(self.exports) - 1, kind="granted", row='{"v":1}', salt=bytes(16))
        return audit_pb2.ExportEvidenceResponse(
            case_id=CASE, checkpoint="note", verifier="line", exported_at=WHEN, entries=[entry], next_page_token=more
        )

    async def ListOverdueDeletions(
        self, request: audit_pb2.ListOverdueDeletionsRequest, context: Context
    ) -> audit_pb2.ListOverdueDeletionsResponse:
        late = audit_pb2.OverdueDeletion(
            withdrawal_id=str(uuid4()), referral_id=str(uuid4()), discloser_id=str(uuid4()), recipient_id=PARTNER,
            withdrawn_at=WHEN, due_at=WHEN,
        )  # fmt: skip
        return audit_pb2.ListOverdueDeletionsResponse(deletions=[late] if self.full else [])

    async def RecordAct(
        self, request: statutory_pb2.RecordActRequest, context: Context
    ) -> statutory_pb2.RecordActResponse:
        raise NotFound

    async def ReviewAct(
        self, request: statutory_pb2.ReviewActRequest, context: Context
    ) -> statutory_pb2.ReviewActResponse:
        raise NotFound

    async def ListActs(
        self, request: statutory_pb2.ListActsRequest, context: Context
    ) -> statutory_pb2.ListActsResponse:
        late = statutory_pb2.StatutoryAct(
            act_id=str(uuid4()), case_id=CASE, recipient_body=statutory_pb2.RECIPIENT_BODY_POLICE,
            ground=statutory_pb2.STATUTORY_GROUND_STGB_34, channel=statutory_pb2.STATUTORY_CHANNEL_PHONE,
            at=WHEN, until=WHEN, confirm_by=WHEN, is_escalated=True, categories=[words.DATA_CATEGORY_CONTACT],
        )  # fmt: skip
        return statutory_pb2.ListActsResponse(acts=[late] if self.full else [])

    async def CountRequests(
        self, request: audit_pb2.CountRequestsRequest, context: Context
    ) -> audit_pb2.CountRequestsResponse:
        if not self.full:
            return audit_pb2.CountRequestsResponse(available_from=WHEN)
        yes = [audit_pb2.OutcomeCount(outcome="granted", count=60), audit_pb2.OutcomeCount(outcome="refused", count=9)]
        return audit_pb2.CountRequestsResponse(
            available_from=WHEN, is_available=True, total=76,
            languages=[
                audit_pb2.LanguageCount(language="de", total=69, outcomes=yes),
                audit_pb2.LanguageCount(language="", total=7),
            ],
        )  # fmt: skip

    async def CountDenials(
        self, request: audit_pb2.CountDenialsRequest, context: Context
    ) -> audit_pb2.CountDenialsResponse:
        count = audit_pb2.DenialCount(month="2026-10", reason="outside-period", count=4)
        return audit_pb2.CountDenialsResponse(counts=[count] if self.full else [])

    async def GetProcessingRecord(
        self, request: audit_pb2.GetProcessingRecordRequest, context: Context
    ) -> audit_pb2.GetProcessingRecordResponse:
        if not self.full:
            return audit_pb2.GetProcessingRecordResponse()
        goes = audit_pb2.Processing(
            partner_id=PARTNER, discloses=True, purposes=[words.PURPOSE_ADVICE], way_back=words.WAY_BACK_ARRIVAL,
            categories=[words.DATA_CATEGORY_HOUSING], since=WHEN, until=WHEN,
        )  # fmt: skip
        went = audit_pb2.StatutoryProcessing(
            recipient_body=statutory_pb2.RECIPIENT_BODY_COURT, grounds=[statutory_pb2.STATUTORY_GROUND_KKG_4],
            categories=[words.DATA_CATEGORY_CONTACT], since=WHEN, newest=WHEN,
        )  # fmt: skip
        return audit_pb2.GetProcessingRecordResponse(
            regime="kdg", overlays=["sgb-viii"], activities=[goes], statutory=[went]
        )


@dataclass
class Office:
    """An officer at her browser."""

    world: World
    script: Script
    browser: Browser

    async def page(self, path: str) -> httpx.Response:
        return await self.browser.get(path, headers={"Accept": "text/html"})

    async def send(self, path: str, **fields: str) -> httpx.Response:
        form = {"csrf_token": self.browser.csrf, "repeat_key": str(uuid4()), **fields}
        return await self.browser.request(
            "POST", path, data=form, headers={"Accept": "text/html", "Origin": self.browser.origin}
        )


@pytest.fixture
async def office(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> AsyncIterator[Office]:
    script = Script()
    callers = {AUDIT: ["lotse-gateway"], ACTS: ["lotse-gateway"]}
    settings = ServiceSettings(**network.service_values("consent", callers))
    registrations = [
        Registration(AUDIT, audit_pb2_grpc.add_ConsentAuditServiceServicer_to_server, script),
        Registration(ACTS, statutory_pb2_grpc.add_ConsentStatutoryServiceServicer_to_server, script),
    ]
    gates = Gates(login_server.tokens.staff_tokens("lotse-consent"))
    async with (
        running(settings, registrations, gates),
        running_gateway(tmp_path, await database_of("gateway"), network, login_server) as world,
    ):
        browser = world.staff()
        await world.log_in(browser, Login(uuid4(), uuid4(), ("data-protection-officer",)))
        yield Office(world, script, browser)


PAGES = {
    "/ohne-einwilligung": ("Nobody looked at it in time", "Nothing was passed on without consent."),
    "/datenschutz": ("1 deletion is overdue", ""),
    "/datenschutz/loeschungen": ("not confirmed", "Nothing is overdue."),
    "/datenschutz/anfragen": ("other languages", "These numbers can be had from"),
    "/datenschutz/ablehnungen": ("Outside the time that she allowed", "Nothing was refused in this year."),
    "/datenschutz/verzeichnis": ("§ 31 KDG", "No partner may send us anything yet."),
}


@pytest.mark.parametrize("path", PAGES)
async def test_each_page_says_what_there_is_and_that_there_is_nothing(office: Office, path: str) -> None:
    said, nothing = PAGES[path]
    full = await office.page(path)
    assert (full.status_code, said in full.text) == (200, True), full.text
    office.script.full = False
    empty = await office.page(path)
    assert (empty.status_code, nothing in empty.text) == (200, True), empty.text


async def test_hidden_numbers_are_no_zeros(office: Office) -> None:
    page = (await office.page("/datenschutz/anfragen?quartal=2026-1")).text
    assert "<td>60</td>" in page
    assert page.count('<abbr title="hidden">') == 4, "two of the other languages, two of all together"
    assert (await office.page("/datenschutz/anfragen?quartal=2026-5")).status_code == 400


async def test_a_case_is_found_by_its_number_and_what_was_typed_stays(office: Office) -> None:
    found = await office.send("/datenschutz/nachweis", number=CASE.upper())
    assert (found.status_code, "Consents given" in found.text) == (200, True)
    for number, status in (("4711", 400), (str(uuid4()), 404)):
        refused = await office.send("/datenschutz/nachweis", number=number)
        assert (refused.status_code, f'value="{number}"' in refused.text) == (status, True)


async def test_an_export_leads_to_the_second_factor_and_can_be_sent_again(office: Office) -> None:
    path = f"/datenschutz/nachweis/{CASE}/datei"
    refused = await office.send(path)
    assert refused.status_code == 401
    assert "second_factor=true" in refused.text
    assert "Send again" in refused.text
    stronger = "/login?return=/logged-in&second_factor=true&fresh=true"
    begun = await office.browser.get(stronger)
    assert "%22essential%22%3Atrue%2C%22values%22%3A%5B%222%22%5D" in begun.headers["Location"]
    login = Login(uuid4(), uuid4(), ("data-protection-officer",), acr="2")
    await office.world.log_in(office.browser, login, stronger)
    file = await office.send(path)
    assert file.headers["Content-Disposition"] == f'attachment; filename="evidence-{CASE}.json"'
    assert [entry["seq"] for entry in file.json()["entries"]] == [0, 1]
    assert office.script.exports == ["", "2:0"]


async def test_only_an_officer_is_shown_the_way_and_let_in(office: Office) -> None:
    assert 'href="/datenschutz"' in (await office.page("/datenschutz")).text
    other = office.world.staff()
    await office.world.log_in(other, office.world.a_login("counsellor"))
    refused = await other.get("/datenschutz", headers={"Accept": "text/html"})
    assert refused.status_code == 403
