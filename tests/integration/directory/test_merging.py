"""The statements that are composed from the tables fit the schema, and leave no column out."""

from __future__ import annotations

import pytest

from services.directory.editing.editor import SAVES
from services.directory.importing.importer import STATEMENTS
from services.directory.store.merging import MergeStatements
from tests.support.postgres import DatabaseOf

NOT_IMPORTED = {
    "id", "source", "source_id", "active", "digest", "changed_at", "edited_at", "last_modified",
    "address.location_protected", "confirmation.is_own", "attribute.service_id",
    "taxonomy_term.position", "taxonomy_term.labels", "taxonomy_term.synonyms", "taxonomy_term.explanations",
    "taxonomy_term.sensitive",
}  # fmt: skip
"""What imports keep for themselves, what the database makes, and what only lotse-themen has."""


async def test_every_composed_statement_fits_the_schema(database_of: DatabaseOf) -> None:
    database = await database_of("directory")
    async with database.connected("import") as connection:
        for statements in STATEMENTS.values():
            await connection.execute(statements.create)
            composed = [statements.merge, statements.drop, statements.create]
            if statements.keeps_itself:
                composed += [statements.known, statements.fingerprint, statements.deactivate, statements.difference]
            for statement in composed:
                assert await connection.prepare(statement), statements.table
            await connection.execute(statements.analyze)
            await connection.execute(statements.drop)


async def test_what_an_agency_may_write_can_be_written_by_its_role(database_of: DatabaseOf) -> None:
    database = await database_of("directory")
    async with database.connected("edit") as connection:
        for statement in SAVES:
            await connection.execute(statement.save, "[]")


@pytest.mark.parametrize("statements", STATEMENTS.values(), ids=lambda each: each.table)
async def test_an_import_can_fill_every_column_of_its_table(
    statements: MergeStatements, database_of: DatabaseOf
) -> None:
    database = await database_of("directory")
    async with database.connected("owner") as connection:
        columns = await connection.fetch(
            "select column_name from information_schema.columns where table_schema = 'public' and table_name = $1",
            statements.table,
        )
    found = {row[0] for row in columns} - NOT_IMPORTED
    assert {name for name in found if f"{statements.table}.{name}" not in NOT_IMPORTED} == set(statements.columns)


def test_a_name_that_is_no_name_gets_into_no_statement() -> None:
    with pytest.raises(ValueError, match="called by letters"):
        _ = MergeStatements("service", ("name'; drop table service; --",)).difference
