"""The commands of a service as an operator runs them, against a real server."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from services.common.command import run_command
from services.common.database import SERVICE_SCOPE
from services.common.database.commands import ServiceDatabase, admin_url, database_commands
from services.common.database.create import drop_database
from services.common.database.target import DatabaseTarget
from services.common.ledger import CheckpointFile, Sequencer
from services.common.ledger.commands import ServiceLedger, ledger_commands
from services.common.settings import SettingsError
from tests.support.ledger import READERS, SIGNER, logged, sequencing, write_event
from tests.support.postgres import LIMITS, MIGRATIONS, Postgres, TestDatabase

NAME = "test_commands"
DAMAGE = """
update event set text = 'X' || substr(text, 2)
where id = (select id from event order by id limit 1) returning id as row_id
"""


class Operator:
    """Runs commands of a service whose database does not exist yet."""

    def __init__(self, postgres: Postgres, folder: Path, outside: Path) -> None:
        self.given = TestDatabase(postgres.target("kit", NAME), postgres.url(NAME))
        self.folder = folder
        self.outside = outside
        database = ServiceDatabase(lambda: self.given.target, folder, LIMITS)
        ledger = ServiceLedger(database, READERS, lambda: SIGNER.verifier, lambda: outside, DAMAGE)
        self.commands = [*database_commands(database), *ledger_commands(ledger)]

    def run(self, *arguments: str) -> int:
        return run_command("services.kit", "The kit.", self.commands, default="migrate", arguments=arguments)


@pytest.fixture
def operator(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS["kit"], folder)
    monkeypatch.setenv("LOTSE_ADMIN_DATABASE_URL", postgres.admin_url)
    asyncio.run(drop_database(postgres.admin_url, NAME))
    yield Operator(postgres, folder, tmp_path / "checkpoints")
    asyncio.run(drop_database(postgres.admin_url, NAME))


async def fill(operator: Operator) -> None:
    given = operator.given
    outside = CheckpointFile(operator.outside, SIGNER.verifier)
    async with (
        given.opened("run") as database,
        given.administered() as admin,
        sequencing(Sequencer(given.target, SIGNER, period_seconds=0.02, outside=[outside])),
    ):
        for _ in range(4):
            async with database.transaction(SERVICE_SCOPE) as tx:
                await write_event(tx)
        await logged(admin, 4)


def test_database_is_made_migrated_and_described(operator: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    assert operator.run("create-database") == 0
    assert operator.run("create-database") == 0
    assert operator.run("check-config") == 2
    assert "lacks migration 0001_note" in capsys.readouterr().err
    assert operator.run("migrate") == 0
    assert operator.run("migrate") == 0
    assert operator.run("check-config") == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{NAME}: 0001_note, 0002_ledger, 0003_node",
        f"{NAME}: up to date",
        f"{NAME}: every role logs in, nothing is missing",
    ]
    assert operator.run("schema", "--check") == 1
    assert operator.run("schema") == 0
    assert operator.run("schema", "--check") == 0
    (operator.folder / "0004_more.sql").write_text("alter table note add column more text;")
    assert operator.run("migrate") == 0
    assert operator.run("schema", "--check") == 1


def test_ledger_is_verified_and_the_rehearsal_names_the_row(
    operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    operator.run("create-database")
    operator.run("migrate")
    asyncio.run(fill(operator))
    assert operator.run("ledger-verify") == 0
    capsys.readouterr()
    assert operator.run("ledger-rehearse") == 0
    said = capsys.readouterr().out
    assert "first: changed: event" in said
    assert said.endswith("was changed in the copy: named\n")
    assert operator.run("ledger-verify") == 0
    asyncio.run(damage(operator))
    assert operator.run("ledger-verify") == 1


async def damage(operator: Operator) -> None:
    async with operator.given.administered() as admin:
        await admin.execute(DAMAGE)


def test_missing_database_is_one_sentence(operator: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    assert operator.run("migrate") == 3
    error = capsys.readouterr().err
    assert error.startswith("services.kit migrate: The database cannot be reached as owner:")
    assert error.count("\n") == 1


def test_missing_address_of_the_server_is_one_sentence(
    operator: Operator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOTSE_ADMIN_DATABASE_URL")
    assert operator.run("create-database") == 2
    assert "Set LOTSE_ADMIN_DATABASE_URL" in capsys.readouterr().err
    assert "LOTSE_ADMIN_DATABASE_URL" not in os.environ


def test_password_of_the_administrator_may_stand_in_a_file(
    operator: Operator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_password = os.environ["LOTSE_ADMIN_DATABASE_URL"]
    parts = urlsplit(with_password)
    file = tmp_path / "administrator"
    monkeypatch.setenv("LOTSE_ADMIN_DATABASE_PASSWORD_FILE", str(file))
    assert operator.run("create-database") == 3
    assert "administrator: No such file" in capsys.readouterr().err
    file.write_text(f"{parts.password}\n")
    assert operator.run("create-database") == 2
    assert "must name a user and no password" in capsys.readouterr().err
    without = parts._replace(netloc=f"{parts.username}@{parts.hostname}:{parts.port}").geturl()
    monkeypatch.setenv("LOTSE_ADMIN_DATABASE_URL", without)
    assert operator.run("create-database") == 0


def test_password_in_a_file_may_hold_what_an_address_cannot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "administrator").write_text("p@ss/w:rd#?")
    monkeypatch.setenv("LOTSE_ADMIN_DATABASE_URL", "postgresql://admin@database.example:5432/postgres")
    monkeypatch.setenv("LOTSE_ADMIN_DATABASE_PASSWORD_FILE", str(tmp_path / "administrator"))
    parts = urlsplit(admin_url())
    assert (parts.username, unquote(parts.password or "")) == ("admin", "p@ss/w:rd#?")
    assert (parts.hostname, parts.port, parts.path) == ("database.example", 5432, "/postgres")


def test_wrong_settings_are_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> DatabaseTarget:
        raise SettingsError("LOTSE_KIT_DATABASE_URL: Field required")

    commands = database_commands(ServiceDatabase(broken, MIGRATIONS["kit"]))
    assert run_command("services.kit", "The kit.", commands, default="migrate", arguments=[]) == 2
    assert capsys.readouterr().err == "services.kit migrate: LOTSE_KIT_DATABASE_URL: Field required\n"
