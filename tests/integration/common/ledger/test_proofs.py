"""Proofs out of a database, checked by the definitions of RFC 6962 and by nothing else of ours."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import pytest

from services.common.database import Connection
from services.common.ledger import (
    Checkpoint,
    LedgerBrokenError,
    NotProvableError,
    Sequencer,
    consistency_proof,
    inclusion_proof,
    proof_of_row,
)
from services.common.ledger.merkle import verify_consistency, verify_inclusion
from services.common.ledger.sequencer import load_state
from tests.support.ledger import SIGNER, logged, sequencing
from tests.support.postgres import DatabaseOf, TestDatabase
from tests.unit.common.ledger.slow_model import path, proof, tree_hash

SIZE, BATCH = 66_000, 7001
"""Enough for nodes of two stored levels."""
SMALL_SIZE, SMALL_BATCH = 700, 71


@dataclass
class Grown:
    given: TestDatabase
    admin: Connection
    leaves: list[bytes]
    sizes: list[int]


@asynccontextmanager
async def a_log(given: TestDatabase, size: int, batch_size: int) -> AsyncIterator[Grown]:
    async with given.administered() as admin:
        await admin.execute(
            "insert into log_pending (kind, case_id, row_id, revision, leaf_hash) "
            "select 'event', null, gen_random_uuid(), 1, sha256(convert_to(n::text, 'UTF8')) "
            "from generate_series(1, $1::integer) as n",
            size,
        )
        async with sequencing(Sequencer(given.target, SIGNER, period_seconds=0.01, batch_size=batch_size)):
            await logged(admin, size, seconds=60)
        leaves = [hashlib.sha256(str(number).encode()).digest() for number in range(1, size + 1)]
        sizes = [row["size"] for row in await admin.fetch("select size from log_checkpoint order by size")]
        yield Grown(given, admin, leaves, sizes)


@pytest.fixture
async def large(database_of: DatabaseOf) -> AsyncIterator[Grown]:
    async with a_log(await database_of("kit"), SIZE, BATCH) as grown:
        yield grown


@pytest.fixture
async def small(database_of: DatabaseOf) -> AsyncIterator[Grown]:
    async with a_log(await database_of("kit"), SMALL_SIZE, SMALL_BATCH) as grown:
        yield grown


async def test_inclusion_and_consistency_are_proved_from_stored_nodes(large: Grown) -> None:
    roots = {size: tree_hash(large.leaves[:size]) for size in large.sizes}
    async with large.given.connected("worker") as reader:
        for seq, size in [(0, 7001), (7000, 7001), (255, 14002), (256, SIZE), (65_535, SIZE), (65_536, SIZE)]:
            proved = await inclusion_proof(reader, seq, size)
            assert list(proved.path) == path(seq, large.leaves[:size])
            assert verify_inclusion(large.leaves[seq], seq, size, proved.path, roots[size])
            assert Checkpoint.parse(SIGNER.verifier.open(proved.signed_note)) == Checkpoint(
                SIGNER.name, size, roots[size]
            )
        newest = await inclusion_proof(reader, SIZE - 1)
        newest.check(large.leaves[-1], Checkpoint(SIGNER.name, SIZE, roots[SIZE]))
        for old, new in [(7001, 14002), (14002, SIZE), (SIZE, SIZE)]:
            shown = await consistency_proof(reader, old, new)
            assert list(shown.path) == proof(old, large.leaves[:new])
            assert verify_consistency(old, new, shown.path, roots[old], roots[new])


async def test_a_row_is_proved_by_its_name_in_the_format_of_the_standard(small: Grown) -> None:
    row = await small.admin.fetchval("select row_id from log_leaf where seq = 300")
    async with small.given.connected("worker") as reader:
        proved = await proof_of_row(reader, "event", row, 1)
        assert proved is not None
        assert await proof_of_row(reader, "event", uuid4(), 1) is None
    head, _, note = proved.text().partition("\n\n")
    assert head.splitlines()[:2] == ["c2sp.org/tlog-proof@v1", "index 300"]
    assert len(head.splitlines()) == 2 + len(proved.path)
    assert SIGNER.verifier.open(note)


@pytest.mark.parametrize(("seq", "size"), [(71, 71), (0, 70), (-1, None), (SMALL_SIZE, None)])
async def test_what_no_checkpoint_covers_is_not_proved(small: Grown, seq: int, size: int | None) -> None:
    async with small.given.connected("worker") as reader:
        with pytest.raises(NotProvableError):
            await inclusion_proof(reader, seq, size)
        with pytest.raises(NotProvableError):
            await consistency_proof(reader, SMALL_SIZE, 71)


@pytest.mark.parametrize(
    "change",
    [
        "update log_node set hash = set_byte(hash, 0, get_byte(hash, 0) # 1) where position = 1",
        "delete from log_node where position = 1",
        "update log_leaf set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) where seq = 699",
        "update log_checkpoint set root = set_byte(root, 0, get_byte(root, 0) # 1)",
    ],
)
async def test_no_proof_is_given_that_does_not_hold(small: Grown, change: str) -> None:
    async with small.given.connected("worker") as reader:
        assert await inclusion_proof(reader, 698)
        await small.admin.execute(change)
        with pytest.raises(LedgerBrokenError):
            await inclusion_proof(reader, 698)


async def test_nodes_that_an_older_program_did_not_store_are_added_at_the_next_start(small: Grown) -> None:
    await small.admin.execute("truncate log_node")
    async with small.given.connected("sequencer") as connection:
        await load_state(connection)
    async with small.given.connected("worker") as reader:
        assert await inclusion_proof(reader, 345)
