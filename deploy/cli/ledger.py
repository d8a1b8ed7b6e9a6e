"""`lotse ledger`."""

import subprocess
import sys
from typing import Annotated

import typer

from deploy.cli.console import constellation, failures_in_words
from deploy.local.paths import CHECKOUT

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
        whole = constellation()
        command = [sys.executable, "-m", "services.consent", "ledger-rehearse" if rehearse else "ledger-verify"]
        if database:
            command += ["--database", database]
        environment = {**whole.environment.of("consent"), "LOTSE_ADMIN_DATABASE_URL": whole.admin_url}
        raise typer.Exit(subprocess.run(command, cwd=CHECKOUT, env=environment, check=False).returncode)
