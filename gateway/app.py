"""The two applications of the gateway, staff and clients, and everything that stands before them."""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.api.description import describe
from gateway.api.v1 import client, staff
from gateway.api.v1.dependencies import Parts
from gateway.api.v1.schemas import Problem
from gateway.api.violations import known_names, violations
from gateway.errors import MethodNotAllowed
from gateway.hsds.door import OpenDoor
from gateway.hsds.routes import router as hsds
from gateway.http.headers import SecurityHeaders
from gateway.http.hosts import Hosts, Sides, origin_of
from gateway.http.limits import BodyLimit, Crowd, OnlyExpected, PlainPaths
from gateway.http.log import RequestLog
from gateway.http.refusal import refusal
from gateway.settings import GatewaySettings
from gateway.web import assets
from gateway.web import client as client_pages
from gateway.web import counsellor as staff_pages
from services.common.errors import InvalidArgument, LotseError, NotFound, Unavailable
from services.common.interceptors.errors import incident

Readiness = Callable[[], Awaitable[None]]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {"model": Problem, "description": "A problem (RFC 9457).", "content": {"application/problem+json": {}}}
}


def build_app(settings: GatewaySettings, parts: Parts | None, ready: Readiness) -> ASGIApp:
    """The whole gateway as one ASGI application. Without parts only its description can be asked for."""
    sides = side_apps(parts, ready)

    async def of_side(scope: Scope, receive: Receive, send: Send) -> None:
        await sides[scope["lotse_side"]](scope, receive, send)

    # A body is read before a place is taken: whoever sends slowly keeps none from those who only ask.
    crowded = Crowd(OnlyExpected(of_side), settings.requests_at_once, settings.requests_waiting)
    limited = BodyLimit(crowded, settings.body_bytes, settings.body_seconds, settings.bodies_bytes)
    opened = OpenDoor(PlainPaths(limited), settings.hsds_requests_per_minute)
    return _outermost(settings, Hosts(opened, settings))


def refusing(settings: GatewaySettings, error: LotseError) -> ASGIApp:
    """Answers this error to whatever comes, as all answers are given, and ends the connection."""
    sides = Sides(settings)

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        scope["lotse_side"] = sides.of(scope)
        answer = refusal(error, scope)
        answer.headers["Connection"] = "close"
        await answer(scope, receive, send)

    return _outermost(settings, refuse)


def _outermost(settings: GatewaySettings, app: ASGIApp) -> ASGIApp:
    https = settings.staff_origin.startswith("https://")
    led_to = [
        origin_of(settings.issuer),
        origin_of(settings.exit_address),
        settings.client_origin,
        settings.staff_origin,
    ]
    return SecurityHeaders(RequestLog(app), https=https, led_to=led_to)


def side_apps(parts: Parts | None, ready: Readiness) -> dict[str, FastAPI]:
    """The application of each side, with its own description and no other side's routes."""
    return {
        "staff": _app("staff", "Lotsennetz for staff", parts, ready),
        "client": _app("client", "Lotsennetz for clients", parts, ready),
    }


@cache
def _routes(side: str) -> list[BaseRoute]:
    """What a side serves, by whichever application: FastAPI works out what each route needs once and keeps it there."""
    of_staff = [*staff.routers(), *staff_pages.routers(), hsds]
    of_clients = [*client.routers(), *client_pages.routers()]
    all_of_it = APIRouter(responses=_PROBLEMS)
    for router in (assets.router, *(of_staff if side == "staff" else of_clients)):
        all_of_it.include_router(router)
    return all_of_it.routes


def _app(side: str, title: str, parts: Parts | None, ready: Readiness) -> FastAPI:
    app = FastAPI(
        routes=[*_routes(side)],
        title=title,
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.parts = parts
    app.openapi = describe(app, side)  # type: ignore[method-assign]
    app.include_router(_health(ready))
    app.exception_handler(LotseError)(_typed)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(Exception)(_unknown)
    return app


def _health(ready: Readiness) -> APIRouter:
    router = APIRouter(tags=["health"], include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> Response:
        try:
            await ready()
        except (LotseError, TimeoutError):
            return JSONResponse({"status": "not ready"}, 503)
        return JSONResponse({"status": "ready"})

    return router


def _problem(error: LotseError, request: Request) -> Response:
    return refusal(error, request.scope)


async def _typed(request: Request, error: Exception) -> Response:
    return _problem(error if isinstance(error, LotseError) else Unavailable(), request)


async def _invalid(request: Request, error: Exception) -> Response:
    """FastAPI would echo what was sent; a problem names the fields and the rules."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    known = known_names(request.app.openapi())
    return _problem(InvalidArgument(violations=violations(found, known)), request)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    kinds: dict[int, LotseError] = {404: NotFound(), 405: MethodNotAllowed()}
    answer = _problem(kinds.get(status, InvalidArgument()), request)
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)  # Allow, with a method that the path does not have
    return answer


async def _unknown(request: Request, error: Exception) -> Response:
    return _problem(incident(error), request)
