"""The principal of the call that is being handled: interceptors set it, handlers read it, nobody passes it along."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from services.common.errors import PermissionDenied
from services.common.identity.principals import Client, Principal, Service, Staff

_principal: ContextVar[Principal | None] = ContextVar("lotse_principal", default=None)
_credential: ContextVar[str | None] = ContextVar("lotse_credential", default=None)
_caller: ContextVar[str] = ContextVar("lotse_caller", default="")


def principal() -> Principal:
    """Whoever asks; outside of a call nobody, so PermissionDenied."""
    found = _principal.get()
    if found is None:
        raise PermissionDenied
    return found


def staff() -> Staff:
    """The staff principal; PermissionDenied for any other kind."""
    found = principal()
    if not isinstance(found, Staff):
        raise PermissionDenied
    return found


def client() -> Client:
    """The client principal; PermissionDenied for any other kind."""
    found = principal()
    if not isinstance(found, Client):
        raise PermissionDenied
    return found


def service() -> Service:
    """The service principal; PermissionDenied for any other kind."""
    found = principal()
    if not isinstance(found, Service):
        raise PermissionDenied
    return found


def credential() -> str | None:
    """The token to pass on with calls: the one in use, else that of the principal; None for service and public."""
    passed_on = _credential.get()
    if passed_on is not None:
        return passed_on
    found = _principal.get()
    return found.token if isinstance(found, Staff | Client) else None


def caller() -> str:
    """Name in the certificate of the process that calls; "" outside of a call."""
    return _caller.get()


@contextmanager
def use_principal(principal: Principal) -> Iterator[None]:
    """Acts as this principal within the block; for the interceptor and for background work."""
    token = _principal.set(principal)
    try:
        yield
    finally:
        _principal.reset(token)


@contextmanager
def use_credential(token: str | None) -> Iterator[None]:
    """Passes this token on with calls within the block, unverified: for a process that decides nothing by it."""
    reset = _credential.set(token)
    try:
        yield
    finally:
        _credential.reset(reset)


@contextmanager
def use_caller(name: str) -> Iterator[None]:
    """Says who calls within the block; for the interceptor."""
    token = _caller.set(name)
    try:
        yield
    finally:
        _caller.reset(token)
