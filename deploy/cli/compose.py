"""`lotse compose`."""

import asyncio
from typing import Annotated

import typer

from deploy.cli.console import console, failures_in_words, say
from deploy.cli.demo import print_step
from deploy.cli.up import print_people
from deploy.containers.compose import Compose
from deploy.containers.secret_folder import containers_home, demo_password, make_secrets
from deploy.containers.stage import ComposeStage
from deploy.demo.journey import play
from deploy.local.failures import RunnerError
from deploy.local.paths import Home
from deploy.local.ports import reach_this_machine_directly

app = typer.Typer(
    help="Lotsennetz in containers: docker-compose.yml and the demonstration on it.", no_args_is_help=True
)
DATABASE_VOLUME = "database"


@app.command("secrets")
def secrets() -> None:
    """Make the secrets and certificates that docker-compose.yml names, below LOTSE_HOME (default .lotse).

    Makes what is missing and renews certificates that end within 30 days; what is there stays. Keep copies of
    secrets/referrals/root-key, secrets/referrals/journal-key, secrets/consent/log-key and secrets/consent/hmac-key in a
    safe.
    """
    with failures_in_words():
        folder = containers_home(Home.of_environment())
        make_secrets(folder)
        say(f"secrets and certificates are in {folder.root}")


@app.command("demo")
def demo() -> None:
    """Start everything in containers and watch a case go from one agency to another and back.

    Builds the images, waits until all of it is healthy, and plays the main job as `lotse demo` does. It stays up;
    `lotse compose down` stops it.
    """
    with failures_in_words():
        home = Home.of_environment()
        compose = Compose(home)
        compose.require()
        _bootstrap(home, compose)
        compose.up()
        say("all containers are healthy")
        reach_this_machine_directly()
        stage = ComposeStage(compose, demo_password(containers_home(home)).read_text())
        console.print()
        asyncio.run(play(stage, print_step))
        _print_addresses(stage)


@app.command("down")
def down(
    *, volumes: Annotated[bool, typer.Option("--volumes", help="Remove all data too; the secrets stay.")] = False
) -> None:
    """Stop and remove the containers. Data and secrets stay, and the next start goes on with them."""
    with failures_in_words():
        compose = Compose(Home.of_environment())
        compose.require()
        compose.down(volumes=volumes)


def _bootstrap(home: Home, compose: Compose) -> None:
    """Secrets where they are missing; raises RunnerError where a database is there that was made with others."""
    folder = containers_home(home)
    if not (folder.secrets / "postgres").is_dir() and compose.volume_exists(DATABASE_VOLUME):
        raise RunnerError(
            f"There are volumes of an earlier installation, but not its secrets in {folder.root}: put that folder "
            "back, or remove the data with `docker compose down --volumes`."
        )
    make_secrets(folder)


def _print_addresses(stage: ComposeStage) -> None:
    console.print()
    console.print("[bold]Lotsennetz is up[/bold] in containers. `make down-compose` stops it.")
    console.print(f"  staff    {stage.staff_origin}/login")
    console.print(f"  clients  {stage.client_origin}")
    console.print(f"  logins   {stage.issuer}  (Keycloak)")
    console.print("  logs     docker compose logs --follow")
    print_people(stage.password)
