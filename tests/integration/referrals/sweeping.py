"""What the hourly sweep of keys does, an hour later."""

from __future__ import annotations

from services.common.database import Database
from services.referrals.background.upkeep import sweep_orphans
from services.referrals.store.keys import KeyStore
from tests.integration.referrals.world import World


async def sweep(world: World) -> int:
    """An hour later: how many keys the sweep removed."""
    async with world.keys.administered() as admin:
        await admin.execute("update content_key set touched_at = touched_at - interval '2 hours'")
        before: int = await admin.fetchval("select count(*) from content_key")
    async with (
        await Database.open(world.settings, ("worker",)) as content,
        await Database.open(world.settings.keys_database(), ("run", "worker")) as keys,
    ):
        await sweep_orphans(content, KeyStore(keys))
    async with world.keys.administered() as admin:
        after: int = await admin.fetchval("select count(*) from content_key")
    return before - after
