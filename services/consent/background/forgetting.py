"""Deletes what counts for nothing any more and was never proof."""

from services.common.database import SERVICE_SCOPE, Database
from services.consent.store import credentials


async def forget_failures(database: Database) -> None:
    """Deletes what was typed wrongly more than fifteen days ago."""
    async with database.transaction(SERVICE_SCOPE, "worker") as tx:
        await credentials.delete_old_failures(tx)
