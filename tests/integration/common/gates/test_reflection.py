"""Reflection is for development: behind the caller's gate, and not there unless it was asked for."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.reflection import SERVICE_NAME

from tests.integration.common.gates.sample import BACKGROUND, Sample
from tests.support.server import TestNetwork

LISTED = {SERVICE_NAME: ["lotse-cli"]}


async def services(channel: grpc.aio.Channel) -> set[str]:
    call: Any = channel.stream_stream(
        f"/{SERVICE_NAME}/ServerReflectionInfo",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )
    requests = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
    return {one.name async for answer in call(requests, timeout=5) for one in answer.list_services_response.service}


async def test_a_listed_caller_is_told_the_services_where_reflection_is_on(network: TestNetwork) -> None:
    sample = Sample(network)
    async with sample.serve(reflection=True, more_callers=LISTED), sample.channel("lotse-cli") as channel:
        assert BACKGROUND in await services(channel)


async def test_reflection_too_is_only_for_listed_callers(network: TestNetwork) -> None:
    sample = Sample(network)
    async with sample.serve(reflection=True, more_callers=LISTED), sample.channel("lotse-gateway") as channel:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await services(channel)
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED


async def test_there_is_no_reflection_unless_it_is_on(network: TestNetwork) -> None:
    sample = Sample(network)
    async with sample.serve(more_callers=LISTED), sample.channel("lotse-cli") as channel:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await services(channel)
    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED
