"""Permitting less without being asked anew: an earlier end."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from gateway.api.v1.client.own_list import Consent, NewReduction, own_list, reduce
from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.web.dependencies import Client, ClientOf
from gateway.web.forms import Form
from gateway.web.last_day import day_of, end_of, last_instant
from gateway.web.rendering import page
from services.common.errors import InvalidArgument, NotFound

router = APIRouter(include_in_schema=False)


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
        wanted = NewReduction(valid_until=end_of(form.text("last_day")))
        done = await reduce(consent.consent_id, wanted, having.clients, client.session, form.repeat_key)
    except InvalidArgument as error:
        shown = form.with_faults(error, client.reader.language, {"valid_until": "last_day"})
        return _shown(client, consent, shown, status=400)
    reader = client.reader.at_page("/mine")
    return page(reader, "client/changed.html", last_day=last_instant(done.consent.valid_until), receipt=done.receipt)


async def _consent_of(client: Client, having: PartsOf, consent_id: str) -> Consent:
    """The consent in force of her list; NotFound for any other."""
    found = await own_list(having.clients, client.session)
    for consent in found.consents:
        if consent.consent_id == consent_id and consent.state == "active":
            return consent
    raise NotFound


def _shown(client: Client, consent: Consent, form: Form, *, status: int = 200) -> Response:
    last_day = last_instant(consent.valid_until)
    shown = form if form.faults else Form.showing(last_day=day_of(last_day))
    return page(
        client.reader.at_page("/mine"),
        "client/change.html",
        status=status,
        form=shown,
        consent=consent,
        last_day=last_day,
        longest=day_of(last_day),
    )
