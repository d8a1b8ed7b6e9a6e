"""A real PostgreSQL for tests: one server a session, one migrated template a schema, one clone of it a test.

With LOTSE_TEST_DATABASE_ADMIN_URL set, that server is used (its user must be allowed to create roles and databases);
otherwise one is started in a temporary folder and stopped at the end. Durability is off either way it is started here:
a test never needs what a power cut would lose.
"""

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import psutil
import pytest

from services.common.database.create import REQUEST_SETTINGS, WRITE_LIMITS, create_database, drop_database, roles_of
from services.common.database.migrate import migrate
from services.common.database.pools import Database
from services.common.database.target import ROLES, DatabaseTarget, connect, role_names
from services.directory import __main__ as directory

ADMIN_URL = "LOTSE_TEST_DATABASE_ADMIN_URL"
SERVICES = Path(__file__).parents[2] / "services"
MIGRATIONS = {
    "kit": Path(__file__).parent / "migrations",
    "directory": SERVICES / "directory" / "migrations",
    "consent": SERVICES / "consent" / "migrations",
    "referrals": SERVICES / "referrals" / "migrations" / "content",
    "referrals_keys": SERVICES / "referrals" / "migrations" / "keys",
    "gateway": SERVICES.parent / "gateway" / "sessions" / "migrations",
}
LIMITS: Mapping[str, Mapping[str, str]] = {
    "owner": {},
    "run": REQUEST_SETTINGS,
    "worker": REQUEST_SETTINGS,
    "sequencer": WRITE_LIMITS,
    "eraser": WRITE_LIMITS,
    "import": {},
    "edit": WRITE_LIMITS,
}


_NUMBERS = itertools.count()
"""Of this process, since several may use one server."""


@dataclass(frozen=True)
class TestDatabase:
    """A database of its own for one test, fully migrated and otherwise empty."""

    __test__ = False

    target: DatabaseTarget
    admin_url: str
    """The same database as the server's administrator, who is bound by no grant and no policy."""

    @asynccontextmanager
    async def opened(self, *roles: str) -> AsyncIterator[Database]:
        """Pools as a service has them, closed at the end."""
        async with await Database.open(self.target, roles or ("run", "worker")) as database:
            yield database

    @asynccontextmanager
    async def connected(self, role: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """One connection of a role outside every pool."""
        connection = await connect(self.target, role, application="test")
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def administered(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """One connection of the administrator, for what an intruder or a careless operator could do."""
        connection = await asyncpg.connect(self.admin_url)
        try:
            yield connection
        finally:
            await connection.close()


_PREFIX = "lotse-test-"
_ROOM_BYTES = 4_000_000_000


@dataclass
class Postgres:
    """The server of this test session."""

    admin_url: str
    passwords: Path
    templates: dict[tuple[str, Path], str] = field(default_factory=dict)

    def url(self, database: str) -> str:
        """Address of a database as administrator."""
        return urlsplit(self.admin_url)._replace(path=f"/{database}").geturl()

    @asynccontextmanager
    async def administered(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """One connection of the administrator to none of the tests' databases."""
        connection = await asyncpg.connect(self.admin_url)
        try:
            yield connection
        finally:
            await connection.close()

    def target(self, service: str, database: str) -> DatabaseTarget:
        """The database as the kit opens it, without user and password in the address."""
        parts = urlsplit(self.admin_url)
        address = parts.netloc.rpartition("@")[2]
        return DatabaseTarget(
            "test", service, parts._replace(netloc=address, path=f"/{database}").geturl(), self.passwords
        )

    async def template(self, service: str, folder: Path) -> str:
        """Name of a migrated database without connections, made at the first use in this session."""
        key = (service, folder)
        if key not in self.templates:
            name = f"test_{os.getpid()}_{service}_t{len(self.templates)}"
            await self.create_empty(service, name)
            target = self.target(service, name)
            connection = await connect(target, "owner", application="test")
            try:
                await migrate(connection, folder, role_names(target), program="1000")
            finally:
                await connection.close()
            self.templates[key] = name
        return self.templates[key]

    async def create_empty(self, service: str, name: str) -> None:
        """A database with all roles and no table."""
        limits = {**LIMITS, **directory.ROLES} if service == "directory" else LIMITS
        owner, roles = roles_of(self.target(service, name), limits)
        # A test opens dozens of connections, and each pays for the rounds.
        owner, *roles = (replace(role, rounds=1) for role in (owner, *roles))
        await create_database(self.admin_url, name=name, owner=owner, roles=roles)

    async def clone(
        self, service: str, folder: Path, admin: "asyncpg.Connection[asyncpg.Record] | None" = None
    ) -> TestDatabase:
        """A fresh copy of the template of a service, made over the administrator's connection if there is one."""
        template = await self.template(service, folder)
        name = f"test_{os.getpid()}_{service}_{next(_NUMBERS)}"
        owner = role_names(self.target(service, name))["owner"]
        statement = f'create database "{name}" template "{template}" owner "{owner}" strategy file_copy'
        async with nullcontext(admin) if admin is not None else self.administered() as connection:
            await connection.execute(statement)
        return TestDatabase(self.target(service, name), self.url(name))


@contextmanager
def running_postgres(home: Path) -> Iterator[Postgres]:
    """The server of the environment, or one of our own that ends with the block."""
    passwords = home / "passwords"
    passwords.mkdir()
    for role in ROLES:
        (passwords / role).write_text("of-a-test")
    given = os.environ.get(ADMIN_URL)
    if given:
        yield Postgres(given, passwords)
        return
    from deploy.local.postgres import PostgresServer

    server = PostgresServer(home / "server", durable=False)
    server.start()
    try:
        yield Postgres(f"{server.admin_url}?sslmode=disable", passwords)  # else each connection asks for TLS first
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this session."""
    with _folder() as home, running_postgres(Path(home)) as server:
        yield server
        asyncio.run(_drop_all(server.admin_url, list(server.templates.values())))


@contextmanager
def _folder() -> Iterator[str]:
    """In memory where there is room: a disk takes ten times as long to make and remove a database's files."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM_BYTES
    for left in memory.glob(f"{_PREFIX}*") if roomy else ():
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(left, ignore_errors=True)  # of a run that was killed
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=memory if roomy else None) as folder:
        yield folder


DatabaseOf = Callable[[str], Awaitable[TestDatabase]]


@pytest.fixture
async def database_of(postgres: Postgres) -> AsyncIterator[DatabaseOf]:
    """Gives this test empty, migrated databases of services by name: await the factory with "consent" or another."""
    made: list[str] = []

    async with postgres.administered() as admin:

        async def make(service: str) -> TestDatabase:
            database = await postgres.clone(service, MIGRATIONS[service], admin)
            made.append(urlsplit(database.admin_url).path.lstrip("/"))
            return database

        yield make
    await _drop_all(postgres.admin_url, made)


async def _drop_all(admin_url: str, names: list[str]) -> None:
    await drop_database(admin_url, *names)
