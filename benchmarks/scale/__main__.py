"""`python -m benchmarks.scale`: the search on 100,000 and 1,000,000 services, beside the bare statement and tantivy."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import grpc
import tantivy
import uvloop
from lotse.directory.v1 import search_pb2, search_pb2_grpc
from rich.console import Console
from rich.table import Table

from benchmarks.bare import scale as bare
from benchmarks.bare import tantivy_search
from benchmarks.bare.search import SQL as BARE_TABLE
from benchmarks.bare.serving import DATABASE
from benchmarks.house import BenchHouse, running_house
from benchmarks.peers import admin_url_of, copy, plain_channel, running_peer
from benchmarks.relevance.__main__ import CARITAS, MAPPING
from benchmarks.scale.filling import SQL, Multiplier
from benchmarks.scale.questions import Asked, Reader, misspelt, shapes
from deploy.local.directory_import import DirectoryFile, import_directory

COLUMNS = (
    "entries", "question", "ours p50 / p95 ms", "bare", "bare call", "tantivy",
    "p50, p95 : bare", "p50 : tantivy", "empty",
)  # fmt: skip
SIZES = (100_000, 1_000_000)
_SECONDS = 60.0
_BARE = "lotse_bare_scale"


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds of the calls of one side."""

    times: Sequence[float]

    @property
    def p50(self) -> float:
        """Half are faster."""
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        """One in twenty is slower."""
        return statistics.quantiles(self.times, n=20, method="inclusive")[-1]

    def __str__(self) -> str:
        """As it stands in the table."""
        return f"{self.p50:.1f} / {self.p95:.1f}"


