"""Proof that a write by a session came from our own origin: where it came from, and a token only our pages know."""

import hmac

from starlette.requests import Request

from gateway.errors import CrossSiteRequest

TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105 - the header's name
_SAFE = {"GET", "HEAD", "OPTIONS"}


def check_origin(request: Request, origin: str) -> None:
    """Raises CrossSiteRequest unless the browser says that the request came from this origin, or says nothing at all.

    What says nothing is no browser of today, and still needs the token.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        raise CrossSiteRequest
    given = request.headers.get("Origin")
    if given is not None and given != origin:
        raise CrossSiteRequest


def check_write(request: Request, origin: str, token: str) -> None:
    """Raises CrossSiteRequest for a write without the session's token or from elsewhere; reads pass."""
    if request.method in _SAFE:
        return
    check_origin(request, origin)
    check_token(request.headers.get(TOKEN_HEADER, ""), token)


def check_token(given: str, token: str) -> None:
    """Raises CrossSiteRequest unless this is the token."""
    if not is_token(given, token):
        raise CrossSiteRequest


def is_token(given: str, token: str) -> bool:
    """Whether this is the token; nothing is none."""
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())
