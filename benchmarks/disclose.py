"""`Disclose` against one transaction with the same SELECT and INSERT, both behind grpc.aio with mutual TLS."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from uuid import uuid4

import grpc
from lotse.consent.v1 import client_pb2, decision_pb2, decision_pb2_grpc
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from benchmarks.bare.serving import DATABASE
from benchmarks.house import CASES, BenchHouse
from benchmarks.measuring import Call, Comparison, Plan, Side, compare
from benchmarks.peers import bare_database, plain_channel, running_peer
from benchmarks.table import Row, throughput_row
from deploy.demo.story import Story

GOAL = 0.75
_SECONDS = 10.0


async def measure(house: BenchHouse, plan: Plan) -> Row:
    """One item a request, of several cases in turn."""
    environment = house.constellation.environment
    copied = {"consent_revision": "select * from consent_revision"}
    asked = [circumstances_of(house, story) for story in await house.handed_over(CASES)]
    async with AsyncExitStack() as stack:
        bare = await bare_database(house, "consent", copied, house.constellation.home.root)
        peer = await stack.enter_async_context(
            running_peer(house, "benchmarks.bare.disclose", "consent", {DATABASE: bare})
        )
        targets = {"ours": environment.target("consent"), "peer": peer.target}
        calls: dict[str, Call] = {}
        for name, target in targets.items():
            channel = await stack.enter_async_context(plain_channel(environment, "referrals", target, "consent"))
            calls[name] = asking(channel, house, lambda number: asked[number % CASES])
        measured: Comparison = await compare(
            Side(calls["ours"], house.pids("consent"), house.pids("postgres")),
            Side(calls["peer"], [peer.pid], house.pids("postgres")),
            plan,
        )
    return throughput_row("Disclose : SELECT and INSERT", measured, GOAL)


def asking(
    channel: grpc.aio.Channel, house: BenchHouse, circumstances: Callable[[int], decision_pb2.Circumstances]
) -> Call:
    """One request for the contact section of the case that belongs to its number; raises when it is not permitted."""
    stub = decision_pb2_grpc.ConsentDecisionServiceStub(channel)
    metadata = (("authorization", f"Bearer {house.issuer.token(house.cast.recipient)}"),)
    item = decision_pb2.ItemAsked(item_id=str(uuid4()), version=1, category=words.DATA_CATEGORY_CONTACT)

    async def ask(number: int) -> None:
        request = decision_pb2.DiscloseRequest(
            request_id=str(uuid4()),
            circumstances=circumstances(number),
            items=[item],
        )
        answer = await stub.Disclose(request, metadata=metadata, timeout=_SECONDS)
        if not answer.decisions[0].permit:
            raise RuntimeError(f"What the client permitted was denied: {answer.decisions[0].reason}")

    return ask


def circumstances_of(house: BenchHouse, story: Story) -> decision_pb2.Circumstances:
    """The recipient reads what was handed over."""
    return reading_of(house, story.case_id, story.referral_id)


def reading_of(house: BenchHouse, case_id: str, referral_id: str) -> decision_pb2.Circumstances:
    """The recipient reads something of this case."""
    return decision_pb2.Circumstances(
        case_id=case_id,
        referral_id=referral_id,
        discloser_id=str(house.cast.discloser.agency_id),
        recipient_id=str(house.cast.recipient.agency_id),
        direction=words.DIRECTION_FORWARD,
        purpose=words.PURPOSE_HANDING_OVER,
        basis=words.BASIS_CONSENT,
        kind=client_pb2.DISCLOSURE_KIND_READ,
    )