def main() -> None:
    """Measure every size and print; meets goals or not, it ends with 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="how many services")
    parser.add_argument("--calls", type=int, default=120, help="calls of each side for each shape of question")
    given = parser.parse_args()
    table = Table(
        "services", "question", "ours", "bare", "bare call", "tantivy", "p50, p95 : bare", "p50 : tantivy", "empty"
    )
    with tempfile.TemporaryDirectory(prefix="lotse-scale-") as folder, running_house(Path(folder)) as house:
        for row in uvloop.run(_measure(house, given.sizes, given.calls)):
            table.add_row(*row)
    Console(width=170, highlight=False).print(table)


async def _measure(house: BenchHouse, sizes: Sequence[int], calls: int) -> list[tuple[str, ...]]:
    if CARITAS.is_dir():
        files = (CARITAS / "agencies.csv", CARITAS / "postcode_ranges.csv")
        await import_directory(house.constellation.environment, DirectoryFile("caritas", files, MAPPING), dry_run=False)
    else:
        sys.stderr.write("the real agencies are not here: only the demo directory is multiplied\n")
    connection = await asyncpg.connect(admin_url_of(house, "lotse_directory"), timeout=600)
    rows: list[tuple[str, ...]] = []
    try:
        multiplier = Multiplier(connection)
        await multiplier.keep()
        for size in sizes:
            started = time.monotonic()
            await multiplier.fill(size)
            _say(f"{size:,} entries", started)
            rows += await _measure_size(house, connection, multiplier, size, calls)
    finally:
        await connection.close()
    return rows


async def _measure_size(
    house: BenchHouse, connection: asyncpg.Connection[asyncpg.Record], multiplier: Multiplier, size: int, calls: int
) -> list[tuple[str, ...]]:
    reader = Reader()
    slips = misspelt(await multiplier.names(), reader.vocabulary)
    asked = shapes() | {"misspelt": [wrong for wrong, _ in slips]}
    every = [one for some in asked.values() for one in some] + [right for _, right in slips]
    folder = house.constellation.home.root / f"scale-{size}"
    folder.mkdir()
    questions = folder / "questions.json"
    questions.write_text(json.dumps({one.key: reader.parameters(one) for one in every}))
    bare_url, index = await _bare_table(house), folder / "tantivy"
    index.mkdir()
    await _fill_tantivy(connection, index)
    environment, rows = house.constellation.environment, []
    async with AsyncExitStack() as stack:
        known = {DATABASE: bare_url, bare.QUESTIONS: str(questions), tantivy_search.INDEX: str(index)}
        targets = [environment.target("directory")]
        for module in ("benchmarks.bare.scale", "benchmarks.bare.tantivy_search"):
            peer = await stack.enter_async_context(running_peer(house, module, "directory", known))
            targets += [peer.target]
        channels = [await stack.enter_async_context(plain_channel(environment, "cli", t, "directory")) for t in targets]
        for name, some in asked.items():
            # The bare statement mends nothing: it is asked what was meant.
            plain = [right for _, right in slips] if name == "misspelt" else some
            rows.append(await _measure_shape(channels, f"{size:,}", name, some, plain, calls))
            _say(" | ".join(rows[-1]), time.monotonic())
    return rows


async def _measure_shape(
    channels: Sequence[grpc.aio.Channel],
    size: str,
    name: str,
    asked: Sequence[Asked],
    plain: Sequence[Asked],
    calls: int,
) -> tuple[str, ...]:
    """One call after the other, each side in turn."""
    ours, bare_side, tantivy_side = (search_pb2_grpc.SearchServiceStub(channel) for channel in channels)
    sides = {
        "ours": (ours, asked),
        "bare": (bare_side, plain),
        "call": (bare_side, [Asked("")]),
        "tantivy": (tantivy_side, asked),
    }
    times: dict[str, list[float]] = {side: [] for side in sides}
    empty: dict[str, int] = dict.fromkeys(sides, 0)
    for number in range(-10, max(calls, len(asked))):
        for side, (stub, questions) in sides.items():
            one = questions[number % len(questions)]
            request = search_pb2.SearchServicesRequest(text=one.text, topics=one.topics)
            started = time.perf_counter()
            answer = await stub.SearchServices(request, timeout=_SECONDS)
            if number >= 0:
                times[side].append((time.perf_counter() - started) * 1000)
                empty[side] += number < len(questions) and not answer.hits
    found = {side: Measured(some) for side, some in times.items()}
    mine, theirs, call = found["ours"], found["bare"], found["call"]
    p50 = (mine.p50 - call.p50) / max(theirs.p50 - call.p50, 0.01)
    p95 = (mine.p95 - call.p50) / max(theirs.p95 - call.p50, 0.01)
    return (
        size, name, str(mine), str(theirs), str(call), str(found["tantivy"]), f"{p50:.2f}, {p95:.2f}",
        f"{mine.p50 / found['tantivy'].p50:.2f}", f"{empty['ours']} : {empty['tantivy']} of {len(asked)}",
    )  # fmt: skip


async def _bare_table(house: BenchHouse) -> str:
    url = admin_url_of(house, _BARE)
    admin = await asyncpg.connect(house.constellation.admin_url)
    try:
        await admin.execute(f'drop database if exists "{_BARE}" with (force)')
        await admin.execute(f'create database "{_BARE}"')
    finally:
        await admin.close()
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(BARE_TABLE.make)
    finally:
        await connection.close()
    await copy(admin_url_of(house, "lotse_directory"), BARE_TABLE.read_product, url, "service")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set maintenance_work_mem = '512MB'")
        await connection.execute(BARE_TABLE.index)
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()
    return url


async def _fill_tantivy(connection: asyncpg.Connection[asyncpg.Record], folder: Path) -> None:
    started = time.monotonic()
    index = tantivy_search.opened(str(folder))
    writer = index.writer(256_000_000, 1)
    async with connection.transaction(readonly=True):
        async for row in connection.cursor(SQL.read_rows, prefetch=5000):
            writer.add_document(
                tantivy.Document(
                    service_id=row["service_id"],
                    text=row["text"],
                    topics=row["topics"],
                    languages=row["languages"],
                    cells=[str(cell) for cell in row["cells"]],
                )
            )
    writer.commit()
    writer.wait_merging_threads()
    _say("tantivy's index", started)


def _say(what: str, since: float) -> None:
    sys.stderr.write(f"{what}: {time.monotonic() - since:.0f} s\n")


if __name__ == "__main__":
    main()
