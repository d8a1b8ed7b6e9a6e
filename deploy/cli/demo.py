"""`lotse demo`."""

import asyncio
from typing import Annotated

import typer

from deploy.cli.console import console, constellation, failures_in_words, say
from deploy.cli.up import print_addresses
from deploy.demo.journey import Step, play
from deploy.demo.second_factor import one_time_code
from deploy.demo.stage import LocalStage
from deploy.keycloak.plan import Plan
from deploy.local.lifecycle import PEOPLE, running, watch


def demo(
    *, once: Annotated[bool, typer.Option("--once", help="End after the journey instead of staying up.")] = False
) -> None:
    """Start everything and watch a case go from one agency to another and back.

    Plays the main job as its users would, over HTTP with real logins, and prints each step: who, what, what came back,
    and how long it took. Ends with 1 as soon as a step does not do what it must.
    """
    with failures_in_words():
        whole = constellation()
        with running(whole, say):
            console.print()
            asyncio.run(play(LocalStage(whole), print_step))
            if not once:
                print_addresses(whole)
                watch(whole)


def print_step(step: Step) -> None:
    """One line of the journey."""
    console.print(
        f"[bold]{step.number:>2}[/bold]  {step.who}: {step.what} → [green]{step.result}[/green] "
        f"[dim]{step.milliseconds:.0f} ms[/dim]"
    )


def demo_code(
    name: Annotated[str, typer.Argument(help="Login of somebody of the demonstration, such as hauke.")],
) -> None:
    """Print the one-time code that somebody of the demonstration has on her phone now."""
    secrets = {person.username: person.demo_totp for person in Plan.read(PEOPLE).people}
    if not secrets.get(name):
        having = ", ".join(sorted(username for username, secret in secrets.items() if secret))
        raise typer.BadParameter(f"Nobody of that name has one-time codes; {having} have.")
    console.print(one_time_code(secrets[name]))
