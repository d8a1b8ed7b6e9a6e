"""`lotse evidence`."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.console import console
from services.common.ledger import InvalidCheckpointError, NoteVerifier
from services.common.ledger.evidence import Evidence, UnreadableEvidence, verify_evidence

app = typer.Typer(help="Check evidence that a data-protection officer exported.", no_args_is_help=True)


@app.callback()
def evidence() -> None:
    """Check evidence that a data-protection officer exported."""


@app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="The exported file.", exists=True, dir_okay=False, readable=True)],
    key: Annotated[
        str,
        typer.Option(
            help="Verifier line of the log (`name+id+key`) or a file with it, from elsewhere than the evidence: "
            "`lotse receipt key` prints it."
        ),
    ],
) -> None:
    """Check each row against its hash, and each hash against the signed log. Needs neither network nor database.

    Ends with 1 when something does not hold, with 2 when file or key cannot be read.
    """
    try:
        verifier = NoteVerifier.from_line(_line(key))
        given = Evidence.read(file.read_text(encoding="utf-8"))
    except (InvalidCheckpointError, UnreadableEvidence, UnicodeDecodeError) as error:
        console.print(f"[red]Cannot be checked:[/] {type(error).__name__}: {error}", highlight=False)
        raise typer.Exit(2) from None
    report = verify_evidence(given, verifier)
    for finding in report.findings:
        place = "file" if finding.seq is None else f"entry {finding.seq}"
        console.print(f"[red]{place}[/]: {finding.detail}", highlight=False)
    if not report.holds:
        raise typer.Exit(1)
    console.print(
        f"Holds: {report.rows} rows and {report.erased} erased ones of case {given.case_id} stand in the log of "
        f"{verifier.name}, which had {report.size} entries when it was signed.",
        highlight=False,
    )


def _line(key: str) -> str:
    """The line itself, or the one in the file of that name."""
    path = Path(key)
    return path.read_text(encoding="utf-8") if "+" not in key and path.is_file() else key
