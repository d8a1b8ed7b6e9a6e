"""How an error is answered: as a page where somebody reads it, else as a problem (RFC 9457)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from gateway.errors import problem
from gateway.http.hosts import header
from gateway.web.problems import problem_page
from services.common.errors import LotseError


def refusal(error: LotseError, scope: Scope) -> Response:
    """The answer for an error, whatever raised it."""
    if is_for_a_reader(scope):
        return problem_page(error, Request(scope))
    return problem(error, header(scope, b"accept-language"))


def is_for_a_reader(scope: Scope) -> bool:
    """Whether a browser asked for a page."""
    return not scope["path"].startswith(("/api/", "/hsds")) and "text/html" in header(scope, b"accept")
