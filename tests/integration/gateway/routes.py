"""Every route that is served on each side, read from the routers and not from what is described."""

from __future__ import annotations

import re
from uuid import uuid4

from fastapi.routing import APIRoute

from gateway.api.v1 import client, staff
from gateway.web import client as client_pages
from gateway.web import counsellor

ROUTERS = {
    "staff": [*staff.routers(), *counsellor.routers()],
    "client": [*client.routers(), *client_pages.routers()],
}
SAFE = {"GET", "HEAD", "OPTIONS"}


def routes(side: str, *, safe: bool) -> list[tuple[str, str]]:
    """Method and path of each; what a path names stands in braces."""
    found = [route for router in ROUTERS[side] for route in router.routes if isinstance(route, APIRoute)]
    pairs = {(method, route.path) for route in found for method in route.methods or ()}
    return sorted(pair for pair in pairs if (pair[0] in SAFE) is safe)


def filled(path: str) -> str:
    """The path with names that could be."""
    path = path.replace("{category}", "contact").replace("{name}", "contact").replace("{handle}", "x" * 43)
    path = path.replace("{group}", "contact").replace("{district_code}", "03101").replace("{content_hash}", "a" * 64)
    return re.sub(r"\{\w+_id\}", str(uuid4()), path)
