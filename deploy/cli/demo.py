"""`lotse demo`."""

import asyncio
from typing import Annotated

import typer

from deploy.cli.console import console, constellation, failures_in_words, say
from deploy.cli.up import print_addresses
from deploy.demo.journey import Step, play
from deploy.demo.stage import LocalStage
from deploy.local.lifecycle import running, watch


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
