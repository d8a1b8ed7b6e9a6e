"""Starts the bare peers: processes of their own on the product's PostgreSQL server, with its certificates."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import grpc

from benchmarks.bare import serving
from benchmarks.house import BenchHouse
from deploy.local.environment import Environment
from deploy.local.paths import CHECKOUT
from deploy.local.ports import free_port
from deploy.local.process import LocalProcess
from services.common.database.target import ROLES
from tests.support.postgres import MIGRATIONS, Postgres

_READY_SECONDS = 20.0
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Peer:
    """A running peer."""

    target: str
    pid: int


@asynccontextmanager
async def running_peer(
    house: BenchHouse,
    module: str,
    certificate: str,
    more: Mapping[str, str] | None = None,
    listen: str = serving.LISTEN,
) -> AsyncIterator[Peer]:
    """A module with the certificate of one of our processes, until the block ends."""
    files = house.constellation.environment.certificate(certificate)
    target = f"127.0.0.1:{free_port()}"
    home = house.constellation.home
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    name = f"{module}-{target.rpartition(':')[2]}"
    process = LocalProcess(
        name, [sys.executable, "-m", module], home.log(name),
        home.record(name), folder=CHECKOUT,
        environment={
            **inherited, serving.CA: str(files.ca), serving.CERT: str(files.cert), serving.KEY: str(files.key),
            **(more or {}), listen: target,
        },
    )  # fmt: skip
    process.start()
    try:
        await _until_listening(process, target)
        yield Peer(target, process.pid or 0)
    finally:
        process.stop()


async def _until_listening(process: LocalProcess, target: str) -> None:
    host, port = target.split(":")
    async with asyncio.timeout(_READY_SECONDS):
        while True:
            process.check()
            try:
                _, writer = await asyncio.open_connection(host, int(port))
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return


async def bare_database(house: BenchHouse, service: str, copied: Mapping[str, str], folder: Path) -> str:
    """The address of a database with the service's own tables and, of `copied`, the rows that each statement gives.

    The address is that of the administrator, whom no policy and no grant holds up.
    """
    passwords = folder / "bare-passwords"
    passwords.mkdir(parents=True, exist_ok=True)
    for role in ROLES:
        (passwords / role).write_text("of-a-benchmark")
    admin_url = house.constellation.admin_url
    database = await Postgres(admin_url, passwords).clone(service, MIGRATIONS[service])
    for table, statement in copied.items():
        await copy(admin_url_of(house, f"lotse_{service}"), statement, database.admin_url, table)
    return database.admin_url


async def copy(source_url: str, statement: str, target_url: str, table: str) -> None:
    """What the statement gives there becomes rows here, byte for byte and without what they refer to."""
    source = await asyncpg.connect(source_url)
    target = await asyncpg.connect(target_url)
    try:
        rows = io.BytesIO()
        await source.copy_from_query(statement, output=rows, format="binary")
        rows.seek(0)
        await target.execute("set session_replication_role = replica")
        await target.copy_to_table(table, source=rows, format="binary")
        await target.execute("vacuum analyze")
    finally:
        await source.close()
        await target.close()


def admin_url_of(house: BenchHouse, database: str) -> str:
    """A database of the product's server as its administrator."""
    return house.constellation.admin_url.rpartition("/")[0] + f"/{database}"


@asynccontextmanager
async def plain_channel(
    environment: Environment, caller: str, target: str, server: str
) -> AsyncIterator[grpc.aio.Channel]:
    """A channel without interceptors for ours and for the peer, so that what asks costs the same."""
    files = environment.certificate(caller)
    channel = serving.secure_channel(
        target, f"lotse-{server}", ca=files.ca.read_bytes(), cert=files.cert.read_bytes(), key=files.key.read_bytes()
    )
    try:
        yield channel
    finally:
        await channel.close()
