"""All gates on against off, on `Decide` with one item, in two processes that are started alike for it.

Both have consent's own handlers, rules, statements, background work and database; one of them has no gate.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from uuid import uuid4

import grpc
from lotse.consent.v1 import decision_pb2, decision_pb2_grpc
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from benchmarks.bare.gateless import AGENCY, PERSON
from benchmarks.disclose import circumstances_of
from benchmarks.house import CASES, BenchHouse
from benchmarks.measuring import Call, Plan, Side, compare
from benchmarks.peers import plain_channel, running_peer
from benchmarks.table import Row, cpu_row
from deploy.demo.story import Story

MOST = 1.15
_SECONDS = 10.0


async def measure(house: BenchHouse, plan: Plan) -> Row:
    """Interceptors, token, access and field rules, together."""
    environment, who = house.constellation.environment, house.issuer.login_of(house.cast.recipient)
    somebody = {PERSON: str(who.person), AGENCY: str(who.agency)}
    stories = await house.handed_over(CASES)
    async with AsyncExitStack() as stack:
        twins = [
            await stack.enter_async_context(running_peer(house, module, "consent", settings, "LOTSE_CONSENT_LISTEN"))
            for module, settings in (
                ("services.consent", environment.of("consent")),
                ("benchmarks.bare.gateless", {**environment.of("consent"), **somebody}),
            )
        ]
        calls: list[Call] = []
        for twin in twins:
            channel = await stack.enter_async_context(plain_channel(environment, "referrals", twin.target, "consent"))
            calls.append(_asking(channel, house, stories))
        database = house.pids("postgres")
        measured = await compare(
            Side(calls[0], [twins[0].pid], database), Side(calls[1], [twins[1].pid], database), plan
        )
    return cpu_row("All gates on : off (Decide)", measured, MOST)


def _asking(channel: grpc.aio.Channel, house: BenchHouse, stories: Sequence[Story]) -> Call:
    stub = decision_pb2_grpc.ConsentDecisionServiceStub(channel)
    metadata = (("authorization", f"Bearer {house.issuer.token(house.cast.recipient)}"),)
    item = decision_pb2.ItemAsked(item_id=str(uuid4()), version=1, category=words.DATA_CATEGORY_CONTACT)
    requests = [
        decision_pb2.DecideRequest(
            queries=[decision_pb2.DecisionQuery(circumstances=circumstances_of(house, story), items=[item])]
        )
        for story in stories
    ]

    async def ask(number: int) -> None:
        answer = await stub.Decide(requests[number % len(requests)], metadata=metadata, timeout=_SECONDS)
        if not answer.queries[0].decisions[0].permit:
            raise RuntimeError("What the client permitted was denied.")

    return ask
