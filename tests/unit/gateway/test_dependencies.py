"""What stands before a route costs every request, so nothing of it waits for a thread."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIRouter

from gateway.api.v1 import client, staff
from gateway.web import client as client_pages
from gateway.web import counsellor as staff_pages


def routes() -> Iterator[APIRoute]:
    routers: list[APIRouter] = [
        *staff.routers(), *client.routers(), *staff_pages.routers(), *client_pages.routers(),
    ]  # fmt: skip
    yield from (route for router in routers for route in router.routes if isinstance(route, APIRoute))


def calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from calls(inner)


def test_neither_a_route_nor_what_it_asks_for_is_handed_to_a_thread() -> None:
    found = {call for route in routes() for call in calls(route.dependant)}
    threaded = [
        getattr(call, "__qualname__", repr(call))
        for call in found
        if not inspect.iscoroutinefunction(call) and not inspect.isasyncgenfunction(call)
    ]
    assert found
    assert threaded == []
