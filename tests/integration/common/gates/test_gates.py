"""The four gates on a real server: who may call, who asks, what the RPC allows, what a field may be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import grpc
import pytest
from lotse.consent.v1 import text_pb2, text_pb2_grpc
from lotse.directory.v1 import agency_pb2, agency_pb2_grpc

from services.common.errors import Code, LotseError, NotFound
from services.common.identity.context import principal
from services.common.identity.principals import Public, Service, Staff
from services.common.server import Gates, Registration
from services.common.settings import ServiceSettings
from tests.support.clock import MovableClock
from tests.support.server import TestNetwork, running
from tests.support.tokens import KeycloakShapedIssuer

AGENCIES = "lotse.directory.v1.AgencyService"
REGIMES = "lotse.directory.v1.RegimeService"
TEXTS = "lotse.consent.v1.ConsentTextService"
SECRET = "Frau Beispielname wohnt in der Musterstraße"


class Agencies(agency_pb2_grpc.AgencyServiceServicer):
    """Answers in the ways that a handler can."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    async def GetAgency(
        self, request: agency_pb2.GetAgencyRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> agency_pb2.GetAgencyResponse:
        self.asked.append(principal())
        if request.agency_id.startswith("0"):
            raise NotFound
        if request.agency_id.startswith("1"):
            raise RuntimeError(SECRET)
        if request.agency_id.startswith("2"):
            await asyncio.sleep(60)
        return agency_pb2.GetAgencyResponse(agency=agency_pb2.Agency(agency_id=request.agency_id))


