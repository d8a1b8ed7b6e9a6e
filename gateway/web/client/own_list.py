"""Her list: what, to whom, since when, who read it; and taking it back."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.client.own_list import NewWithdrawal, own_list, withdraw
from gateway.api.v1.client.session import SecondSecret, confirm_second_secret
from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
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
        secret = body_of(SecondSecret, {"second_secret": form.text("second_secret")})
        await confirm_second_secret(secret, client.session, having, response)
    except InvalidArgument as error:
        return await _shown(client, having, form.with_faults(error, client.reader.language), status=400)
    except LotseError as error:
        if (rule := _AT_THE_FIELD.get(error.reason)) is None:
            raise
        wrong = InvalidArgument(violations=[FieldViolation("second_secret", rule)])
        return await _shown(client, having, form.with_faults(wrong, client.reader.language), status=400)
    return response


@router.get("/mine/withdraw")
async def before(client: ClientOf, having: PartsOf, consent: Annotated[Id | None, Query()] = None) -> Response:
    """What taking it back does, before it is done."""
    would = await withdraw(
        NewWithdrawal(consent_id=consent, validate_only=True), having.clients, client.session, str(uuid4()), Response()
    )
    return page(client.reader, "client/withdraw.html", would=would, consent=consent or "")


@router.post("/mine/withdraw")
async def take_back(client: ClientOf, having: PartsOf) -> Response:
    """Needs no reason and always succeeds at once."""
    form = client.reader.form
    wanted = body_of(NewWithdrawal, {"consent_id": form.text("consent") or None})
    done = await withdraw(wanted, having.clients, client.session, form.repeat_key, Response())
    return page(client.reader.at_page("/mine"), "client/withdrawn.html", done=done)


async def _shown(client: Client, having: PartsOf, form: Form, *, status: int = 200) -> Response:
    found = await own_list(having.clients, client.session)
    sees_names = "see-names" in client.session.content.scopes
    return page(client.reader, "client/mine.html", status=status, form=form, found=found, sees_names=sees_names)
