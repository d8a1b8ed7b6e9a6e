"""The product as `lotse up` starts it, all but Keycloak, and people who are logged in."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.identity import Issuer, running_issuer
from deploy.demo.cast import Cast
from deploy.demo.story import Story
from deploy.local.constellation import Constellation
from deploy.local.environment import PROCESSES, Ports
from deploy.local.lifecycle import load_demo_directory
from deploy.local.paths import Home
from deploy.local.ports import free_port
from deploy.local.secret_files import write_secret
from deploy.local.texts import demonstration_texts, publish_texts
from tests.integration.gateway.login_server import CLIENT_SECRET
from tests.support.house import PLAN, House, Logins

CASES = 8
"""Of which each figure asks in turn."""


@dataclass
class BenchHouse:
    """The running product, and what the figures share."""

    constellation: Constellation
    issuer: Issuer
    cast: Cast = field(default_factory=lambda: Cast.of(PLAN))
    logins: Logins = field(default_factory=dict)
    stories: list[Story] = field(default_factory=list)
    """Referrals that the recipient works on, which several figures read from."""

    def pids(self, *processes: str) -> Sequence[int]:
        """Process ids of what runs under these names; `postgres` is one as well."""
        return [pid for name in processes if (pid := self.constellation.pid(name)) is not None]

    async def people(self, stack: AsyncExitStack) -> House:
        """The builders of the tests, with everybody of the cast logged in."""
        house = House(self.constellation, self.logins, stack)
        for player in (self.cast.discloser, self.cast.sibling, self.cast.third, self.cast.recipient):
            if player.username not in self.logins:
                await self.issuer.log_in(house.origin, player, self.logins)
        return house

    async def handed_over(self, count: int) -> Sequence[Story]:
        """So many referrals in the recipient's hands; made once."""
        async with AsyncExitStack() as stack:
            people = await self.people(stack)
            while len(self.stories) < count:
                self.stories.append(await people.in_progress())
        return self.stories[:count]


@contextmanager
def running_house(folder: Path) -> Iterator[BenchHouse]:
    """Everything up with the state below `folder`, which may be an earlier run's; nothing of it is left running.

    Production's settings but for the disk: a power cut may lose what was written, on both sides of every comparison.
    """
    with running_issuer() as issuer:
        home = Home(folder)
        _write_secret_of_the_gateway(home)
        ports = Ports(**{name: free_port() for name in Ports.__dataclass_fields__})
        with _servers_of(issuer):
            whole = Constellation(home, ports, lambda _: None, durable=False)
        whole.recover()
        try:
            _start(whole)
            yield BenchHouse(whole, issuer)
        finally:
            whole.down()


@contextmanager
def _servers_of(issuer: Issuer) -> Iterator[None]:
    """The issuer in Keycloak's place, and PostgreSQL of our own, whatever the environment names."""
    before = {name: os.environ.pop(name, None) for name in ("LOTSE_DATABASE_URL", "LOTSE_KEYCLOAK_URL")}
    os.environ["LOTSE_KEYCLOAK_URL"] = issuer.server.url
    try:
        yield
    finally:
        del os.environ["LOTSE_KEYCLOAK_URL"]
        os.environ.update({name: value for name, value in before.items() if value is not None})


def _write_secret_of_the_gateway(home: Home) -> None:
    """The one that the issuer expects."""
    path = home.secrets / "gateway" / "keycloak-client"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_secret(path, CLIENT_SECRET.encode())


def _start(whole: Constellation) -> None:
    whole.start_servers()
    whole.prepare_databases()
    whole.start("directory")
    whole.wait_for(["directory"])
    load_demo_directory(whole, lambda _: None)
    for name in ("consent", "referrals", "gateway"):
        whole.start(name)
    whole.wait_for(["consent"])
    asyncio.run(publish_texts(whole.environment, demonstration_texts()))
    whole.wait_for(PROCESSES)
