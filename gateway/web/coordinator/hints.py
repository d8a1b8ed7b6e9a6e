"""What the agency's declines say about its entry, for whoever may correct it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.declines import DeclineCounts, MisleadingReason, count_declines
from gateway.api.v1.staff.entry import Entry, EntryPart
from gateway.web.coordinator.capacity import said_of
from services.common.errors import COME_AGAIN

_SECONDS = 1.0
_ANSWERED_BY: Mapping[MisleadingReason, str] = {
    "not-eligible": "services",
    "at-capacity": "capacity",
    "wrong-place": "responsibility",
    "wrong-language": "languages",
}
"""The field group that may be wrong when declines give this reason."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Declined so often for a reason that the entry may mislead; `service_id` is empty for the agency as a whole."""

    reason: MisleadingReason
    field_group: str
    service_id: str
    service_name: str
    count: int
    since: datetime

    @property
    def path(self) -> str:
        """Where it is corrected."""
        if self.field_group != "capacity":
            return f"/eintrag/gruppen/{self.field_group}"
        return f"/eintrag/kapazitaet#service-{self.service_id}" if self.service_id else "/eintrag/kapazitaet"


async def hints_of(having: PartsOf, entry: Entry) -> list[Hint]:
    """None while referrals is away: no page waits for a hint."""
    try:
        async with asyncio.timeout(_SECONDS):
            counted = await asyncio.gather(
                *[
                    count_declines(having.clients, reason, _looked_at(entry.part(group)))
                    for reason, group in _ANSWERED_BY.items()
                ]
            )
    except (TimeoutError, *COME_AGAIN):
        return []
    now = having.clock.now().isoformat()
    return [
        hint
        for reason, counts in zip(_ANSWERED_BY, counted, strict=True)
        for hint in _hints(entry, reason, counts)
        if not (reason == "at-capacity" and _says_full(entry, hint.service_id, now))
    ]


def _hints(entry: Entry, reason: MisleadingReason, counts: DeclineCounts) -> list[Hint]:
    names = {row.row_id: row.fields.get("name", "") for row in entry.part("services").rows if row.kind == "service"}
    return [
        Hint(reason, _ANSWERED_BY[reason], each.service_id, names.get(each.service_id, ""), each.count, counts.since)
        for each in counts.counts
        if counts.since is not None and (not each.service_id or each.service_id in names)
    ]


def _looked_at(part: EntryPart) -> datetime | None:
    """When somebody of the agency last said that the group is right: what was declined before is answered by that."""
    return part.confirmed_at if part.confirmed_how != "import" else None


def _says_full(entry: Entry, service_id: str, now: str) -> bool:
    """The entry says already that there is no room."""
    said = said_of(entry).get(service_id, {})
    return said.get("state") in {"waiting-list", "closed"} and said.get("expires_at", "") >= now
