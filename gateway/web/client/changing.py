"""Permitting less without being asked anew: an earlier end."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from gateway.api.v1.client.own_list import Consent, NewReduction, own_list, reduce
from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.web.dependencies import Client, ClientOf
from gateway.web.forms import Form
from gateway.web.rendering import page
from services.common.errors import FieldViolation, InvalidArgument, NotFound

router = APIRouter(include_in_schema=False)
_GERMAN_TIME = ZoneInfo("Europe/Berlin")


@router.get("/mine/change")
async def before(client: ClientOf, having: PartsOf, consent: Annotated[Id, Query()]) -> Response:
    """The last day as it is, to be moved to the front."""
    return _shown(client, await _consent_of(client, having, consent), Form())


@router.post("/mine/change")
async def change(client: ClientOf, having: PartsOf) -> Response:
    """Holds at once."""
    form = client.reader.form
    consent = await _consent_of(client, having, form.text("consent"))
    try:
        wanted = NewReduction(valid_until=_end_of(form.text("last_day")))
        done = await reduce(consent.consent_id, wanted, having.clients, client.session, form.repeat_key)
    except InvalidArgument as error:
        shown = form.with_faults(error, client.reader.language, {"valid_until": "last_day"})
        return _shown(client, consent, shown, status=400)
    reader = client.reader.at_page("/mine")
    return page(reader, "client/changed.html", last_day=_last_day(done.consent), receipt=done.receipt)


def _end_of(text: str) -> datetime:
    """The midnight after this German day; raises InvalidArgument for what is no day."""
    try:
        day = date.fromisoformat(text)
        return datetime.combine(day + timedelta(days=1), time(), _GERMAN_TIME)
    except (ValueError, OverflowError):
        raise InvalidArgument(violations=[FieldViolation("last_day", "not-a-date")]) from None


def _last_day(consent: Consent) -> datetime:
    """The last instant at which it holds, which is on its last day."""
    if consent.valid_until is None:
        raise ValueError("A consent has an end.")
    return consent.valid_until - timedelta(microseconds=1)


async def _consent_of(client: Client, having: PartsOf, consent_id: str) -> Consent:
    """The consent in force of her list; NotFound for any other."""
    found = await own_list(having.clients, client.session)
    for consent in found.consents:
        if consent.consent_id == consent_id and consent.state == "active":
            return consent
    raise NotFound


def _shown(client: Client, consent: Consent, form: Form, *, status: int = 200) -> Response:
    last_day = _last_day(consent)
    shown = form if form.faults else Form.showing(last_day=last_day.astimezone(_GERMAN_TIME).date().isoformat())
    return page(
        client.reader.at_page("/mine"),
        "client/change.html",
        status=status,
        form=shown,
        consent=consent,
        last_day=last_day,
        longest=last_day.astimezone(_GERMAN_TIME).date().isoformat(),
    )
