"""Cookies: an opaque id for each side and for a login under way, the language chosen, a token for forms."""

from starlette.responses import Response

STAFF = "__Host-lotse"
CLIENT = "__Host-session"  # says nothing of what it is for
LOGIN = "__Host-lotse-login"
LANGUAGE = "__Host-language"
FORM = "__Host-form"  # proves the forms of whoever has no session yet


def set_cookie(response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Only for this host, only over a safe connection, out of reach of scripts; gone with the browser by default."""
    response.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def clear_cookie(response: Response, name: str) -> None:
    """Take it back."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
