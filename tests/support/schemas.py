"""Every database of the product: its migrations, its statements, and the committed dump of its schema.

Run as a program (`python -m tests.support.schemas`) it writes the dumps.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from services.common.database.queries import Queries
from services.common.database.schema import dump_schema
from services.common.database.target import connect
from tests.support.postgres import MIGRATIONS, Postgres, running_postgres

ROOT = Path(__file__).parents[2]
DATABASES = ("directory", "consent", "referrals", "referrals_keys", "gateway")
_STORES = {
    "directory": "services/directory/store",
    "consent": "services/consent/store",
    "referrals": "services/referrals/store",
    "referrals_keys": "services/referrals/store",
    "gateway": "gateway/sessions/store",
}


def dump_file(database: str) -> Path:
    return MIGRATIONS[database] / "schema.txt"


def statements(database: str) -> Iterator[tuple[str, str]]:
    """Every named statement that runs on a database, with the file and name that it has."""
    for path in sorted((ROOT / _STORES[database]).glob("*.sql")):
        of_keys = path.stem == "keys"
        if database.startswith("referrals") and of_keys != (database == "referrals_keys"):
            continue
        for name, sql in Queries(path):
            yield f"{path.stem}.{name}", sql


async def dump(postgres: Postgres, database: str) -> str:
    """The schema that the migrations make, as text."""
    clone = await postgres.clone(database, MIGRATIONS[database])
    connection = await connect(clone.target, "owner", application="schema")
    try:
        return await dump_schema(connection, clone.target)
    finally:
        await connection.close()


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="lotse-schema-") as home, running_postgres(Path(home)) as postgres:
        for database in DATABASES:
            dump_file(database).write_text(asyncio.run(dump(postgres, database)), encoding="utf-8")
            sys.stdout.write(f"written: {dump_file(database).relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
