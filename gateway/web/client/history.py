"""Who read what, as it is shown: by day and agency, each group to be opened."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from gateway.api.v1.client.own_list import Disclosure

_GERMAN_TIME = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Group:
    """What one agency did on one German day; the agency is "" where names are not shown."""

    day: date
    agency: str
    disclosures: list[Disclosure] = field(default_factory=list)

    @property
    def first_at(self) -> datetime | None:
        """A time of that day, to show the day."""
        return self.disclosures[0].at


def grouped(disclosures: Iterable[Disclosure]) -> list[Group]:
    """Groups in the order in which they come, newest first; nothing is left out."""
    groups: dict[tuple[date, str], Group] = {}
    for each in disclosures:
        if each.at is None:
            raise ValueError("A disclosure has a time.")
        day = each.at.astimezone(_GERMAN_TIME).date()
        groups.setdefault((day, each.agency), Group(day, each.agency)).disclosures.append(each)
    return list(groups.values())