class Regimes(agency_pb2_grpc.RegimeServiceServicer):
    async def ListRegimes(
        self, request: agency_pb2.ListRegimesRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> agency_pb2.ListRegimesResponse:
        return agency_pb2.ListRegimesResponse(next_page_token=type(principal()).__name__)


class Texts(text_pb2_grpc.ConsentTextServiceServicer):
    async def ListTexts(
        self, request: text_pb2.ListTextsRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> text_pb2.ListTextsResponse:
        return text_pb2.ListTextsResponse()

    async def RetireText(
        self, request: text_pb2.RetireTextRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> text_pb2.RetireTextResponse:
        return text_pb2.RetireTextResponse()


class House:
    """The server and what a test looks at."""

    def __init__(self, network: TestNetwork, issuer: KeycloakShapedIssuer) -> None:
        self.network = network
        self.issuer = issuer
        self.agencies = Agencies()  # type: ignore[abstract]  # the other RPCs are not asked for
        self.clock = MovableClock()

    def metadata(self, *roles: str, agency: bool = True, **changes: Any) -> list[tuple[str, str]]:
        token = self.issuer.token(uuid4(), uuid4() if agency else None, *roles, **changes)
        return [("authorization", f"Bearer {token}")]

    @asynccontextmanager
    async def agency_stub(self, caller: str = "lotse-gateway") -> AsyncIterator[agency_pb2_grpc.AgencyServiceStub]:
        async with self.network.channel(caller, "directory") as channel:
            yield agency_pb2_grpc.AgencyServiceStub(channel)


@pytest.fixture
async def house(network: TestNetwork) -> AsyncIterator[House]:
    issuer = KeycloakShapedIssuer()
    house = House(network, issuer)
    callers = {
        AGENCIES: ["lotse-gateway", "lotse-cli"],
        REGIMES: ["lotse-gateway", "lotse-consent"],
        TEXTS: ["lotse-gateway"],
    }
    settings = ServiceSettings(**network.service_values("directory", callers))
    registrations = [
        Registration(AGENCIES, agency_pb2_grpc.add_AgencyServiceServicer_to_server, house.agencies),
        Registration(REGIMES, agency_pb2_grpc.add_RegimeServiceServicer_to_server, Regimes()),
        Registration(TEXTS, text_pb2_grpc.add_ConsentTextServiceServicer_to_server, Texts()),  # type: ignore[abstract]
    ]
    gates = Gates(issuer.staff_tokens("lotse-directory"), clock=house.clock)
    async with running(settings, registrations, gates):
        yield house


def ask(first: str = "a") -> agency_pb2.GetAgencyRequest:
    return agency_pb2.GetAgencyRequest(agency_id=first + str(uuid4())[1:])


async def test_a_listed_caller_without_a_token_is_the_public(house: House) -> None:
    async with house.agency_stub() as stub:
        await stub.GetAgency(ask())
    assert house.agencies.asked == [Public()]


async def test_a_caller_that_is_not_on_the_list_is_refused(house: House) -> None:
    async with house.agency_stub("lotse-referrals") as stub:
        with pytest.raises(LotseError) as refused:
            await stub.GetAgency(ask())
    assert refused.value.reason == "CALLER_NOT_ALLOWED"
    assert house.agencies.asked == []


async def test_a_caller_without_a_certificate_of_ours_gets_no_connection(house: House) -> None:
    credentials = grpc.ssl_channel_credentials(house.network.certificates["lotse-cli"].ca.read_bytes())
    options = [("grpc.ssl_target_name_override", "lotse-directory")]
    async with grpc.aio.secure_channel(house.network.target("directory"), credentials, options=options) as channel:
        stub = agency_pb2_grpc.AgencyServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.GetAgency(ask(), timeout=3)
    assert refused.value.code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}


async def test_a_valid_token_makes_a_staff_principal_whoever_carries_it(house: House) -> None:
    async with house.agency_stub() as stub:
        await stub.GetAgency(ask(), metadata=house.metadata("counsellor"))
    (asked,) = house.agencies.asked
    assert isinstance(asked, Staff)
    assert asked.roles == {"counsellor"}


async def test_a_broken_token_is_refused_even_where_nobody_needs_one(house: House) -> None:
    async with house.agency_stub() as stub:
        with pytest.raises(LotseError) as refused:
            await stub.GetAgency(ask(), metadata=[("authorization", "Bearer x.y.z")])
    assert refused.value.code is Code.UNAUTHENTICATED


async def test_two_tokens_are_refused(house: House) -> None:
    async with house.agency_stub() as stub:
        twice = house.metadata("counsellor") + house.metadata("counsellor")
        with pytest.raises(LotseError) as refused:
            await stub.GetAgency(ask(), metadata=twice)
    assert refused.value.code is Code.UNAUTHENTICATED


async def test_background_work_is_a_service_by_its_certificate_alone(house: House) -> None:
    async with house.network.channel("lotse-consent", "directory") as channel:
        answer = await agency_pb2_grpc.RegimeServiceStub(channel).ListRegimes(agency_pb2.ListRegimesRequest())
    assert answer.next_page_token == Service.__name__


async def test_the_gateway_without_a_token_is_never_a_service(house: House) -> None:
    async with house.network.channel("lotse-gateway", "directory") as channel:
        with pytest.raises(LotseError) as refused:
            await agency_pb2_grpc.RegimeServiceStub(channel).ListRegimes(agency_pb2.ListRegimesRequest())
    assert refused.value.code is Code.UNAUTHENTICATED


async def test_role_comes_before_validation(house: House) -> None:
    async with house.network.channel("lotse-gateway", "directory") as channel:
        stub = text_pb2_grpc.ConsentTextServiceStub(channel)
        with pytest.raises(LotseError) as refused:
            await stub.RetireText(text_pb2.RetireTextRequest(), metadata=house.metadata("counsellor"))
        assert refused.value.reason == "PERMISSION_DENIED"
        strong = house.metadata("operator", agency=False, acr="2")
        with pytest.raises(LotseError) as invalid:
            await stub.RetireText(text_pb2.RetireTextRequest(), metadata=strong)
        assert invalid.value.reason == "INVALID_ARGUMENT"
        assert {violation.field for violation in invalid.value.violations} == {"request_id", "text_version_id"}


async def test_a_login_that_is_too_weak_or_too_old_is_named_as_such(house: House) -> None:
    request = text_pb2.RetireTextRequest(request_id=str(uuid4()), text_version_id=str(uuid4()))
    async with house.network.channel("lotse-gateway", "directory") as channel:
        stub = text_pb2_grpc.ConsentTextServiceStub(channel)
        with pytest.raises(LotseError) as weak:
            await stub.RetireText(request, metadata=house.metadata("operator", agency=False))
        assert weak.value.reason == "STRONGER_LOGIN_REQUIRED"
        old = house.metadata("operator", agency=False, acr="2", auth_time=int(house.clock.now().timestamp()) - 901)
        with pytest.raises(LotseError) as stale:
            await stub.RetireText(request, metadata=old)
        assert stale.value.reason == "FRESH_LOGIN_REQUIRED"
        await stub.RetireText(request, metadata=house.metadata("operator", agency=False, acr="2"))


async def test_an_error_of_ours_says_only_an_incident(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    async with house.agency_stub() as stub:
        with pytest.raises(LotseError) as broken:
            await stub.GetAgency(ask("1"))
    assert broken.value.reason == "INTERNAL"
    assert str(broken.value) == "internal error"
    assert set(broken.value.metadata) == {"incident"}
    output = capfd.readouterr()
    assert SECRET not in output.err + output.out


async def test_a_typed_error_arrives_as_it_was_raised(house: House) -> None:
    async with house.agency_stub() as stub:
        with pytest.raises(LotseError) as missing:
            await stub.GetAgency(ask("0"))
    assert (missing.value.reason, missing.value.code) == ("NOT_FOUND", Code.NOT_FOUND)


async def test_a_call_with_under_a_hundred_milliseconds_left_is_not_begun(house: House) -> None:
    async with house.agency_stub() as stub:
        with pytest.raises(LotseError) as refused:
            await stub.GetAgency(ask(), timeout=0.05)
    assert refused.value.reason == "DEADLINE_TOO_SHORT"
    assert house.agencies.asked == []


async def test_a_handler_ends_with_its_deadline(house: House) -> None:
    async with house.agency_stub() as stub:
        with pytest.raises(LotseError) as late:
            await stub.GetAgency(ask("2"), timeout=0.3)
    assert late.value.code is Code.DEADLINE_EXCEEDED


async def test_oversized_metadata_and_messages_are_refused(house: House) -> None:
    async with house.agency_stub() as stub:
        with pytest.raises(LotseError) as metadata:
            await stub.GetAgency(ask(), metadata=[("authorization", "Bearer " + "x" * 20_000)])
        with pytest.raises(LotseError) as message:
            await stub.GetAgency(agency_pb2.GetAgencyRequest(agency_id="x" * 5_000_000))
    assert metadata.value.code in {Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE}
    assert message.value.reason == "MESSAGE_TOO_LARGE"
    assert house.agencies.asked == []


async def test_a_method_that_is_not_served_leaves_a_line_in_the_log(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    async with house.network.channel("lotse-gateway", "directory") as channel:
        for method in (f"/{AGENCIES}/GetNothing", "/of.nobody/At all: a whole sentence"):
            with pytest.raises(LotseError) as unknown:
                await channel.unary_unary(method, request_serializer=bytes)(b"")
            assert unknown.value.code is Code.UNIMPLEMENTED
    output = "".join(capfd.readouterr())
    assert output.count("UNIMPLEMENTED") == 2
    assert f"/{AGENCIES}/GetNothing" in output
    assert "sentence" not in output


async def test_a_service_that_is_away_is_unavailable(network: TestNetwork) -> None:
    async with network.channel("lotse-gateway", "consent") as channel:
        with pytest.raises(LotseError) as away:
            await agency_pb2_grpc.AgencyServiceStub(channel).GetAgency(ask(), timeout=1)
    assert away.value.code in {Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED}
