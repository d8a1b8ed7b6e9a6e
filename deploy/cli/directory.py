"""`lotse directory`."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from lotse.directory.v1 import import_pb2, search_pb2, search_pb2_grpc
from rich.markup import escape
from rich.table import Table

from deploy.cli.console import console, constellation, failures_in_words
from deploy.local.calls import channel_of_cli
from deploy.local.constellation import Constellation
from deploy.local.directory_import import DirectoryFile, import_directory

app = typer.Typer(help="Look into the directory of agencies, and load it.", no_args_is_help=True)


class Format(StrEnum):
    """What can be imported."""

    HSDS = "hsds"
    CSV = "csv"


@app.command("import")
def import_command(
    files: Annotated[list[Path], typer.Argument(help="The files of one source.", exists=True, dir_okay=False)],
    source: Annotated[str, typer.Option(help="Name of the source; ids are made from it, so keep it.")],
    file_format: Annotated[Format, typer.Option("--format", help="HSDS 3 JSON or mapped CSV.")] = Format.HSDS,
    mapping: Annotated[Path | None, typer.Option(help="The mapping file (TOML) of CSV files.", exists=True)] = None,
    report: Annotated[Path | None, typer.Option(help="The quarantine report; default in .lotse/reports.")] = None,
    *,
    load: Annotated[
        bool | None, typer.Option("--load/--dry-run", help="Load, or only say what would happen; asks in a terminal.")
    ] = None,
    accept_vanishing: Annotated[
        bool, typer.Option(help="Go on although many entries of this source would become inactive.")
    ] = False,
) -> None:
    """Load a directory into the running Lotsennetz.

    A bad row is neither lost nor loaded: it goes to the quarantine report with file, row, field, reason and suggestion.
    Everything becomes visible at once or nothing does; the same files again change nothing; what is no longer in them
    becomes inactive. In a terminal a dry run comes first. The exit status is 1 when nothing was loaded that should be.

    Example: lotse directory import agencies.csv --format csv --mapping agencies.toml --source caritas
    """
    if (file_format is Format.CSV) != (mapping is not None):
        sys.stderr.write("lotse: CSV files need --mapping, and only they do.\n")
        raise typer.Exit(2)
    if len({path.name for path in files}) < len(files):
        sys.stderr.write("lotse: two of the files have the same name; rename one.\n")
        raise typer.Exit(2)
    with failures_in_words():
        whole = constellation()
        given = DirectoryFile(source, tuple(files), mapping)
        if load is None and sys.stdin.isatty():
            _show(whole, _run(whole, given, dry_run=True, accept_vanishing=accept_vanishing), report)
            load = typer.confirm("Load this?")
            if not load:
                raise typer.Exit(0)
        result = _run(whole, given, dry_run=load is False, accept_vanishing=accept_vanishing)
        _show(whole, result, report)
        if load is not False and not result.loaded:
            raise typer.Exit(1)


@app.command("search")
def search(
    text: Annotated[str, typer.Argument(help='As a person would type it: "Mietschulden, Arabisch, Braunschweig".')],
    place: Annotated[str, typer.Option(help="Postcode, town or district.")] = "",
    radius_km: Annotated[int, typer.Option(help="How far; 0 means 25.")] = 0,
    language: Annotated[list[str] | None, typer.Option(help="ISO 639-1; may be repeated.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="Slug of a topic; may be repeated.")] = None,
) -> None:
    """Search as a counsellor does, and see why each service matched."""
    request = search_pb2.SearchServicesRequest(
        text=text, place=place, radius_km=radius_km, languages=language or [], topics=topic or [], reader_language="en"
    )
    with failures_in_words():
        answer = asyncio.run(_search(constellation(), request))
    print_answer(answer)


def print_answer(answer: search_pb2.SearchServicesResponse) -> None:
    """Hits with their reasons, who is responsible, and what would help."""
    table = Table("service", "agency", "place", "km", "why", box=None, pad_edge=False)
    for hit in answer.hits:
        distance = f"{hit.distance_km:.0f}" if hit.HasField("distance_km") else ""
        reasons = "; ".join(reason.text for reason in hit.reasons)
        table.add_row(*map(escape, (hit.service_name, hit.agency_name, hit.place, distance, reasons)))
    console.print(table)
    found = f"{answer.total}{' or more' if answer.total_is_capped else ''} found."
    console.print(f"\n{found} {answer.coverage.text}", markup=False)
    for relaxation in answer.relaxations:
        console.print(f"  {relaxation.text}", markup=False)


async def _search(whole: Constellation, request: search_pb2.SearchServicesRequest) -> search_pb2.SearchServicesResponse:
    async with channel_of_cli(whole.environment, "directory") as channel:
        return await search_pb2_grpc.SearchServiceStub(channel).SearchServices(request)


def _run(
    whole: Constellation, given: DirectoryFile, *, dry_run: bool, accept_vanishing: bool
) -> import_pb2.ImportResponse:
    work = "looking" if dry_run else "loading"
    with console.status(f"{work}: {', '.join(path.name for path in given.files)}"):
        return asyncio.run(
            import_directory(whole.environment, given, dry_run=dry_run, accept_vanishing=accept_vanishing)
        )


def _show(whole: Constellation, result: import_pb2.ImportResponse, report: Path | None) -> None:
    columns = ("read", "created", "changed", "unchanged", "quarantined", "deactivated")
    table = Table("table", *columns, box=None, pad_edge=False)
    for count in result.counts:
        table.add_row(count.table, *(str(getattr(count, column)) for column in columns))
    console.print(table)
    if result.quarantine:
        path = report or whole.home.reports / f"quarantine-{datetime.now(UTC):%Y%m%dT%H%M%S}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        entries = [MessageToDict(entry, preserving_proto_field_name=True) for entry in result.quarantine]
        path.write_text(json.dumps(entries, indent=2, ensure_ascii=False))
        more = " or more" if result.quarantine_is_capped else ""
        console.print(f"{len(entries)}{more} rows were quarantined or mended; the report is {path}", markup=False)
    console.print("Loaded." if result.loaded else "Nothing was loaded.")
