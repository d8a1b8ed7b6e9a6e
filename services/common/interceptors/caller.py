"""Gate one: the process that calls must be on the allow-list of the gRPC service that it calls."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.common.errors import CallerNotAllowed
from services.common.identity.context import use_caller
from services.common.interceptors.around import AroundInterceptor, Context, Proceed, service_of
from services.common.interceptors.record import record


class CallerInterceptor(AroundInterceptor):
    """Compares the name in the client's certificate with the list; an empty list refuses everybody."""

    def __init__(self, callers: Mapping[str, Sequence[str]]) -> None:
        self._callers = {service: frozenset(names) for service, names in callers.items()}

    async def around(self, method: str, request: Any, context: Context, proceed: Proceed, /) -> Any:
        """Refuse, or remember who calls."""
        names = list(context.auth_context().get("x509_subject_alternative_name", []))
        allowed = self._callers.get(service_of(method), frozenset())
        # A certificate of ours bears exactly one name; more would let one process act as another.
        if len(names) != 1 or names[0].decode() not in allowed:
            raise CallerNotAllowed
        record().caller = names[0].decode()
        with use_caller(names[0].decode()):
            return await proceed(request, context)
