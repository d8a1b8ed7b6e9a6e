"""The language of a page, and choosing it."""

from collections.abc import Collection

from starlette.requests import Request

from gateway.errors import language_of
from gateway.identity import cookies
from gateway.languages import CLIENT_LANGUAGES, LANGUAGES


def offered(request: Request) -> Collection[str]:
    """The languages of this host; that of clients has more."""
    return CLIENT_LANGUAGES if request.scope.get("lotse_side") == "client" else LANGUAGES


def chosen(request: Request) -> str:
    """The language that the reader chose on a page; "" when she chose none."""
    wanted = request.cookies.get(cookies.LANGUAGE, "")
    return wanted if wanted in offered(request) else ""


def language(request: Request) -> str:
    """The language that the reader chose, else the one that her browser asks for."""
    return chosen(request) or language_of(request.headers.get("Accept-Language", ""), offered(request))
