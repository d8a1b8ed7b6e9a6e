"""Calls to another service: mutual TLS, always a deadline, the principal's own token, errors as that service meant."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import grpc

from services.common.errors import DeadlineTooShort
from services.common.identity.context import credential
from services.common.interceptors.deadline import LEAST_SECONDS, remaining_seconds
from services.common.interceptors.principal import METADATA_KEY
from services.common.settings import ProcessSettings
from services.common.status import remote_error
from services.common.tls import channel_credentials
from services.common.trace import outgoing_traceparent

MESSAGE_BYTES = 4 * 1024 * 1024
METADATA_BYTES = 16 * 1024
DEFAULT_SECONDS = 5.0
KEEPALIVE: tuple[tuple[str, int], ...] = (
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.http2.ping_timeout_ms", 5_000),  # a minute by default, whatever the keepalive says
)
"""A connection that the network forgot is noticed while a call waits, and not only after the system's quarter of an
hour. Servers allow as much (`KEEPALIVE_ALLOWED_MS`)."""
KEEPALIVE_ALLOWED_MS = 5_000
LIMITS: tuple[tuple[str, int], ...] = (
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.max_send_message_length", MESSAGE_BYTES),
    ("grpc.max_metadata_size", METADATA_BYTES),
    ("grpc.absolute_max_metadata_size", METADATA_BYTES),
)


def connect(
    target: str,
    settings: ProcessSettings,
    server_name: str,
    *,
    default_seconds: float = DEFAULT_SECONDS,
    idempotent: Mapping[str, Sequence[str]] | None = None,
) -> grpc.aio.Channel:
    """A channel to `target` (host:port or unix:/path) that believes only a server named `server_name`.

    A call without a timeout of its own gets `default_seconds`, and none lasts longer than the call being handled.
    `idempotent` names methods by gRPC service that are tried again when the service was not reachable.
    Calls raise LotseError: as the service said it, or Unavailable.
    """
    options: list[tuple[str, Any]] = [
        *LIMITS,
        *KEEPALIVE,
        ("grpc.ssl_target_name_override", server_name),
        ("grpc.default_authority", server_name),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 5000),  # how long a connection may take to come about, whatever its name says
        ("grpc.max_reconnect_backoff_ms", 2000),
        ("grpc.service_config", json.dumps(_service_config(idempotent or {}))),
    ]
    return grpc.aio.secure_channel(
        target,
        channel_credentials(settings),
        options=options,
        interceptors=[_UnaryCalls(default_seconds), _StreamCalls(default_seconds), _StreamedAnswers(default_seconds)],
    )


def _service_config(idempotent: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    names = [{"service": service, "method": method} for service, methods in idempotent.items() for method in methods]
    if not names:
        return {}
    policy = {
        "maxAttempts": 3,
        "initialBackoff": "0.05s",
        "maxBackoff": "0.5s",
        "backoffMultiplier": 3,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    return {"methodConfig": [{"name": names, "retryPolicy": policy}]}


def _prepared(details: grpc.aio.ClientCallDetails, default_seconds: float) -> grpc.aio.ClientCallDetails:
    seconds = details.timeout if details.timeout is not None else default_seconds
    left = remaining_seconds()
    if left is not None:
        seconds = min(seconds, left)
    if seconds < LEAST_SECONDS:
        raise DeadlineTooShort
    metadata = grpc.aio.Metadata(*(details.metadata or ()))
    token = credential()
    if token is not None and all(key != METADATA_KEY for key, _ in details.metadata or ()):
        metadata.add(METADATA_KEY, f"Bearer {token}")
    metadata.add("traceparent", outgoing_traceparent())
    return grpc.aio.ClientCallDetails(
        method=details.method,
        timeout=seconds,
        metadata=metadata,
        credentials=details.credentials,
        wait_for_ready=details.wait_for_ready,
    )


class _UnaryCalls(grpc.aio.UnaryUnaryClientInterceptor):
    def __init__(self, default_seconds: float) -> None:
        self._default_seconds = default_seconds

    async def intercept_unary_unary(
        self, continuation: Callable[..., Any], client_call_details: grpc.aio.ClientCallDetails, request: Any
    ) -> Any:
        try:
            call = await continuation(_prepared(client_call_details, self._default_seconds), request)
            return await call
        except grpc.aio.AioRpcError as error:
            raise remote_error(error) from None


class _StreamCalls(grpc.aio.StreamUnaryClientInterceptor):
    def __init__(self, default_seconds: float) -> None:
        self._default_seconds = default_seconds

    async def intercept_stream_unary(
        self, continuation: Callable[..., Any], client_call_details: grpc.aio.ClientCallDetails, request_iterator: Any
    ) -> Any:
        try:
            call = await continuation(_prepared(client_call_details, self._default_seconds), request_iterator)
            await call
        except grpc.aio.AioRpcError as error:
            raise remote_error(error) from None
        return call


class _StreamedAnswers(grpc.aio.UnaryStreamClientInterceptor):
    def __init__(self, default_seconds: float) -> None:
        self._default_seconds = default_seconds

    async def intercept_unary_stream(
        self, continuation: Callable[..., Any], client_call_details: grpc.aio.ClientCallDetails, request: Any
    ) -> Any:
        return _answers(await continuation(_prepared(client_call_details, self._default_seconds), request))


async def _answers(call: Any) -> AsyncIterator[Any]:
    """The answers of a call as they come; whoever stops listening ends the call."""
    try:
        async for answer in call:
            yield answer
    except grpc.aio.AioRpcError as error:
        raise remote_error(error) from None
    finally:
        call.cancel()  # nothing, once it is done
