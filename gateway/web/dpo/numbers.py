"""Numbers: what became of consent requests, and what was refused to the own people."""

from datetime import datetime
from itertools import groupby
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.audit import count_denials, count_requests
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form
from gateway.web.rendering import page

router = APIRouter(include_in_schema=False)
_GERMAN_TIME = ZoneInfo("Europe/Berlin")
_YEARS_BACK = 4
_FIRST_YEAR = 2020
OUTCOMES = ("granted", "partly-granted", "refused", "expired", "cancelled")

ChosenYear = Annotated[int | None, Query(ge=_FIRST_YEAR, le=2200)]
ChosenQuarter = Annotated[str, Query(pattern="^(20[2-9][0-9]-[1-4])?$")]


@router.get("/datenschutz/anfragen")
async def requests(reader: StaffOf, having: PartsOf, quartal: ChosenQuarter = "") -> Response:
    """A quarter: that of last month's end unless another one is asked for."""
    quarters = _quarters(having.clock.now())
    chosen = quartal or quarters[0]
    year, _, number = chosen.partition("-")
    found = await count_requests(having.clients, int(year), int(number))
    shown = [each for each in OUTCOMES if any(each in (row.outcomes or {}) for row in found.languages)]
    return page(
        reader,
        "dpo/requests.html",
        form=Form.showing(quartal=chosen),
        quarters=quarters,
        found=found,
        outcomes=shown or [each for each in OUTCOMES if each in (found.outcomes or {})],
    )


@router.get("/datenschutz/ablehnungen")
async def denials(reader: StaffOf, having: PartsOf, jahr: ChosenYear = None) -> Response:
    """What was refused, month by month."""
    this_year = having.clock.now().astimezone(_GERMAN_TIME).year
    chosen = jahr or this_year
    found = await count_denials(having.clients, chosen)
    months = [(month, list(counts)) for month, counts in groupby(found.counts, key=lambda each: each.month)]
    years = range(this_year, max(this_year - _YEARS_BACK, _FIRST_YEAR), -1)
    return page(
        reader,
        "dpo/denials.html",
        form=Form.showing(jahr=str(chosen)),
        years=[str(each) for each in years],
        months=months,
    )


def _quarters(now: datetime) -> list[str]:
    """Those that have ended, newest first, as "2026-3"."""
    today = now.astimezone(_GERMAN_TIME)
    ended = today.year * 4 + (today.month - 1) // 3 - 1
    return [
        f"{each // 4}-{each % 4 + 1}" for each in range(ended, ended - 4 * _YEARS_BACK, -1) if each // 4 >= _FIRST_YEAR
    ]
