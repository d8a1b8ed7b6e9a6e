"""The OpenAPI description of one side: what FastAPI reads from the routes, and what holds for all of them."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from gateway.errors import problem_body
from gateway.field_rules import NOT_IN_VOCABULARY
from gateway.identity import cookies, csrf
from services.common.errors import FieldViolation, InvalidArgument, LotseError, NotFound, StaleEtag

_UNSAFE = {"post", "put", "patch", "delete"}
_WITHOUT_CREDENTIAL = {
    "staff": {("get", "/login"), ("get", "/login/callback")},
    "client": {("post", "/api/v1/session")},
}
_SESSION_ONLY = {("get", "/api/v1/session"), ("post", "/api/v1/logout"), ("post", "/api/v1/switch-agency")}
_NEEDED = {"idempotency-key": "Idempotency-Key", "if-match": "If-Match"}
_HEADER_WORDS = {
    "Idempotency-Key": "A UUID of your own. Sent again it asks for the same again: nothing happens twice.",
    "If-Match": "The ETag that was read before; 412 when somebody else was faster, 428 when it is missing.",
}
_HEADER_SCHEMAS = {"Idempotency-Key": {"type": "string", "format": "uuid"}, "If-Match": {"type": "string"}}
_ABOUT = {
    "staff": "Every step of a handover for staff, by the session of a browser or by a bearer token of Keycloak.",
    "client": "What a client does: open the question, answer it, come back with her pass, see her list, take back.",
}


_MADE: dict[str, dict[str, Any]] = {}
"""By side. It takes a second or two, and every application of a side has the same routes."""


def describe(app: FastAPI, side: str) -> Callable[[], dict[str, Any]]:
    """What `app.openapi` is to be: made once in a process, at the first question; nobody may change it."""

    def openapi() -> dict[str, Any]:
        if side not in _MADE:
            made = get_openapi(
                title=app.title, version=app.version, description=_ABOUT[side], routes=app.routes, tags=[]
            )
            made["components"]["securitySchemes"] = _schemes(side)
            for path, operations in made["paths"].items():
                for method, operation in operations.items():
                    _complete(operation, method, path, side)
            _MADE[side] = made
        return _MADE[side]

    return openapi


def _schemes(side: str) -> dict[str, Any]:
    session = {"type": "apiKey", "in": "cookie", "name": cookies.STAFF if side == "staff" else cookies.CLIENT}
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token of Keycloak."}
    return {"session": session} | ({"bearer": bearer} if side == "staff" else {})


def _complete(operation: dict[str, Any], method: str, path: str, side: str) -> None:
    operation["responses"]["default"] = {
        "description": "A problem (RFC 9457); docs/errors.md lists every reason.",
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {error.reason: {"value": problem_body(error, "en")} for error in _examples()},
            }
        },
    }
    parameters: list[dict[str, Any]] = operation.setdefault("parameters", [])
    for parameter in parameters:
        if parameter["in"] == "header" and parameter["name"] in _NEEDED:
            parameter["name"] = _NEEDED[parameter["name"]]
            parameter["required"] = True
            parameter["description"] = _HEADER_WORDS[parameter["name"]]
            parameter["schema"] = _HEADER_SCHEMAS[parameter["name"]]
    if (method, path) in _WITHOUT_CREDENTIAL[side]:
        operation["security"] = []
        return
    only_session = side == "client" or (method, path) in _SESSION_ONLY
    operation["security"] = [{"session": []}] if only_session else [{"session": []}, {"bearer": []}]
    if method in _UNSAFE:
        parameters.append(
            {
                "name": csrf.TOKEN_HEADER,
                "in": "header",
                "required": only_session,
                "description": "csrf_token of GET /api/v1/session; needed with a session, not with a bearer token.",
                "schema": {"type": "string"},
            }
        )


def _examples() -> list[LotseError]:
    violation = FieldViolation("categories[0]", NOT_IN_VOCABULARY)
    return [NotFound(), StaleEtag(), InvalidArgument(violations=[violation])]
