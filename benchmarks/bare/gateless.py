"""Consent with its own handlers, database and background work, and without a gate: whoever calls is one fixed person.

Only for measuring what the gates cost; the person is named in the environment, and nothing of hers is verified.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any
from uuid import UUID

import grpc

from benchmarks.bare.serving import until_terminated
from services.common.channel import LIMITS
from services.common.clock import SystemClock
from services.common.command import Command, run_command
from services.common.identity.context import use_principal
from services.common.identity.principals import Staff
from services.common.interceptors.around import AroundInterceptor, Chain, Context, Proceed
from services.common.settings import load
from services.common.tls import server_credentials
from services.consent.keys import Keys
from services.consent.settings import ConsentSettings
from services.consent.wiring import wired

PERSON, AGENCY = "BARE_PERSON", "BARE_AGENCY"


class _Somebody(AroundInterceptor):
    """Handlers ask who calls; here that is always the same."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff

    async def around(self, _method: str, request: Any, context: Context, proceed: Proceed, /) -> Any:
        """Act as that person."""
        with use_principal(self._staff):
            return await proceed(request, context)


async def _serve(_: argparse.Namespace) -> int:
    settings, clock = load(ConsentSettings), SystemClock()
    staff = Staff(
        person=UUID(os.environ[PERSON]), agency=UUID(os.environ[AGENCY]), roles=frozenset({"counsellor"}),
        auth_time=clock.now(), acr=1, expires=clock.now(), token="",
    )  # fmt: skip
    async with wired(settings, Keys.load(settings), clock) as wiring:
        server = grpc.aio.server(interceptors=[Chain([_Somebody(staff)])], options=list(LIMITS))
        for registration in wiring.registrations:
            registration.add(registration.servicer, server)
        server.add_secure_port(settings.listen, server_credentials(settings))
        await server.start()
        await until_terminated()
        for registration in wiring.registrations:
            registration.at_end()
        await server.stop(1.0)
    return 0


if __name__ == "__main__":
    sys.exit(run_command("benchmarks.bare.gateless", "Consent without gates.", [Command("serve", "serve", _serve)]))
