"""Consent as a process, from an empty server to its end: what an operator types."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from grpc_health.v1 import health_pb2, health_pb2_grpc
from lotse.consent.v1 import text_pb2, text_pb2_grpc

from services.common.database.create import drop_database
from services.consent.settings import ConsentSettings
from tests.integration.consent.callers import CALLERS
from tests.integration.consent.world import settings_for
from tests.support.postgres import DatabaseOf, Postgres
from tests.support.server import TestNetwork

REPOSITORY = Path(__file__).parents[3]


def environment(settings: ConsentSettings, admin_url: str) -> dict[str, str]:
    """The settings as the process gets them."""
    values = json.loads(settings.model_dump_json())
    callers = {**CALLERS, "grpc.health.v1.Health": ["lotse-gateway"]}
    own = {
        f"LOTSE_CONSENT_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in {**values, "callers": callers}.items()
        if value is not None
    }
    return {**os.environ, **own, "LOTSE_ADMIN_DATABASE_URL": admin_url}


async def run(variables: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Status and everything that was printed."""
    process = await _started(variables, *arguments)
    out, err = await process.communicate()
    return process.returncode or 0, (out + err).decode()


async def _started(variables: dict[str, str], *arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.consent", *arguments, cwd=REPOSITORY, env=variables, stdout=PIPE, stderr=PIPE
    )


@asynccontextmanager
async def an_empty_database(postgres: Postgres) -> AsyncIterator[str]:
    name = f"test_{os.getpid()}_consent_process_{uuid4().hex[:6]}"
    yield name
    await drop_database(postgres.admin_url, name)


async def test_from_an_empty_server_to_a_verified_ledger(
    postgres: Postgres, database_of: DatabaseOf, network: TestNetwork, tmp_path: Path
) -> None:
    async with an_empty_database(postgres) as name:
        url = postgres.target("consent", name).database_url
        settings = settings_for(await database_of("consent"), network, tmp_path, database_url=url)
        variables = environment(settings, postgres.admin_url)

        assert (await run(variables, "create-database"))[0] == 0
        status, said = await run(variables, "check-config")
        assert (status, "run the migrate command" in said) == (2, True)
        assert "0002_policies" in (await run(variables, "migrate"))[1]
        assert (await run(variables, "migrate"))[1].strip().endswith("up to date")
        assert (await run(variables, "schema", "--check"))[0] == 0
        assert (await run(variables, "check-config"))[0] == 0

        process = await _started(variables)
        try:
            await served(network)
            await somebody_speaks_no_tls(network)
        finally:
            process.send_signal(signal.SIGTERM)
            _, log = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 0
        assert [line for line in log.decode().splitlines() if not line.startswith("{")] == []

        status, said = await run(variables, "ledger-verify")
        assert (status, "0 findings" in said) == (0, True)
        assert "no row yet" in (await run(variables, "ledger-rehearse"))[1]


async def served(network: TestNetwork) -> None:
    """Returns when the process answers; without regimes it says that it is not ready."""
    async with network.channel("lotse-cli", "consent") as cli, network.channel("lotse-gateway", "consent") as gateway:
        request = text_pb2.ListTextsRequest()
        answer = await text_pb2_grpc.ConsentTextServiceStub(cli).ListTexts(request, timeout=20, wait_for_ready=True)
        assert list(answer.texts) == []
        health = await health_pb2_grpc.HealthStub(gateway).Check(  # type: ignore[attr-defined]
            health_pb2.HealthCheckRequest()
        )
        assert health.status == health_pb2.HealthCheckResponse.NOT_SERVING


async def somebody_speaks_no_tls(network: TestNetwork) -> None:
    """Returns when the server has hung up."""
    reader, writer = await asyncio.open_unix_connection(network.target("consent").removeprefix("unix:"))
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    await asyncio.wait_for(reader.read(), 20)
    writer.close()


async def test_a_missing_key_is_said_in_one_sentence(
    postgres: Postgres, database_of: DatabaseOf, network: TestNetwork, tmp_path: Path
) -> None:
    settings = settings_for(await database_of("consent"), network, tmp_path)
    settings.log_key_file.write_text("no key")
    status, said = await run(environment(settings, postgres.admin_url), "serve")
    assert status == 2
    assert said.strip().splitlines()[-1].endswith("holds no unencrypted PEM private key.")
