"""`lotse status`."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.table import Table

from deploy.cli.console import console, constellation, failures_in_words
from deploy.local.calls import SERVING, health
from deploy.local.environment import PROCESSES
from deploy.local.lifecycle import read_state
from deploy.local.process import is_same_process


def status() -> None:
    """Say what is running, since when, and whether it works. Ends with 1 when something is not as it should be."""
    with failures_in_words():
        whole = constellation()
        if read_state(whole.home) is None:
            console.print(f"Nothing is running with the state in {whole.home.root}. Start it with `lotse up`.")
            raise typer.Exit(1)
        table = Table("process", "since", "health", box=None, pad_edge=False)
        well = True
        for name in ("postgres", "keycloak", *PROCESSES):
            since = _since(whole.home.processes / f"{name}.json")
            found = asyncio.run(health(whole.environment, name)) if name in PROCESSES else SERVING
            word = found if since else "not running here"
            well = well and word == SERVING
            table.add_row(name, since or "", word)
        console.print(table)
        if not well:
            raise typer.Exit(1)


def _since(record: Path) -> str:
    try:
        known = json.loads(record.read_text())
    except (OSError, ValueError):
        return ""
    if not is_same_process(int(known["pid"]), float(known["started"])):
        return ""
    return datetime.fromtimestamp(float(known["started"]), UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
