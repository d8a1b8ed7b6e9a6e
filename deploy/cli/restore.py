"""`lotse restore`."""

from typing import Annotated

import typer

from deploy.cli.console import failures_in_words, say
from deploy.cli.module_command import run_module


def restore(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what of consent was lost.")] = False,
) -> None:
    """Open older copies of the databases without giving back what clients took back since.

    Put the copies in place first; the database server has to run. Consent notices by itself that its copy is older and
    stays closed. This replays the journals that stand outside the databases: keys that were destroyed are destroyed
    again, every case that lost an entry is locked until its client grants anew, a lost objection to an act of a law is
    said again, and only then consent opens. At the end the ledger is verified.
    """
    with failures_in_words():
        if dry_run:
            raise typer.Exit(run_module("consent", "restore", "--dry-run"))
        for process, command in (("referrals", "restore"), ("consent", "restore"), ("consent", "ledger-verify")):
            say(f"{process}: {command}")
            if status := run_module(process, command):
                raise typer.Exit(status)
