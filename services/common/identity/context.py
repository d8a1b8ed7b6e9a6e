"""The principal of the call that is being handled: interceptors set it, handlers read it, nobody passes it along."""

from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Generic, TypeVar

from services.common.errors import PermissionDenied
from services.common.identity.principals import Client, Principal, Service, Staff

_Value = TypeVar("_Value")

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


class _Bound(Generic[_Value]):
    """A value of a context variable within a block; a generator would cost each call several times as much."""

    __slots__ = ("_token", "_value", "_variable")

    def __init__(self, variable: ContextVar[_Value], value: _Value) -> None:
        self._variable = variable
        self._value = value

    def __enter__(self) -> None:
        self._token = self._variable.set(self._value)

    def __exit__(self, *error: object) -> None:
        self._variable.reset(self._token)


def use_principal(principal: Principal) -> AbstractContextManager[None]:
    """Acts as this principal within the block; for the interceptor and for background work."""
    return _Bound(_principal, principal)


def use_credential(token: str | None) -> AbstractContextManager[None]:
    """Passes this token on with calls within the block, unverified: for a process that decides nothing by it."""
    return _Bound(_credential, token)


def use_caller(name: str) -> AbstractContextManager[None]:
    """Says who calls within the block; for the interceptor."""
    return _Bound(_caller, name)
