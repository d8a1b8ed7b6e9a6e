"""`lotse status`."""

import asyncio

import typer
from rich.table import Table

from deploy.cli.console import console, constellation, failures_in_words
from deploy.local.calls import SERVING, health
from deploy.local.process import running_since
from deploy.local.state import RunState


def status() -> None:
    """Say what is running, since when, where, and whether it works. Ends with 1 when something is not as it should be.

    Each part is asked: the services and the gateway for their health, Keycloak for the realm, PostgreSQL for a
    connection. A server of your own shows no time.
    """
    with failures_in_words():
        whole = constellation()
        state = RunState.read(whole.home)
        if state is None:
            console.print(f"Nothing is running with the state in {whole.home.root}. Start it with `lotse up`.")
            raise typer.Exit(1)
        table = Table("process", "since", "health", "address", box=None, pad_edge=False)
        well = True
        for name, address in whole.environment.places().items():
            since = running_since(whole.home.record(name))
            word = asyncio.run(health(whole.environment, name))
            well = well and word == SERVING
            shown = f"[green]{word}[/green]" if word == SERVING else f"[red]{word}[/red]"
            table.add_row(name, since.astimezone().strftime("%Y-%m-%d %H:%M:%S") if since else "", shown, address)
        console.print(table)
        console.print(f"\nlogs {whole.home.logs}   process of `lotse up` {state.pid}")
        if not well:
            raise typer.Exit(1)
