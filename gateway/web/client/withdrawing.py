"""Taking back, whole or in part: what it does is said before, for exactly what she chose."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Response

from gateway.api.v1.client.own_list import Consent, NewWithdrawal, Withdrawn, own_list, withdraw
from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.web.client.parts_taken import choices_of, effect_of, withdrawal_of
from gateway.web.dependencies import Client, ClientOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import page
from services.common.errors import InvalidArgument, NotFound

router = APIRouter(include_in_schema=False)


@router.get("/mine/withdraw")
async def before(client: ClientOf, having: PartsOf, consent: Annotated[Id | None, Query()] = None) -> Response:
    """What taking everything back does, one click away from being done; and the parts to choose from."""
    return await _offered(client, having, consent, Form())


@router.post("/mine/withdraw/part")
async def part(client: ClientOf, having: PartsOf) -> Response:
    """What taking back the chosen parts does, before it is done."""
    form = client.reader.form
    try:
        consent = await _consent_of(client, having, form)
        wanted = withdrawal_of(consent, form.texts("parts"), validate_only=True)
    except InvalidArgument as error:
        shown = form.with_faults(error, client.reader.language)
        return await _offered(client, having, form.text("consent") or None, shown, status=400)
    would = await withdraw(wanted, having.clients, client.session, str(uuid4()), Response())
    effects = [effect_of(consent, after) for after in would.consents]
    reader = client.reader.at_page("/mine")
    return page(reader, "client/withdraw_part.html", consent=consent, parts_chosen=form.texts("parts"), effects=effects)


@router.post("/mine/withdraw")
async def take_back(client: ClientOf, having: PartsOf) -> Response:
    """Needs no reason and always succeeds at once."""
    form = client.reader.form
    if parts := form.texts("parts"):
        # A second click finds nothing to choose any more: what was chosen is looked at by consent itself.
        chosen = [one for one in parts if not one.startswith("release-")]
        releases = [one.removeprefix("release-") for one in parts if one.startswith("release-")]
        values = {"categories": chosen, "secrecy_releases": releases}
    else:
        values = {}
    wanted = body_of(NewWithdrawal, {"consent_id": form.text("consent") or None, **values})
    done = await withdraw(wanted, having.clients, client.session, form.repeat_key, Response())
    return _withdrawn(client, done)


def _withdrawn(client: Client, done: Withdrawn) -> Response:
    whole = all(consent.state != "active" for consent in done.consents)
    return page(client.reader.at_page("/mine"), "client/withdrawn.html", done=done, whole=whole)


async def _offered(
    client: Client, having: PartsOf, consent_id: str | None, form: Form, *, status: int = 200
) -> Response:
    found = await own_list(having.clients, client.session)
    by_id = {consent.consent_id: consent for consent in found.consents}
    if consent_id is not None and consent_id not in by_id:
        raise NotFound
    everything = NewWithdrawal(consent_id=consent_id, validate_only=True)
    would = await withdraw(everything, having.clients, client.session, str(uuid4()), Response())
    effects = [effect_of(by_id[after.consent_id], after) for after in would.consents]
    active = [one for one in found.consents if one.state == "active" and consent_id in {None, one.consent_id}]
    consent = active[0] if len(active) == 1 else None
    return page(
        client.reader.at_page("/mine"),
        "client/withdraw.html",
        status=status,
        form=form,
        consent=consent_id or "",
        effects=effects,
        choices=choices_of(consent) if consent else None,
        choices_of_consent=consent.consent_id if consent else "",
    )


async def _consent_of(client: Client, having: PartsOf, form: Form) -> Consent:
    """The consent that the form is about; NotFound for one that is not in her list or not in force."""
    found = await own_list(having.clients, client.session)
    for consent in found.consents:
        if consent.consent_id == form.text("consent") and consent.state == "active":
            return consent
    raise NotFound
