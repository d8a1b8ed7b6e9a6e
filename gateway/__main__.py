"""The gateway's process: `python -m gateway [serve|migrate|create-database|check-config|openapi|errors-doc|texts]`."""

import argparse
import asyncio
import json
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from gateway.settings import GatewaySettings
from services.common.command import Command, CommandError, run_command
from services.common.database import DatabaseSettings
from services.common.database.commands import ServiceDatabase, database_commands
from services.common.database.target import DatabaseConfigurationError
from services.common.settings import SettingsError, load

MIGRATIONS = Path(__file__).parent / "sessions" / "migrations"
ERRORS_PAGE = Path(__file__).parents[1] / "docs" / "errors.md"
DRAIN_SECONDS = 10


async def serve(_: argparse.Namespace) -> int:
    """Serve until told to stop; requests under way may finish."""
    # Read here, since every start runs the other commands first, and this is most of what a process reads.
    import uvicorn

    from gateway.app import refusing
    from gateway.errors import TooBusy
    from gateway.http.connection import Bounds, connections
    from gateway.web.assets import AssetsMissing, require_assets
    from gateway.wiring import wired
    from services.common.clock import SystemClock
    from services.common.errors import InvalidArgument
    from services.common.logs import configure_logs
    from services.common.server import until_told_to_stop

    settings = _settings()
    configure_logs("gateway", settings.log_level)
    host, port = settings.listen.rsplit(":", 1)
    try:
        require_assets()
        async with wired(settings, SystemClock()) as app:
            config = uvicorn.Config(
                app, host=host, port=int(port), log_config=None, access_log=False, server_header=False,
                proxy_headers=bool(settings.proxies), forwarded_allow_ips=list(settings.proxies), lifespan="off",
                timeout_graceful_shutdown=DRAIN_SECONDS, ws="none", h11_max_incomplete_event_size=16 * 1024,
                timeout_keep_alive=15, backlog=settings.connections,
                http=connections(
                    Bounds(settings.connections, refusing(settings, TooBusy()), refusing(settings, InvalidArgument()))
                ),
            )  # fmt: skip
            server = uvicorn.Server(config)
            # uvicorn would take the signals for itself and raise them again when it is done.
            server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
            serving = asyncio.create_task(server.serve(), name="uvicorn")
            told = asyncio.create_task(until_told_to_stop(), name="signals")
            await asyncio.wait({serving, told}, return_when=asyncio.FIRST_COMPLETED)
            server.should_exit = True
            await serving
            told.cancel()
    except (AssetsMissing, DatabaseConfigurationError) as error:
        raise CommandError(str(error), status=3) from None
    return 0


async def openapi(_: argparse.Namespace) -> int:
    """Print the description of the JSON API, both sides."""
    from gateway.app import side_apps

    described = {side: app.openapi() for side, app in side_apps(None, _never_ready).items()}
    sys.stdout.write(json.dumps(described, indent=2, ensure_ascii=False) + "\n")
    return 0


async def errors_doc(given: argparse.Namespace) -> int:
    """Write docs/errors.md, or say whether it is stale."""
    from gateway.catalogue import errors_page

    text = errors_page()
    if given.check:
        stale = not ERRORS_PAGE.is_file() or ERRORS_PAGE.read_text() != text
        if stale:
            sys.stderr.write("errors.md is stale: run `python -m gateway errors-doc` and commit it\n")
        return 1 if stale else 0
    ERRORS_PAGE.write_text(text)
    sys.stdout.write("wrote docs/errors.md\n")
    return 0


async def texts(_: argparse.Namespace) -> int:
    """Bring the catalogues of the pages up to date; ends with 1 where translations are missing."""
    from gateway.web.texts import update

    gaps = update()
    for language in gaps:
        sys.stderr.write(f"translations are missing in gateway/locale/{language}: fill in the empty ones\n")
    return 1 if gaps else 0


def commands() -> list[Command]:
    """All commands of this process; of those about the database only check-config looks at the secrets too."""
    found = {command.name: command for command in database_commands(ServiceDatabase(_database_settings, MIGRATIONS))}
    look_at_database = found["check-config"].run

    async def check_config(given: argparse.Namespace) -> int:
        _settings()
        return await look_at_database(given)

    found["check-config"] = replace(found["check-config"], run=check_config)
    return [
        Command("serve", "serve until told to stop", serve),
        *found.values(),
        Command("openapi", "print the description of the JSON API, both sides", openapi),
        Command("texts", "bring the catalogues of the pages up to date with their templates", texts),
        Command("errors-doc", "write docs/errors.md from the catalogue", errors_doc, arguments=_check_argument),
    ]


def _check_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; a stale page ends with status 1")


def _loaded() -> GatewaySettings:
    try:
        return load(GatewaySettings)
    except SettingsError as error:
        raise CommandError(str(error)) from None


def _settings() -> GatewaySettings:
    from gateway.sessions.content import Sealer

    settings = _loaded()
    try:
        Sealer.from_file(settings.session_key_file)
        if not settings.client_secret_file.read_text().strip():
            raise CommandError("LOTSE_GATEWAY_CLIENT_SECRET_FILE: the file is empty")
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}", status=3) from None
    except ValueError as error:
        raise CommandError(f"LOTSE_GATEWAY_SESSION_KEY_FILE: {error}") from None
    return settings


def _database_settings() -> DatabaseSettings:
    return _loaded()


async def _never_ready() -> None:
    """Nothing is served by whoever only prints a description."""


if __name__ == "__main__":
    sys.exit(run_command("gateway", "The gateway of Lotsennetz.", commands()))
