"""What every call passes on its way in, outermost first; the order is part of the security and asserted at start."""

from collections.abc import Sequence

from services.common.interceptors.access import AccessInterceptor
from services.common.interceptors.access_log import AccessLogInterceptor
from services.common.interceptors.around import AroundInterceptor, Chain
from services.common.interceptors.caller import CallerInterceptor
from services.common.interceptors.deadline import DeadlineInterceptor
from services.common.interceptors.errors import ErrorsInterceptor
from services.common.interceptors.principal import PrincipalInterceptor
from services.common.interceptors.tracing import TracingInterceptor
from services.common.interceptors.validation import ValidationInterceptor

__all__ = [
    "ORDER",
    "AccessInterceptor",
    "AccessLogInterceptor",
    "CallerInterceptor",
    "Chain",
    "DeadlineInterceptor",
    "ErrorsInterceptor",
    "InterceptorOrderError",
    "PrincipalInterceptor",
    "TracingInterceptor",
    "ValidationInterceptor",
    "assert_order",
]

ORDER: tuple[type[AroundInterceptor], ...] = (
    TracingInterceptor,
    AccessLogInterceptor,
    ErrorsInterceptor,
    DeadlineInterceptor,
    CallerInterceptor,
    PrincipalInterceptor,
    AccessInterceptor,
    ValidationInterceptor,
)


class InterceptorOrderError(Exception):
    """The interceptors are not the ones that must be there, in the order that must be."""


def assert_order(interceptors: Sequence[AroundInterceptor]) -> None:
    """Raises InterceptorOrderError unless these are exactly the interceptors of ORDER."""
    found = tuple(type(interceptor) for interceptor in interceptors)
    if found != ORDER:
        names = ", ".join(kind.__name__ for kind in found)
        raise InterceptorOrderError(f"interceptors must stand in the order of ORDER; found: {names}")
