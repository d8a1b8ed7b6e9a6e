"""What page routes ask for: the reader, with proof that what she sent came from our own form."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from gateway.api.v1.dependencies import PartsOf, renewed
from gateway.api.v1.names import names_if_there
from gateway.errors import FormOutdated, SessionEnded
from gateway.identity import cookies, csrf
from gateway.identity.sessions import ClientSession
from gateway.web.forms import Form
from gateway.web.language import chosen, language
from gateway.web.rendering import Reader
from services.common.identity.context import use_credential


@dataclass(frozen=True, slots=True)
class Client:
    """A client and her session."""

    reader: Reader
    session: ClientSession


async def visitor(request: Request, having: PartsOf) -> Reader:
    """Somebody without a session. What she sends must come from our own pages."""
    form = await _form(request)
    if request.method == "POST":
        csrf.check_origin(request, origin_of(request, having))
        csrf.check_token(form.csrf, request.cookies.get(cookies.FORM, ""))
    token = request.cookies.get(cookies.FORM) or secrets.token_urlsafe(24)
    return Reader(language(request), token, form=form, at=request.url.path)


def remember_form(response: Response, reader: Reader) -> None:
    """Give the browser what proves the forms of this page."""
    cookies.set_cookie(response, cookies.FORM, reader.csrf)


async def staff_reader(request: Request, having: PartsOf) -> AsyncIterator[Reader]:
    """A person who is logged in; calls within the request bear her token. Raises SessionEnded, FormOutdated."""
    form = await _form(request)
    cookie = request.cookies.get(cookies.STAFF)
    if cookie is None:
        raise SessionEnded
    session = await having.sessions.staff(cookie)
    _check(request, having.settings.staff_origin, form, session.csrf)
    agency_id, roles = session.membership
    with use_credential(session.access_token):
        names = await names_if_there(having.clients, [agency_id])
        yield Reader(
            language(request),
            session.csrf,
            session.id,
            agency_id,
            names[agency_id],
            roles,
            form,
            request.url.path,
        )


async def ending_staff(request: Request, having: PartsOf) -> Reader:
    """A person who is leaving: it takes neither a token that lasts nor Keycloak to give one."""
    form = await _form(request)
    cookie = request.cookies.get(cookies.STAFF)
    if cookie is None:
        raise SessionEnded
    session = await having.sessions.staff_as_it_stands(cookie)
    _check(request, having.settings.staff_origin, form, session.csrf)
    return Reader(language(request), session.csrf, session.id, session.agency_id, form=form, at="/")


async def client_reader(request: Request, having: PartsOf) -> AsyncIterator[Client]:
    """A client with a session; calls within the request bear her token. Raises SessionEnded, FormOutdated."""
    form = await _form(request)
    cookie = request.cookies.get(cookies.CLIENT)
    if cookie is None:
        raise SessionEnded
    session = await having.sessions.client(cookie)
    _check(request, having.settings.client_origin, form, session.content.csrf)
    session = await renewed(having, session)
    content = session.content
    at = request.url.path
    reader = Reader(language(request), content.csrf, form=form, at=at, has_chosen=bool(chosen(request)))
    with use_credential(content.token):
        yield Client(reader.asked_in(content.text_language, content.text_variety), session)


async def _form(request: Request) -> Form:
    """What was sent; kept with the request, so that a page of refusal can give it back."""
    request.state.form = await Form.of(request) if request.method == "POST" else Form()
    form: Form = request.state.form
    return form


def _check(request: Request, origin: str, form: Form, token: str) -> None:
    if request.method != "POST":
        return
    csrf.check_origin(request, origin)
    request.state.csrf = token
    if not csrf.is_token(form.csrf, token):
        raise FormOutdated


def origin_of(request: Request, having: PartsOf) -> str:
    """The origin of the host that was asked."""
    side = request.scope["lotse_side"]
    return having.settings.staff_origin if side == "staff" else having.settings.client_origin


VisitorOf = Annotated[Reader, Depends(visitor)]
StaffOf = Annotated[Reader, Depends(staff_reader)]
ClientOf = Annotated[Client, Depends(client_reader)]
