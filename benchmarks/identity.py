"""Logins without Keycloak, which is kept off the path of a request: an issuer of the tests, in a thread of its own."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from deploy.demo.cast import Player
from deploy.demo.desk import StaffDesk
from tests.integration.gateway.login_server import Login, LoginServer, running_login_server
from tests.support.house import Logins

_START_SECONDS = 10.0


class _PresentIssuer(LoginServer):
    """Names itself in its tokens, which end five minutes from now and not from when the run began."""

    def access_token(self, login: Login, **changes: Any) -> str:
        return super().access_token(login, iss=self.issuer, exp=int(time.time()) + 300, **changes)


@dataclass
class Issuer:
    """The issuer, and who is logged in there."""

    server: LoginServer
    people: dict[str, Login] = field(default_factory=dict)

    def login_of(self, player: Player) -> Login:
        """One login of this person for the whole run."""
        return self.people.setdefault(player.username, Login(uuid4(), player.agency_id, ("counsellor",)))

    def token(self, player: Player) -> str:
        """A fresh access token of this person, as it would be in her session."""
        return self.server.access_token(self.login_of(player))

    async def log_in(self, origin: str, player: Player, logins: Logins) -> None:
        """Put the cookies of a real login at the gateway where the builders look for them."""
        async with StaffDesk(origin) as desk:
            begun = await desk.http.get(f"{origin}/login")
            back = self.server.approve(begun.headers["Location"], self.login_of(player))
            await desk.follow(await desk.http.get(back))
            session = await desk.get("/session")
            jar = [(each.name, each.value or "", each.domain, each.path) for each in desk.http.cookies.jar]
            logins[player.username] = (session.body["csrf_token"], jar)


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """Serves until the block ends."""
    started: queue.Queue[tuple[LoginServer, asyncio.AbstractEventLoop, asyncio.Event]] = queue.Queue()

    async def serve() -> None:
        async with running_login_server(_PresentIssuer()) as server:
            over = asyncio.Event()
            started.put((server, asyncio.get_running_loop(), over))
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="issuer", daemon=True)
    thread.start()
    server, loop, over = started.get(timeout=_START_SECONDS)
    try:
        yield Issuer(server)
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(_START_SECONDS)
