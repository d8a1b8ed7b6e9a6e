"""What runs once in a container before others start: `python -m deploy.containers.jobs JOB`.

Secrets are files below /run/secrets, other processes have the names that docker-compose.yml gives them.
"""

import asyncio
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.console import failures_in_words, say
from deploy.keycloak.admin import Unreachable
from deploy.keycloak.plan import Plan
from deploy.keycloak.provision import provision
from deploy.keycloak.realm import GatewayClient
from deploy.local.constellation import KEYCLOAK_DATABASE
from deploy.local.directory_import import DirectoryFile, load_directory
from deploy.local.environment import INSTALLATION, Ports
from deploy.local.keycloak_server import ADMIN_CLIENT
from deploy.local.pki import Certificate
from deploy.local.texts import DELIVERED, demonstration_texts, publish_texts, read_texts
from services.common.command import CommandError
from services.common.database.commands import admin_url
from services.common.database.create import Role, create_database

SECRETS = Path("/run/secrets")
KEYCLOAK = "https://lotse-keycloak:8443"
TRIES = 3
"""A Keycloak that has just begun, while all else starts too, has needed more than half a minute for one answer."""
BACK_CHANNEL = "http://gateway:8400/logout/back-channel"

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The services beside this container, as the command line comes to them."""

    def certificate(self, process: str) -> Certificate:  # noqa: ARG002 - there is one
        """The one certificate of this container."""
        return Certificate(SECRETS / "ca.pem", SECRETS / "own.pem", SECRETS / "own.key")

    def target(self, service: str) -> str:
        """Where a gRPC service answers."""
        return f"{service}:{getattr(Ports(), service)}"


@app.command("keycloak-database")
def keycloak_database() -> None:
    """Database and role of Keycloak."""
    secret = (SECRETS / "keycloak-database").read_text()
    owner = Role(f"{INSTALLATION}_keycloak", secret)
    try:
        new = asyncio.run(create_database(admin_url(), name=KEYCLOAK_DATABASE, owner=owner, roles=[]))
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(error.status) from None
    say(f"{KEYCLOAK_DATABASE}: {'created' if new else 'was there'}")


@app.command("realm")
def realm(
    people: Annotated[Path | None, typer.Option(help="Agencies and people (TOML); without it only the realm.")] = None,
) -> None:
    """Realm and clients, and agencies and people with them."""
    with failures_in_words():
        plan = Plan.read(people) if people else Plan((), ())
        password = (SECRETS / "demo-password").read_text() if people else ""
        client_secret = (SECRETS / "keycloak-client").read_text()
        client = GatewayClient(os.environ["LOTSE_STAFF_ORIGIN"], client_secret, BACK_CHANNEL)
        secret = (SECRETS / "provisioner").read_text()
        ca_file = SECRETS / "ca.pem"
        for left in reversed(range(TRIES)):
            try:
                changes = provision(KEYCLOAK, ADMIN_CLIENT, secret, client, plan, password, ca_file=ca_file)
                break
            except Unreachable as error:
                if not left:
                    raise
                say(f"{error}; trying again")
        say(f"Keycloak: {changes.summary()}")


@app.command("directory")
def directory(
    source: str, files: list[Path], mapping: Annotated[Path | None, typer.Option(help="Mapping of CSV files.")] = None
) -> None:
    """Load one source of the directory; prints what became of its rows as JSON."""
    with failures_in_words():
        loaded = asyncio.run(load_directory(Neighbours(), DirectoryFile(source, tuple(files), mapping)))
        sys.stdout.write(json.dumps(asdict(loaded)) + "\n")


@app.command("texts")
def texts(
    folder: Annotated[Path, typer.Argument(help="Sets of texts; without it those that are delivered.")] = DELIVERED,
    *,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="The delivered ones with an invented reviewer.")
    ] = False,
) -> None:
    """Publish every consent text of a folder."""
    with failures_in_words():
        found = demonstration_texts() if demonstration else read_texts(folder)
        say(f"consent texts: {asyncio.run(publish_texts(Neighbours(), found))}")


if __name__ == "__main__":
    app()
