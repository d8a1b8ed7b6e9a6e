"""Health says what the readiness check says, and an end that lets calls finish."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from lotse.directory.v1 import agency_pb2, agency_pb2_grpc

from services.common.errors import LotseError, Unavailable
from services.common.health import HealthServicer, HealthWatch
from services.common.server import until_told_to_stop
from tests.integration.common.gates.sample import BACKGROUND, HEALTH, Sample
from tests.support.server import TestNetwork

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


def health(channel: grpc.aio.Channel) -> Any:
    """The stub; the types of grpc_health do not know its methods."""
    return health_pb2_grpc.HealthStub(channel)


async def status(channel: grpc.aio.Channel, service: str = BACKGROUND) -> int:
    answer: health_pb2.HealthCheckResponse = await health(channel).Check(health_pb2.HealthCheckRequest(service=service))
    return answer.status


async def until(channel: grpc.aio.Channel, wanted: int) -> None:
    for _ in range(100):
        if await status(channel) == wanted:
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"health did not become {wanted}")


@pytest.mark.parametrize("failure", [Unavailable(), RuntimeError("not foreseen"), TimeoutError()])
async def test_a_service_is_healthy_only_while_it_is_ready(network: TestNetwork, failure: Exception) -> None:
    failures: list[Exception] = []

    async def ready(_: object) -> None:
        for one in failures:
            raise one

    sample = Sample(network)
    async with sample.serve(ready), sample.channel("lotse-cli") as channel:
        await until(channel, SERVING)
        failures.append(failure)
        await until(channel, NOT_SERVING)
        assert await status(channel, "") == NOT_SERVING
        failures.clear()
        await until(channel, SERVING)


async def test_nobody_is_told_serving_before_readiness_was_asked() -> None:
    watch = HealthWatch(_never, ["sample"])
    context: Any = None
    for service in ("", "sample"):
        answer = await watch.servicer.Check(health_pb2.HealthCheckRequest(service=service), context)
        assert answer.status == NOT_SERVING


async def _never() -> None:
    raise Unavailable


async def test_health_lists_every_service_and_knows_no_other(network: TestNetwork) -> None:
    sample = Sample(network)
    async with sample.serve(), sample.channel("lotse-cli") as channel:
        await until(channel, SERVING)
        request: Any = health_pb2.HealthListRequest()  # type: ignore[attr-defined]
        call: Any = channel.unary_unary(
            f"/{HEALTH}/List",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=health_pb2.HealthListResponse.FromString,  # type: ignore[attr-defined]
        )
        statuses = (await call(request)).statuses
        assert BACKGROUND in statuses
        assert {answer.status for answer in statuses.values()} == {SERVING}
        with pytest.raises(LotseError) as unknown:
            await status(channel, "lotse.sample.v1.NoService")
        assert unknown.value.reason == "NOT_FOUND"


async def test_health_too_is_only_for_listed_callers(network: TestNetwork) -> None:
    sample = Sample(network)
    async with sample.serve(), sample.channel("lotse-gateway") as channel:
        with pytest.raises(LotseError) as refused:
            await status(channel)
        assert refused.value.reason == "CALLER_NOT_ALLOWED"


async def test_at_the_end_watchers_are_told_and_calls_under_way_finish(network: TestNetwork) -> None:
    begun, go_on, watched = asyncio.Event(), asyncio.Event(), asyncio.Event()
    seen: list[int] = []

    async def act(_: object) -> None:
        begun.set()
        await go_on.wait()
        await asyncio.sleep(1)  # longer than the server needs to begin its end

    async def watch(channel: grpc.aio.Channel) -> None:
        async for answer in health(channel).Watch(health_pb2.HealthCheckRequest(service=BACKGROUND)):
            seen.append(answer.status)
            watched.set()
            if answer.status == NOT_SERVING and SERVING in seen:
                go_on.set()

    sample = Sample(network, act)
    async with sample.channel() as channel:
        async with sample.serve():
            await until(channel, SERVING)
            watching = asyncio.create_task(watch(channel))
            call = asyncio.create_task(_background(channel))
            await begun.wait()
            await asyncio.wait_for(watched.wait(), 5)
            told_to_stop = time.monotonic()
        assert isinstance(await call, agency_pb2.ListRegimesResponse)
        await watching
        assert time.monotonic() - told_to_stop < 5  # nobody waited for the watcher
        assert seen[-1] == NOT_SERVING
        with pytest.raises(LotseError):
            await _background(channel)


async def _background(channel: grpc.aio.Channel) -> agency_pb2.ListRegimesResponse:
    return await agency_pb2_grpc.RegimeServiceStub(channel).ListRegimes(agency_pb2.ListRegimesRequest(), timeout=5)


async def test_a_watcher_of_an_unknown_service_is_told_so_until_the_end() -> None:
    servicer, told = HealthServicer(["sample"]), list[int]()

    class Context:
        async def write(self, answer: health_pb2.HealthCheckResponse) -> None:
            told.append(answer.status)

    context: Any = Context()
    watching = asyncio.create_task(servicer.Watch(health_pb2.HealthCheckRequest(service="other"), context))
    await servicer.set(serving=True)
    await asyncio.sleep(0.05)
    await servicer.set(serving=False, ended=True)
    await asyncio.wait_for(watching, 5)
    assert told == [health_pb2.HealthCheckResponse.SERVICE_UNKNOWN]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_both_signals_tell_to_stop(number: signal.Signals) -> None:
    waiting = asyncio.create_task(until_told_to_stop())
    await asyncio.sleep(0.05)
    os.kill(os.getpid(), number)
    try:
        await asyncio.wait_for(waiting, 5)
    finally:
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(one)
