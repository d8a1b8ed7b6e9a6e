"""Consent's own dated copy of the agencies' regimes."""

from collections.abc import Sequence
from uuid import UUID

from services.common.database import Connection, queries_beside
from services.consent.model.consent import RegimeRow

SQL = queries_beside(__file__)


async def replace_all(tx: Connection, rows: Sequence[RegimeRow]) -> None:
    """Makes the copy equal to these rows; what did not change is not touched."""
    await tx.execute(
        SQL.merge_regimes,
        [row.agency_id for row in rows],
        [row.valid_from for row in rows],
        [row.valid_until for row in rows],
        [row.regime for row in rows],
        [",".join(row.overlays) for row in rows],
    )


async def count(tx: Connection) -> int:
    """How many rows the copy has."""
    number: int = await tx.fetchval(SQL.count_regimes)
    return number


async def list_of(tx: Connection, agencies: Sequence[UUID]) -> tuple[RegimeRow, ...]:
    """All rows of these agencies."""
    return tuple(
        RegimeRow(row["agency_id"], row["regime"], tuple(row["overlays"]), row["valid_from"], row["valid_until"])
        for row in await tx.fetch(SQL.list_of_agencies, list(agencies))
    )
