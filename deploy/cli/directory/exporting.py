"""`lotse directory export`."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from lotse.directory.v1 import publication_pb2 as pb
from rich.markup import escape

from deploy.cli.console import console, constellation, failures_in_words
from deploy.exporting.formats import FORMATS, Format
from deploy.exporting.records import Progress, stream_lines
from deploy.exporting.tabular import COLLECTIONS, tabular_package
from deploy.local.calls import Reach
from deploy.local.failures import RunnerError


class ExportFormat(StrEnum):
    """What can be written."""

    HSDS_JSON = "hsds-json"
    NDJSON = "ndjson"
    TABULAR = "tabular"
    GEOJSON = "geojson"
    CSV = "csv"


BY_ENDING = {
    ".json": ExportFormat.HSDS_JSON,
    ".ndjson": ExportFormat.NDJSON,
    ".jsonl": ExportFormat.NDJSON,
    ".zip": ExportFormat.TABULAR,
    ".geojson": ExportFormat.GEOJSON,
    ".csv": ExportFormat.CSV,
}


def format_of(output: Path) -> ExportFormat:
    """The format that the name of a file promises; raises typer.BadParameter when it promises none."""
    found = BY_ENDING.get(output.suffix.lower())
    if found is None:
        reason = f"{output.name} does not say what to write. Add --format, or end it with {', '.join(BY_ENDING)}."
        raise typer.BadParameter(reason, param_hint="--output")
    return found


def export_command(
    output: Annotated[Path, typer.Option(help="The file to write; it appears when it is whole.", dir_okay=False)],
    export_format: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="See above; without it the ending of the file says it.", show_default=False),
    ] = None,
    source: Annotated[str, typer.Option(help="Only what came from this source; without it everything.")] = "",
) -> None:
    """Write the public directory of the running Lotsennetz to a file.

    hsds-json: one page object of all organizations with all that belongs to them, to be imported again elsewhere.

    ndjson: the same, one organization a line, for programs that read as it comes.

    tabular: a ZIP with datapackage.json and a CSV file for each table of HSDS 3.0 (frictionless).

    geojson: the places of all services for a map; protected places are never on it.

    csv: one line for each service, for a spreadsheet.

    It holds what is public and nothing else: no names of staff, nothing inactive, no address of a protected place. All
    of it is as it was at one moment, however long it takes. What is added to HSDS is told in docs/hsds-profile.md. To
    move entries with their ids, export one source and import it under the same name:

    lotse directory export --source caritas --output caritas.json
    """
    wanted = export_format or format_of(output)
    with failures_in_words():
        whole = constellation()
        with console.status("exporting") as status:

            def progress(count: int) -> None:
                status.update(f"exporting: {count:,} records")

            count = asyncio.run(export_directory(whole.environment, wanted, output, source, progress))
        console.print(f"{count:,} records, {output.stat().st_size:,} bytes: {escape(str(output))}")


async def export_directory(
    reach: Reach, export_format: ExportFormat, output: Path, source: str, progress: Progress
) -> int:
    """How many records were written; raises LotseError or RunnerError and leaves no file when it is not all of them."""
    with _appearing(output) as path:
        if export_format is ExportFormat.TABULAR:
            return await _write_tables(reach, path, source, progress)
        return await _write_records(reach, FORMATS[export_format], path, source, progress)


async def _write_records(reach: Reach, form: Format, path: Path, source: str, progress: Progress) -> int:
    count = 0
    with path.open("wb") as file:
        file.write(form.head)
        async with aclosing(stream_lines(reach, [form.collection], form.depth, source)) as pieces:
            async for _, lines in pieces:
                for record in form.write(lines):
                    file.write(form.between + record if count else record)
                    count += 1
                progress(count)
        file.write(form.tail(count))
    return count


async def _write_tables(reach: Reach, path: Path, source: str, progress: Progress) -> int:
    count = 0
    with tabular_package(path) as package:
        async with aclosing(stream_lines(reach, list(COLLECTIONS.values()), pb.DEPTH_UNSPECIFIED, source)) as pieces:
            async for collection, lines in pieces:
                package.add(collection, lines)
                count += len(lines)
                progress(count)
    return count


@contextmanager
def _appearing(output: Path) -> Iterator[Path]:
    """A path beside the output, moved there when the block ended well and removed otherwise."""
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(output)
    except OSError as error:
        raise RunnerError(f"{output} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
