"""`lotse directory import` and `lotse directory imports`."""

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from lotse.directory.v1 import import_pb2
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from deploy.cli.console import console, constellation, failures_in_words
from deploy.cli.directory.reports import say_run, say_runs, show, write_report
from deploy.local.constellation import Constellation
from deploy.local.directory_import import DirectoryFile, Follow, import_directory, list_findings, list_runs

WITH_QUARANTINE = 3


class Format(StrEnum):
    """What can be imported."""

    AUTO = "auto"
    HSDS = "hsds"
    NDJSON = "ndjson"
    DATAPACKAGE = "datapackage"
    HSDS1 = "hsds1"
    CSV = "csv"


def import_command(
    files: Annotated[list[Path], typer.Argument(help="The files of one source.", exists=True, dir_okay=False)],
    source: Annotated[str, typer.Option(help="Name of the source; ids are made from it, so keep it.")],
    file_format: Annotated[Format, typer.Option("--format", help="How the files are written.")] = Format.AUTO,
    mapping: Annotated[Path | None, typer.Option(help="The mapping file (TOML) of CSV files.", exists=True)] = None,
    country: Annotated[
        str, typer.Option(help="Where addresses are that name no country and whose state does not tell it.")
    ] = "DE",
    report: Annotated[
        Path | None, typer.Option(help="The report (JSON, and CSV beside it); default in .lotse/reports.")
    ] = None,
    *,
    load: Annotated[
        bool | None, typer.Option("--load/--dry-run", help="Load, or only say what would happen; asks in a terminal.")
    ] = None,
    accept_vanishing: Annotated[
        bool, typer.Option(help="Go on although many entries of this source would become inactive.")
    ] = False,
) -> None:
    """Load a directory into the running Lotsennetz.

    A bad row is neither lost nor loaded: it goes to the report with file, row, field, reason and suggestion. Everything
    becomes visible at once or nothing does; the same files again change nothing; what is no longer in them becomes
    inactive. What an agency wrote here itself stays. In a terminal a dry run comes first and shows what would change.

    The format is told by the files themselves; --format says it where they cannot. Files may be packed in one zip.

    - **hsds**: HSDS 3 JSON, organizations or services in full, a list or a page of them:
      `lotse directory import agencies.json --source caritas`

    - **ndjson**: the same, one a line: `lotse directory import services.ndjson --source awo`

    - **datapackage**: HSDS 3 as tables, packed, or datapackage.json and its CSV files:
      `lotse directory import datapackage.zip --source diakonie`

    - **hsds1**: tables of HSDS 1.x: `lotse directory import hsds-1.x.zip --source miami211 --country US`

    - **csv**: any CSV with a mapping file; services/directory/README.md says how to write one:
      `lotse directory import stellen.csv --mapping stellen.toml --source kommunen`

    Exit status: 0 all rows are fine; 1 the import was refused as a whole, and nothing changed; 2 wrong use;
    3 loaded (or loadable), with rows in quarantine.
    """
    _check_use(files, file_format, mapping)
    with failures_in_words():
        whole = constellation()
        given = DirectoryFile(source, tuple(files), mapping, file_format.value, country.upper())
        if load is None and sys.stdin.isatty():
            result = _run(whole, given, report, dry_run=True, accept_vanishing=accept_vanishing)
            if result.refused:
                raise typer.Exit(1)
            if not typer.confirm("Load this?"):
                raise typer.Exit(0)
            load = True
        result = _run(whole, given, report, dry_run=load is False, accept_vanishing=accept_vanishing)
        if result.refused:
            raise typer.Exit(1)
        if any(count.quarantined for count in result.counts):
            raise typer.Exit(WITH_QUARANTINE)


def imports(
    import_id: Annotated[str, typer.Argument(help="One import, to see what it found; without it, the list.")] = "",
    size: Annotated[int, typer.Option(help="How many imports to list.", min=1, max=500)] = 20,
    report: Annotated[Path | None, typer.Option(help="Also write what the import found, as JSON and CSV.")] = None,
) -> None:
    """See what the last imports did, dry runs and refused ones among them.

    Example: lotse directory imports 019e0c5a-… --report findings.json
    """
    with failures_in_words():
        whole = constellation()
        if not import_id:
            say_runs(asyncio.run(list_runs(whole.environment, size)))
            return
        found = asyncio.run(list_findings(whole.environment, import_id))
        say_run(found)
        if report is not None:
            write_report(report, import_pb2.ImportResponse(import_id=import_id), found)


def _check_use(files: list[Path], file_format: Format, mapping: Path | None) -> None:
    if file_format not in {Format.AUTO, Format.CSV} and mapping is not None:
        sys.stderr.write("lotse: only CSV files take a --mapping.\n")
        raise typer.Exit(2)
    if file_format is Format.CSV and mapping is None:
        sys.stderr.write("lotse: CSV files need a --mapping; tables of HSDS are --format datapackage or hsds1.\n")
        raise typer.Exit(2)
    if len({path.name for path in files}) < len(files):
        sys.stderr.write("lotse: two of the files have the same name; rename one.\n")
        raise typer.Exit(2)


def _run(
    whole: Constellation, given: DirectoryFile, report: Path | None, *, dry_run: bool, accept_vanishing: bool
) -> import_pb2.ImportResponse:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        result = asyncio.run(
            import_directory(
                whole.environment,
                given,
                dry_run=dry_run,
                accept_vanishing=accept_vanishing,
                follow=_followed(shown),
            )
        )
    findings = list(result.quarantine)
    if result.quarantine_is_capped:
        findings = asyncio.run(list_findings(whole.environment, result.import_id))
    show(result, findings, report or whole.home.reports / f"import-{result.import_id}.json", dry_run=dry_run)
    return result


def _followed(shown: Progress) -> Follow:
    task = shown.add_task("sending", total=None)

    def follow(phase: str, done: int, total: int) -> None:
        shown.update(task, description=phase, completed=done, total=total or None)

    return follow
