"""Gate two: who asks. The token in the metadata is verified here, whatever the calling process says."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import jwt

from services.common.access import AccessRule
from services.common.errors import Unauthenticated
from services.common.identity.client_tokens import TYPE, ClientTokens
from services.common.identity.context import caller, use_principal
from services.common.identity.principals import Client, Principal, Public, Service, Staff
from services.common.identity.staff_tokens import StaffTokens
from services.common.interceptors.around import AroundInterceptor, Context, Proceed
from services.common.interceptors.record import record

METADATA_KEY = "authorization"
_SCHEME = "Bearer "


class PrincipalInterceptor(AroundInterceptor):
    """Makes the principal: staff or client by token; without one service, for background callers, or public."""

    def __init__(
        self,
        rules: Mapping[str, AccessRule],
        staff_tokens: StaffTokens,
        client_tokens: ClientTokens | None,
        acting_for_people: Iterable[str],
    ) -> None:
        """`acting_for_people`: callers that are never a service principal, since they act for whoever comes."""
        self._rules = rules
        self._staff_tokens = staff_tokens
        self._client_tokens = client_tokens
        self._acting_for_people = frozenset(acting_for_people)

    async def around(self, method: str, request: Any, context: Context, proceed: Proceed, /) -> Any:
        """Verify, remember, proceed."""
        principal = await self._principal(method, tuple(context.invocation_metadata() or ()))
        seen = record()
        seen.principal = type(principal).__name__.lower()
        if isinstance(principal, Staff) and principal.agency is not None:
            seen.agency = str(principal.agency)
        with use_principal(principal):
            return await proceed(request, context)

    async def _principal(self, method: str, metadata: Sequence[tuple[str, str | bytes]]) -> Principal:
        given = [value for key, value in metadata if key == METADATA_KEY]
        if not given:
            rule = self._rules.get(method)
            if rule is not None and "service" in rule.kinds and caller() not in self._acting_for_people:
                return Service(caller())
            return Public()
        if len(given) > 1 or not isinstance(given[0], str) or not given[0].startswith(_SCHEME):
            raise Unauthenticated
        return await self._verified(given[0].removeprefix(_SCHEME))

    async def _verified(self, token: str) -> Staff | Client:
        known = self._staff_tokens.known(token)
        if known is not None:
            return known  # before its header is read again, which costs more than all other gates together
        try:
            kind = jwt.get_unverified_header(token).get("typ")
        except jwt.PyJWTError:
            raise Unauthenticated from None
        if kind != TYPE:
            return await self._staff_tokens.verify(token)
        if self._client_tokens is None:
            raise Unauthenticated
        return await self._client_tokens.verify(token)
