"""Search on 10,000 services against the same questions as one bare statement, both behind grpc.aio with mutual TLS."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import product
from pathlib import Path
from typing import Any

import asyncpg
import grpc
from lotse.directory.v1 import search_pb2, search_pb2_grpc

from benchmarks.bare.search import QUESTIONS, SQL
from benchmarks.bare.serving import DATABASE
from benchmarks.house import BenchHouse
from benchmarks.measuring import Call, Plan, Side, compare
from benchmarks.peers import admin_url_of, copy, plain_channel, running_peer
from benchmarks.services import FEW_SERVICES, SERVICES, write_services
from benchmarks.table import Row, throughput_row
from deploy.local.directory_import import DirectoryFile, import_directory
from services.directory import reference_files as files
from services.directory.model.search import DEFAULT_RADIUS_KM, Question
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.grid import cells_around
from services.directory.rules.tsquery import write_tsquery
from services.directory.rules.understanding import understand
from services.directory.rules.vocabulary import Vocabulary
from services.directory.stemming import STEMMERS

GOAL = 0.6
_BARE = "lotse_bare_search"
_SECONDS = 10.0
_WORDS = ("Mietschulden", "Schuldnerberatung", "Aufenthalt", "Schwangerschaft", "Sucht", "Trennung")
_LANGUAGES = ("", "Arabisch", "Türkisch")
_PLACES = ("Hannover", "Braunschweig", "50667", "München", "Dresden", "Kiel")


async def measure(house: BenchHouse, plan: Plan) -> Row:
    """Topic, place with 25 km and, in two of three questions, a language; the first twenty hits and their count."""
    await load_services(house, FEW_SERVICES if plan.quick else SERVICES)
    folder = house.constellation.home.root
    questions = {", ".join(filter(None, each)): each for each in product(_WORDS, _LANGUAGES, _PLACES)}
    known = folder / "questions.json"
    known.write_text(json.dumps(_parameters(list(questions))))
    bare = await _bare_table(house)
    environment, database = house.constellation.environment, house.pids("postgres")
    async with AsyncExitStack() as stack:
        more = {DATABASE: bare, QUESTIONS: str(known)}
        peer = await stack.enter_async_context(running_peer(house, "benchmarks.bare.search", "directory", more))
        calls: list[Call] = []
        for target in (environment.target("directory"), peer.target):
            channel = await stack.enter_async_context(plain_channel(environment, "cli", target, "directory"))
            calls.append(_asking(channel, list(questions)))
        measured = await compare(
            Side(calls[0], house.pids("directory"), database), Side(calls[1], [peer.pid], database), plan
        )
    return throughput_row("Search on 10,000 services : one statement", measured, GOAL)


async def load_services(house: BenchHouse, count: int) -> None:
    """The invented directory, with statistics of it."""
    path: Path = write_services(house.constellation.home.root / "services.json", count)
    report = await import_directory(house.constellation.environment, DirectoryFile("demo", (path,)), dry_run=False)
    if not report.loaded or report.quarantine:
        raise RuntimeError(f"The invented services were refused: {report.quarantine[:1]}")
    admin = await asyncpg.connect(admin_url_of(house, "lotse_directory"))
    try:
        await admin.execute("vacuum analyze")
    finally:
        await admin.close()


def _parameters(texts: Sequence[str]) -> dict[str, list[Any]]:
    """What the product reads in each text, so that the bare side is asked exactly the same."""
    topics = files.read_topics()
    vocabulary = Vocabulary(list(topics.topics), files.read_languages(), topics.lists, STEMMERS)
    gazetteer = Gazetteer(list(files.read_places()), list(files.read_districts()))
    found: dict[str, list[Any]] = {}
    for text in texts:
        read = understand(Question(text=text), vocabulary, gazetteer)
        area = read.area
        if area is None:
            raise RuntimeError(f"No place was read in a question of the benchmark: {text}")
        radius = max(float(DEFAULT_RADIUS_KM), area.reach_km)
        languages = [code for code in read.languages if code != "de"] or None
        found[text] = [
            write_tsquery(read), sorted(read.topics) or None, languages,
            cells_around(area.latitude, area.longitude, radius), area.latitude, area.longitude, radius,
        ]  # fmt: skip
    return found


async def _bare_table(house: BenchHouse) -> str:
    url = admin_url_of(house, _BARE)
    admin = await asyncpg.connect(house.constellation.admin_url)
    try:
        await admin.execute(f'create database "{_BARE}"')
    finally:
        await admin.close()
    bare = await asyncpg.connect(url)
    try:
        await bare.execute(SQL.make)
        await bare.execute(SQL.index)
    finally:
        await bare.close()
    await copy(admin_url_of(house, "lotse_directory"), SQL.read_product, url, "service")
    return url


def _asking(channel: grpc.aio.Channel, texts: Sequence[str]) -> Call:
    stub = search_pb2_grpc.SearchServiceStub(channel)
    requests = [search_pb2.SearchServicesRequest(text=text) for text in texts]

    async def ask(number: int) -> None:
        await stub.SearchServices(requests[number % len(requests)], timeout=_SECONDS)

    return ask
