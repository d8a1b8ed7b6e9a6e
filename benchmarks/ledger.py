"""Verification of a ledger of consent's disclosures, and proofs out of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from benchmarks.house import BenchHouse
from benchmarks.measuring import Plan, Spread, cpu_seconds
from benchmarks.table import Row
from services.common.database.queries import queries_beside
from services.common.database.target import ROLES
from services.common.ledger import CheckpointFile, RowReader, Sequencer, inclusion_proof, leaf_hash, verify_ledger
from services.common.ledger.commands import connections_to_verify
from services.consent.store.ledger import READERS
from tests.support.ledger import SIGNER, sequencing
from tests.support.postgres import MIGRATIONS, Postgres, TestDatabase

SQL = queries_beside(__file__)

ENTRIES, FEW_ENTRIES = 200_000, 5_000
GOAL = 100_000
_BATCH = 660
"""What 3,300 disclosures a second give in a batch of 200 ms; each has a signed checkpoint."""
_LEDGER = frozenset({"ledger_row_id", "ledger_revision", "ledger_salt", "ledger_written_at"})


@dataclass(frozen=True, slots=True)
class _Verified:
    """One verification."""

    seconds: float
    own_seconds: float
    database_seconds: float


async def measure(house: BenchHouse, plan: Plan) -> Row:
    """Entries verified in a second: row against entry, chain, tree, every checkpoint and the file outside."""
    count = FEW_ENTRIES if plan.quick else ENTRIES
    folder = house.constellation.home.root
    passwords = folder / "ledger-passwords"
    passwords.mkdir(parents=True, exist_ok=True)
    for role in ROLES:
        (passwords / role).write_text("of-a-benchmark")
    server = Postgres(house.constellation.admin_url, passwords)
    database = await server.clone("consent", MIGRATIONS["consent"])
    outside = folder / "ledger-checkpoints"
    await _fill(database, count, outside)
    verified = [await _verify(database, count, outside, house.pids("postgres")) for _ in range(1 if plan.quick else 5)]
    proof = await _proof_milliseconds(database, count)
    rate = Spread.of([count / one.seconds for one in verified])
    own, theirs = (
        Spread.of([one.own_seconds / count * 1e6 for one in verified]).median,
        Spread.of([one.database_seconds / count * 1e6 for one in verified]).median,
    )
    return Row(
        f"ledger of {count:,}: verify", f"{rate.median:,.0f} ({rate.low:,.0f} to {rate.high:,.0f}) entries/s",
        goal=f"≥ {GOAL:,}", cpu=f"{own:.1f}+{theirs:.1f} µs an entry; a proof {proof:.1f} ms",
        reached=rate.median >= GOAL,
    )  # fmt: skip


async def _fill(database: TestDatabase, count: int, outside: Path) -> None:
    """Rows of consent's own table, hashed by the program as their writer does, sequenced and signed."""
    [disclosed] = [reader for reader in READERS if reader.kind == "disclosed"]
    async with database.administered() as admin:
        for _ in range(max(1, count // 50_000)):
            await admin.execute(SQL.make_disclosures, min(count, 50_000))
        await admin.copy_records_to_table(
            "log_pending", columns=["kind", "case_id", "row_id", "revision", "leaf_hash"],
            records=await _pending(admin, disclosed),
        )  # fmt: skip
        file = CheckpointFile(outside, SIGNER.verifier)
        sequencer = Sequencer(database.target, SIGNER, outside=[file], period_seconds=0, batch_size=_BATCH)
        async with sequencing(sequencer), asyncio.timeout(300):
            while await admin.fetchval(SQL.count_leaves) < count:  # noqa: ASYNC110 - the server is asked
                await asyncio.sleep(0.2)
            await asyncio.sleep(1)
        await admin.execute(SQL.settle)


async def _pending(
    admin: asyncpg.Connection[asyncpg.Record], reader: RowReader
) -> Sequence[tuple[str, object, object, int, bytes]]:
    rows = await admin.fetch(reader.sql)
    return [
        (
            "disclosed",
            row["case_id"],
            row["ledger_row_id"],
            0,
            leaf_hash("disclosed", {n: v for n, v in row.items() if n not in _LEDGER}, row["ledger_salt"]),
        )
        for row in rows
    ]


async def _verify(database: TestDatabase, count: int, outside: Path, database_pids: Sequence[int]) -> _Verified:
    """As `ledger-verify` does it, on as many connections."""
    async with AsyncExitStack() as stack:
        connection, *beside = [
            await stack.enter_async_context(database.connected("worker")) for _ in range(connections_to_verify())
        ]
        own, theirs, started = time.process_time(), cpu_seconds(database_pids), time.perf_counter()
        report = await verify_ledger(connection, READERS, SIGNER.verifier, checkpoint_file=outside, beside=beside)
        seconds = time.perf_counter() - started
        own, theirs = time.process_time() - own, cpu_seconds(database_pids) - theirs
    if not report.intact or report.entries != count:
        raise RuntimeError(f"The ledger does not verify: {report.summary()}")
    return _Verified(seconds, own, theirs)


async def _proof_milliseconds(database: TestDatabase, count: int) -> float:
    async with database.connected("worker") as connection:
        times = []
        for number in range(50):
            started = time.perf_counter()
            await inclusion_proof(connection, number * (count // 50))
            times.append((time.perf_counter() - started) * 1000)
    return Spread.of(times).median
