"""`lotse directory search`."""

import asyncio
from typing import Annotated

import typer
from lotse.directory.v1 import search_pb2, search_pb2_grpc
from rich.markup import escape
from rich.table import Table

from deploy.cli.console import console, constellation, failures_in_words
from deploy.local.calls import channel_of_cli
from deploy.local.constellation import Constellation


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
    for column in table.columns:
        column.overflow = "fold"
    for hit in answer.hits:
        distance = f"{hit.distance_km:.0f}" if hit.HasField("distance_km") else ""
        reasons = "; ".join(reason.text for reason in hit.reasons if reason.kind != "spelling")
        table.add_row(*map(escape, (hit.service_name, hit.agency_name, hit.place, distance, reasons)))
    if answer.hits:
        console.print(table)
    for repair in answer.understood.repairs:
        console.print(repair, markup=False)
    found = f"{answer.total}{' or more' if answer.total_is_capped else ''} found."
    console.print(f"\n{found} {answer.coverage.text}", markup=False)
    for relaxation in answer.relaxations:
        console.print(f"  {relaxation.text}", markup=False)
    if not answer.hits and not answer.relaxations:
        console.print("Try other words, a larger --radius-km, or leave something out.", markup=False)


async def _search(whole: Constellation, request: search_pb2.SearchServicesRequest) -> search_pb2.SearchServicesResponse:
    async with channel_of_cli(whole.environment, "directory") as channel:
        return await search_pb2_grpc.SearchServiceStub(channel).SearchServices(request)
