"""What cannot be read, what does not fit, and what a handler breaks: the right code, in the right order, no content."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import uuid4

import pytest
from lotse.consent.v1 import decision_pb2, decision_pb2_grpc
from lotse.directory.v1 import agency_pb2, agency_pb2_grpc, import_pb2

from services.common.errors import Code, LotseError
from services.common.identity.context import staff
from services.common.interceptors.validation import MOST_VIOLATIONS
from tests.integration.common.gates.sample import DECISIONS, IMPORTS, LIST_REGIMES, Sample
from tests.support.server import TestNetwork

PLANTED = "Beispielname"
GARBAGE = b"\xff\xff" + PLANTED.encode()
DECIDE = f"/{DECISIONS}/Decide"


async def send(
    sample: Sample, method: str, body: bytes, *, caller: str = "lotse-consent", **options: Any
) -> LotseError:
    """The error that these bytes get."""
    async with sample.channel(caller) as channel:
        with pytest.raises(LotseError) as refused:
            await channel.unary_unary(method)(body, timeout=5, **options)
    return refused.value


async def test_bytes_that_are_no_message_are_an_invalid_argument(
    network: TestNetwork, capfd: pytest.CaptureFixture[str]
) -> None:
    sample = Sample(network)
    async with sample.serve():
        refused = await send(sample, LIST_REGIMES, GARBAGE)
    assert (refused.code, refused.reason) == (Code.INVALID_ARGUMENT, "INVALID_ARGUMENT")
    assert PLANTED not in str(refused) + str(refused.metadata)
    written = capfd.readouterr()
    assert PLANTED not in written.out + written.err


async def test_nothing_is_read_before_the_gates(network: TestNetwork) -> None:
    sample = Sample(network)
    async with sample.serve():
        stranger = await send(sample, LIST_REGIMES, GARBAGE, caller="lotse-referrals")
        nobody = await send(sample, DECIDE, GARBAGE)
        officer = await send(sample, DECIDE, GARBAGE, metadata=sample.login("data-protection-officer"))
        counsellor = await send(sample, DECIDE, GARBAGE, metadata=sample.login("counsellor"))
    assert [one.reason for one in (stranger, nobody, officer, counsellor)] == [
        "CALLER_NOT_ALLOWED",
        "UNAUTHENTICATED",
        "PERMISSION_DENIED",
        "INVALID_ARGUMENT",
    ]


async def test_each_message_of_a_stream_is_read_and_checked_as_it_comes(network: TestNetwork) -> None:
    seen: list[object] = []

    async def act(part: object) -> None:
        seen.append(part)

    sample = Sample(network, act)
    good = import_pb2.ImportRequest(chunk=import_pb2.ImportChunk(file="demo.csv")).SerializeToString()
    upwards = import_pb2.ImportRequest(chunk=import_pb2.ImportChunk(file=f"../{PLANTED}")).SerializeToString()
    for bad in (GARBAGE, upwards):
        seen.clear()
        async with sample.serve(), sample.channel() as channel:
            with pytest.raises(LotseError) as refused:
                await channel.stream_unary(f"/{IMPORTS}/Import")(iter([good, bad]), timeout=5)
        assert refused.value.reason == "INVALID_ARGUMENT"
        assert PLANTED not in str(refused.value) + str(refused.value.violations)
        assert len(seen) == 1


@pytest.mark.parametrize("queries", [3, 100])
async def test_very_many_wrong_fields_are_an_invalid_argument_all_the_same_and_hold_nobody_up(
    network: TestNetwork, queries: int
) -> None:
    sample = Sample(network)
    wrong = decision_pb2.DecisionQuery(items=[decision_pb2.ItemAsked(item_id="x", version=0)] * 100)
    body = decision_pb2.DecideRequest(queries=[wrong] * queries).SerializeToString()
    async with sample.serve():
        await send(sample, LIST_REGIMES, GARBAGE)
        began = time.monotonic()
        refused = await send(sample, DECIDE, body, metadata=sample.login("counsellor"))
    assert refused.reason == "INVALID_ARGUMENT"
    assert 1 <= len(refused.violations) <= MOST_VIOLATIONS
    assert time.monotonic() - began < 2


async def test_a_timeout_inside_a_handler_is_a_fault_and_not_the_callers_deadline(network: TestNetwork) -> None:
    async def act(_: object) -> None:
        raise TimeoutError(PLANTED)

    sample = Sample(network, act)
    async with sample.serve():
        broken = await send(sample, LIST_REGIMES, b"")
    assert broken.reason == "INTERNAL"
    assert set(broken.metadata) == {"incident"}


async def test_a_handler_learns_of_a_caller_who_hung_up_and_nothing_is_called_a_fault(
    network: TestNetwork, capfd: pytest.CaptureFixture[str]
) -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def act(_: object) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    sample = Sample(network, act)
    async with sample.serve(), sample.channel() as channel:
        stub = agency_pb2_grpc.RegimeServiceStub(channel)
        call = asyncio.create_task(_ask(stub))
        await begun.wait()
        call.cancel()
        await asyncio.wait_for(cancelled.wait(), 5)
    written = capfd.readouterr()
    assert "incident" not in written.out + written.err
    assert "CANCELLED" in written.out + written.err


async def _ask(stub: Any) -> agency_pb2.ListRegimesResponse:
    answer: agency_pb2.ListRegimesResponse = await stub.ListRegimes(agency_pb2.ListRegimesRequest(), timeout=30)
    return answer


def question() -> decision_pb2.DecideRequest:
    one = str(uuid4())
    around = decision_pb2.Circumstances(case_id=one, referral_id=one, discloser_id=one, recipient_id=one)
    query = decision_pb2.DecisionQuery(circumstances=around, items=[decision_pb2.ItemAsked(item_id=one, version=1)])
    return decision_pb2.DecideRequest(queries=[query])


@pytest.mark.parametrize(
    ("production", "acr", "roles", "outcome"),
    [
        (True, "1", ("counsellor", "coordinator"), {"counsellor"}),
        (True, "2", ("counsellor", "coordinator"), {"counsellor", "coordinator"}),
        (False, "1", ("counsellor", "coordinator"), {"counsellor", "coordinator"}),
        (True, "1", ("coordinator",), "STRONGER_LOGIN_REQUIRED"),
        (True, "1", ("data-protection-officer",), "PERMISSION_DENIED"),
        (True, "2", ("data-protection-officer",), "PERMISSION_DENIED"),
    ],
)
async def test_in_production_a_weak_login_gives_no_role_that_needs_a_strong_one(
    network: TestNetwork, production: bool, acr: str, roles: tuple[str, ...], outcome: object
) -> None:
    found: list[object] = []

    async def act(_: object) -> None:
        found.append(staff().roles)

    sample = Sample(network, act)
    changes: dict[str, Any] = {"production": production}
    if production:
        # The sample's tokens are verified by rules of its own; these two are only what production demands.
        changes |= {"issuer": "https://login.example/realms/lotse", "jwks_url": "https://login.example/certs"}
    async with sample.serve(**changes), sample.channel() as channel:
        stub = decision_pb2_grpc.ConsentDecisionServiceStub(channel)
        try:
            await stub.Decide(question(), metadata=sample.login(*roles, acr=acr))
        except LotseError as error:
            found.append(error.reason)
    assert found == [outcome]
