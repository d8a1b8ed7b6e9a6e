"""The catalogue of a database as text, so that a schema can be committed, reviewed and compared.

The same migrations give the same text on every machine: everything is ordered by name, role names lose the prefix of
the installation, and the history of migrations is left out.
"""

import re
import textwrap
from collections.abc import Sequence

from services.common.database.queries import queries_beside
from services.common.database.target import Connection, DatabaseSettings, role_names

SQL = queries_beside(__file__)

_OF_A_RELATION = (
    SQL.columns,
    SQL.constraints,
    SQL.indexes,
    SQL.triggers,
    SQL.policies,
    SQL.view_definition,
    SQL.grants,
    SQL.column_grants,
)


async def dump_schema(connection: Connection, settings: DatabaseSettings) -> str:
    """Extensions, schemas, types, relations with all that hangs on them, and functions, one per paragraph."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        paragraphs = [
            *await _lines(connection, SQL.extensions),
            *await _lines(connection, SQL.schemas),
            *await _lines(connection, SQL.types),
            *await _relations(connection),
            *await _functions(connection),
        ]
    text = "\n\n".join(paragraphs) + "\n"
    names = {name: f"{settings.service}_{role}" for role, name in role_names(settings).items()}
    return re.sub("|".join(rf"\b{re.escape(name)}\b" for name in names), lambda found: names[found[0]], text)


async def _relations(connection: Connection) -> list[str]:
    paragraphs = []
    for relation in await connection.fetch(SQL.relations):
        lines = [line for query in _OF_A_RELATION for line in await _lines(connection, query, relation["oid"])]
        paragraphs.append(_paragraph(relation["line"], lines))
    return paragraphs


async def _functions(connection: Connection) -> list[str]:
    paragraphs = []
    for function in await connection.fetch(SQL.functions):
        grants = await _lines(connection, SQL.function_grants, function["oid"])
        paragraphs.append(_paragraph(function["line"].strip(), grants))
    return paragraphs


async def _lines(connection: Connection, query: str, *arguments: object) -> list[str]:
    return [row[0] for row in await connection.fetch(query, *arguments)]


def _paragraph(head: str, lines: Sequence[str]) -> str:
    return "\n".join([head, *(textwrap.indent(line.strip(), "    ") for line in lines)])
