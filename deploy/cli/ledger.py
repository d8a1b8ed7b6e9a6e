"""`lotse ledger`."""

from typing import Annotated

import typer

from deploy.cli.console import failures_in_words
from deploy.cli.module_command import run_module

app = typer.Typer(help="Prove that nobody changed what was written down.", no_args_is_help=True)


@app.callback()
def ledger() -> None:
    """Prove that nobody changed what was written down."""


@app.command("verify")
def verify(
    database: Annotated[str, typer.Option(help="Name of a copy on the same server instead.")] = "",
    *,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Copy the ledger, change one byte there, and see that the row is named.")
    ] = False,
) -> None:
    """Compare every consent, withdrawal and disclosure with its entry, the tree and the signed checkpoints.

    Names the first row that was changed, removed, moved or inserted, and ends with 1 when there is one.
    """
    with failures_in_words():
        named = ["--database", database] if database else []
        raise typer.Exit(run_module("consent", "ledger-rehearse" if rehearse else "ledger-verify", *named))


@app.command("erase")
def erase(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list the cases and when they ended.")] = False,
) -> None:
    """Erase the proof of cases whose time is over; the service does so daily by itself.

    Proof is kept for three years after the end of the year in which the last of a case ended, unless
    LOTSE_CONSENT_PROOF_YEARS of the service says otherwise. What goes is an entry of the ledger in its turn.
    """
    with failures_in_words():
        raise typer.Exit(run_module("consent", "erase-proof", *(["--dry-run"] if dry_run else [])))
