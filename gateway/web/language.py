"""The language of a page, and choosing it."""

from starlette.requests import Request

from gateway.errors import LANGUAGES, language_of
from gateway.identity import cookies


def language(request: Request) -> str:
    """The language that the reader chose, else the one that her browser asks for."""
    chosen = request.cookies.get(cookies.LANGUAGE, "")
    return chosen if chosen in LANGUAGES else language_of(request.headers.get("Accept-Language", ""))
