"""Offers and deletion tasks that nobody answered, and keys that nobody needs."""

from uuid import uuid5

import structlog

from services.common.database import SERVICE_SCOPE, Database
from services.referrals.model import Action, Side
from services.referrals.rules import after
from services.referrals.store import referrals, tasks, withdrawal_requests
from services.referrals.store.keys import FIRST, Key, KeyStore
from services.referrals.store.referrals import Move

MOST_ORPHANS = 1000
_PAGE = 1000
_log = structlog.get_logger(__name__)


async def expire_offers(database: Database) -> None:
    """OFFERED to EXPIRED at the deadline; the keys end with it."""
    async with database.transaction(SERVICE_SCOPE, "worker") as tx:
        for referral in await tasks.past_deadline(tx):
            to = after(Action.EXPIRE, Side.SYSTEM, referral.state)
            if to is not None:
                request_id = uuid5(referral.referral_id, "expire")
                await referrals.move(tx, referral, Move(Action.EXPIRE, to, None, None, request_id, keys_due=True))


async def escalate(database: Database) -> None:
    """What nobody answered in time is put before the agency's coordinator and data-protection officer."""
    async with database.transaction(SERVICE_SCOPE, "worker") as tx:
        overdue = await tasks.escalate_overdue(tx)
        unanswered = await withdrawal_requests.escalate_overdue(tx)
    for deletion_task_id in overdue:
        _log.warning("deletion_task.escalated", task=str(deletion_task_id))
    for withdrawal_request_id in unanswered:
        _log.warning("withdrawal_request.escalated", withdrawal_request=str(withdrawal_request_id))


async def erase_withdrawal_requests(database: Database) -> None:
    """What was answered a month ago is nobody's need any more."""
    async with database.transaction(SERVICE_SCOPE, "worker") as tx:
        await withdrawal_requests.delete_old(tx)


async def sweep_orphans(database: Database, keys: KeyStore) -> None:
    """Removes keys that no item and no live referral names, an hour after anybody touched them.

    Stops with an alarm when there are too many, or when the keys belong to another content database too: then one was
    restored or mixed up, and removing would destroy what cannot be made again.
    """
    async with database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
        content = await tasks.installation(tx)
    if await keys.claim(content) != [str(content)]:
        _log.error("keys.sweep_stopped", cause="the key database belongs to another content database too")
        return
    orphans: list[Key] = []
    after_key = FIRST
    while page := await keys.untouched(after_key, _PAGE):
        async with database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
            live = await tasks.live_keys(tx, page)
        orphans += [key for key in page if key not in live]
        after_key = page[-1]
        if len(orphans) > MOST_ORPHANS:
            _log.error("keys.sweep_stopped", cause="too many keys that nothing names", at_least=len(orphans))
            return
    if orphans:
        await keys.delete_untouched(orphans)
        _log.info("keys.swept", count=len(orphans))
