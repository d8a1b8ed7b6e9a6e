"""Her list: what, to whom, since when, who read it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.client.own_list import history, own_list
from gateway.api.v1.client.session import SecondSecret, confirm_second_secret
from gateway.api.v1.client.statutory_acts import own_statutory_acts
from gateway.api.v1.dependencies import PartsOf
from gateway.web.client.history import grouped
from gateway.web.client.naming import own_name_checks
from gateway.web.dependencies import Client, ClientOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import page
from services.common.errors import FieldViolation, InvalidArgument, LotseError

router = APIRouter(include_in_schema=False)
_AT_THE_FIELD = {"SECOND_SECRET_NOT_ACCEPTED": "number-not-accepted", "NAMES_LOCKED": "names-locked"}


@router.get("/mine")
async def mine(client: ClientOf, having: PartsOf) -> Response:
    """Dates and kinds; names only after the second secret."""
    return await _shown(client, having, Form())


@router.post("/mine/names")
async def names(client: ClientOf, having: PartsOf) -> Response:
    """Show names too."""
    form = client.reader.form
    response = RedirectResponse("/mine", 303)
    try:
        secret = body_of(SecondSecret, {"second_secret": form.digits("second_secret")})
        await confirm_second_secret(secret, client.session, having, response)
    except InvalidArgument as error:
        return await _shown(client, having, form.with_faults(error, client.reader.language), status=400)
    except LotseError as error:
        if (rule := _AT_THE_FIELD.get(error.reason)) is None:
            raise
        wrong = InvalidArgument(violations=[FieldViolation("second_secret", rule)])
        return await _shown(client, having, form.with_faults(wrong, client.reader.language), status=400)
    return response


@router.get("/mine/history")
async def further(
    client: ClientOf, having: PartsOf, start: Annotated[str, Query(alias="from", max_length=100)] = ""
) -> Response:
    """Who read what, page by page down to the first time."""
    found = await history(having.clients, client.session, page_token=start)
    return page(
        client.reader,
        "client/history.html",
        groups=grouped(found.disclosures),
        more=found.next_page_token,
        start=start,
    )


async def _shown(client: Client, having: PartsOf, form: Form, *, status: int = 200) -> Response:
    found = await own_list(having.clients, client.session)
    acts = (await own_statutory_acts(having.clients, client.session)).acts
    checks = await own_name_checks(having)
    sees_names = "see-names" in client.session.content.scopes
    return page(
        client.reader.at_page("/mine"),
        "client/mine.html",
        status=status,
        form=form,
        found=found,
        statutory_acts=acts,
        name_checks=checks,
        groups=grouped(found.disclosures),
        sees_names=sees_names,
    )
