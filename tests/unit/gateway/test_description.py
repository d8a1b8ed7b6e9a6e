"""The description of the API is whole: every route, its problems, its credentials, the headers it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from gateway.api.violations import known_names
from gateway.app import side_apps

Operation = tuple[str, str, dict[str, Any]]


async def never_ready() -> None:
    """Nothing is served here."""


APPS = side_apps(None, never_ready)
SIDES = sorted(APPS)


def operations(app: FastAPI) -> Iterator[Operation]:
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


ALL = [(side, method, path, operation) for side in SIDES for method, path, operation in operations(APPS[side])]
IDS = [f"{side} {method} {path}" for side, method, path, _ in ALL]


def header_names(operation: dict[str, Any]) -> dict[str, bool]:
    return {each["name"]: each["required"] for each in operation.get("parameters", []) if each["in"] == "header"}


def all_routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """As they are served, read from the routers and not from the description."""
    from gateway.api.v1 import client, staff

    side = client if app is APPS["client"] else staff
    for router in side.routers():
        for route in router.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                for method in route.methods or ():
                    yield method.lower(), route.path


@pytest.mark.parametrize("side", SIDES)
def test_every_route_is_described(side: str) -> None:
    described = {(method, path) for method, path, _ in operations(APPS[side])}
    served = set(all_routes(APPS[side]))
    assert len(served) >= 10
    assert described == served


@pytest.mark.parametrize(("side", "method", "path", "operation"), ALL, ids=IDS)
def test_every_operation_has_words_and_a_problem(side: str, method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    content = operation["responses"]["default"]["content"]
    assert set(content) == {"application/problem+json"}
    assert content["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert content["application/problem+json"]["examples"]
    assert "422" not in operation["responses"]


@pytest.mark.parametrize(("side", "method", "path", "operation"), ALL, ids=IDS)
def test_every_write_says_which_headers_it_needs(side: str, method: str, path: str, operation: dict[str, Any]) -> None:
    headers = header_names(operation)
    if method == "get":
        assert not {"X-CSRF-Token", "Idempotency-Key", "If-Match"} & set(headers)
        return
    if operation["security"]:
        assert "X-CSRF-Token" in headers
    bearer = {"bearer": []} in operation["security"]
    assert headers.get("X-CSRF-Token", True) is not bearer
    assert all(headers[name] for name in {"Idempotency-Key", "If-Match"} & set(headers))


@pytest.mark.parametrize("side", SIDES)
def test_only_the_ways_in_need_no_credential(side: str) -> None:
    without = {(method, path) for method, path, operation in operations(APPS[side]) if not operation["security"]}
    assert without == (
        {("get", "/login"), ("get", "/login/callback")} if side == "staff" else {("post", "/api/v1/session")}
    )


@pytest.mark.parametrize("side", SIDES)
def test_bodies_take_no_unknown_field(side: str) -> None:
    schemas = APPS[side].openapi()["components"]["schemas"]
    assert all(schema.get("additionalProperties") is False for schema in schemas.values() if "properties" in schema)


@pytest.mark.parametrize("side", SIDES)
def test_the_names_that_a_problem_may_say_are_those_described(side: str) -> None:
    names = known_names(APPS[side].openapi())
    assert {"Idempotency-Key", "category"} <= names
    assert "*" not in names
