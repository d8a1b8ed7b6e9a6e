"""The database writes a row as JSON for verification, the program for the leaf: both must be the same bytes."""

from services.common.database import SERVICE_SCOPE
from services.common.ledger import Sequencer, verify_ledger
from tests.support.ledger import READERS, SIGNER, logged, sequencing, write_event
from tests.support.postgres import DatabaseOf

LETTERS = [chr(code) for code in (*range(1, 0x2B), 0x5C, 0x7F, 0x80, 0x85, 0xA0, 0x2028, 0x2029, 0xFEFF, 0x1F600)]
TEXTS = [*LETTERS, "".join(LETTERS), '"\\/', "", "null", "\\u0000"]


async def test_every_text_is_hashed_by_the_database_as_by_the_program(database_of: DatabaseOf) -> None:
    given = await database_of("kit")
    async with given.opened("run") as database, database.transaction(SERVICE_SCOPE) as tx:
        for text in TEXTS:
            await write_event(tx, text=text)
    async with given.administered() as admin, sequencing(Sequencer(given.target, SIGNER, period_seconds=0.02)):
        await logged(admin, len(TEXTS))
    async with given.connected("worker") as reader:
        report = await verify_ledger(reader, READERS, SIGNER.verifier)
    assert report.intact, report.findings
    assert report.rows == len(TEXTS)
