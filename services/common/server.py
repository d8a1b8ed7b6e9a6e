"""A gRPC server of ours: mutual TLS, all gates in order, health, and an end that lets calls finish."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import grpc
import structlog
from grpc_health.v1 import health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2_grpc

from services.common.access import access_table
from services.common.channel import KEEPALIVE_ALLOWED_MS, LIMITS
from services.common.clock import Clock, SystemClock
from services.common.health import FOREIGN_RULES, HEALTH_SERVICE, WATCH_SECONDS, HealthWatch, Readiness
from services.common.identity.client_tokens import ClientTokens
from services.common.identity.jwks import KeyCache, http_jwks
from services.common.identity.staff_tokens import StaffTokenRules, StaffTokens
from services.common.interceptors import (
    AccessInterceptor,
    AccessLogInterceptor,
    CallerInterceptor,
    Chain,
    DeadlineInterceptor,
    ErrorsInterceptor,
    PrincipalInterceptor,
    TracingInterceptor,
    ValidationInterceptor,
    assert_order,
)
from services.common.reflection import REFLECTION_RULES, ReflectionServicer
from services.common.settings import ServiceSettings
from services.common.tls import server_credentials

DRAIN_SECONDS = 10.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Registration:
    """A gRPC service: its full name, the generated add function, and the object that serves it."""

    name: str
    add: Callable[[Any, grpc.aio.Server], None]
    servicer: object
    at_end: Callable[[], None] = lambda: None
    """Called when the end begins: lets go of calls that only wait, so that no drain waits for them."""


@dataclass(frozen=True, slots=True)
class Gates:
    """What the gates need beside the settings."""

    staff_tokens: StaffTokens
    client_tokens: ClientTokens | None = None
    clock: Clock = field(default_factory=SystemClock)
    longer_seconds: Mapping[str, float] = field(default_factory=dict)
    """Methods (full path) that may take longer than the usual 30 seconds."""


def gates(
    settings: ServiceSettings,
    *,
    client_keys: KeyCache | None = None,
    clock: Clock | None = None,
    longer_seconds: Mapping[str, float] | None = None,
) -> Gates:
    """The gates of a service in operation: staff tokens of the realm, client tokens by the keys of consent."""
    clock = clock or SystemClock()
    rules = StaffTokenRules(settings.issuer, settings.audience, settings.authorized_parties)
    clients = ClientTokens(settings.installation, settings.audience, client_keys, clock=clock) if client_keys else None
    staff = StaffTokens(rules, KeyCache(http_jwks(settings.jwks_url, ca_file=settings.keycloak_ca_file)), clock=clock)
    return Gates(staff, clients, clock, longer_seconds or {})


def build_server(
    settings: ServiceSettings, registrations: Sequence[Registration], gates: Gates, health: HealthWatch
) -> grpc.aio.Server:
    """A server that is not started yet.

    Raises AccessRuleError when an RPC has no rule, InterceptorOrderError when the gates are out of order.
    """
    names = [registration.name for registration in registrations]
    rules = access_table(names, {**FOREIGN_RULES, **(REFLECTION_RULES if settings.reflection else {})})
    interceptors = [
        TracingInterceptor(),
        AccessLogInterceptor(),
        ErrorsInterceptor(),
        DeadlineInterceptor(longer={**WATCH_SECONDS, **gates.longer_seconds}),
        CallerInterceptor(settings.callers),
        PrincipalInterceptor(rules, gates.staff_tokens, gates.client_tokens, settings.acting_for_people),
        AccessInterceptor(rules, gates.clock, production=settings.production),
        ValidationInterceptor(),
    ]
    assert_order(interceptors)
    server = grpc.aio.server(
        interceptors=[Chain(interceptors)],
        options=[
            *LIMITS,
            ("grpc.so_reuseport", 0),
            ("grpc.http2.min_recv_ping_interval_without_data_ms", KEEPALIVE_ALLOWED_MS),
        ],
        maximum_concurrent_rpcs=settings.max_concurrent_calls,
    )
    for registration in registrations:
        registration.add(registration.servicer, server)
    health_pb2_grpc.add_HealthServicer_to_server(health.servicer, server)
    if settings.reflection:
        served = ReflectionServicer([*names, HEALTH_SERVICE])
        reflection_pb2_grpc.add_ServerReflectionServicer_to_server(served, server)  # type: ignore[no-untyped-call]
    if server.add_secure_port(settings.listen, server_credentials(settings)) == 0 and ":" in settings.listen:
        raise OSError(f"{settings.listen} cannot be listened on")
    return server


@asynccontextmanager
async def serving(
    settings: ServiceSettings, registrations: Sequence[Registration], gates: Gates, readiness: Readiness
) -> AsyncIterator[None]:
    """Serves while the block runs; then health says no, calls under way may finish, the rest is cut off."""
    health = HealthWatch(readiness, [registration.name for registration in registrations])
    server = build_server(settings, registrations, gates, health)
    await server.start()
    watch = asyncio.create_task(health.run(), name="health")
    _log.info("server.started", listen=settings.listen)
    try:
        yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        await health.stop()
        for registration in registrations:
            registration.at_end()
        await server.stop(DRAIN_SECONDS)
        _log.info("server.stopped")


async def until_told_to_stop() -> None:
    """Returns at the first SIGTERM or SIGINT."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    await told.wait()
