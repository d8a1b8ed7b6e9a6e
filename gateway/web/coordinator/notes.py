"""Notes of partners about an agency, as pages show them."""

import asyncio

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.notes import PartnerNote, list_notes
from services.common.errors import COME_AGAIN, PermissionDenied

_SECONDS = 2.0
_SHOWN = 100


async def notes_about(having: PartsOf, agency_id: str) -> list[PartnerNote] | None:
    """The newest; None for whoever may not see them, and while they cannot be had: no page waits for them."""
    try:
        async with asyncio.timeout(_SECONDS):
            return (await list_notes(agency_id, having.clients, page_size=_SHOWN, page_token="")).notes
    except (PermissionDenied, TimeoutError, *COME_AGAIN):
        return None
