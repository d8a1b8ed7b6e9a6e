"""Gate three: may this principal call this RPC at all? Gate four, the object, is the servicer's."""

from collections.abc import Mapping
from typing import Any

from services.common.access import AccessRule, with_usable_roles
from services.common.clock import Clock
from services.common.errors import PermissionDenied
from services.common.identity.context import principal, use_principal
from services.common.identity.principals import Staff
from services.common.interceptors.around import AroundInterceptor, Context, Proceed


class AccessInterceptor(AroundInterceptor):
    """Applies the rule of the RPC; one without a rule is refused. Roles that the login is too weak for end here."""

    def __init__(self, rules: Mapping[str, AccessRule], clock: Clock, *, production: bool) -> None:
        self._rules = rules
        self._clock = clock
        self._production = production

    async def around(self, method: str, request: Any, context: Context, proceed: Proceed, /) -> Any:
        """Refuse or proceed."""
        rule = self._rules.get(method)
        if rule is None:
            raise PermissionDenied
        who = principal()
        rule.check(who, clock=self._clock, production=self._production)
        if isinstance(who, Staff):
            # Handlers ask for roles too, so one that does not count must not reach them.
            with use_principal(with_usable_roles(who, production=self._production)):
                return await proceed(request, context)
        return await proceed(request, context)
