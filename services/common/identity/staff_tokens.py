"""Access tokens of Keycloak, verified in every service: who says so is not the gateway but the signature."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import jwt

from services.common.clock import Clock, SystemClock
from services.common.errors import Unauthenticated
from services.common.identity.jwks import KeyCache
from services.common.identity.principals import Staff

ALGORITHMS = ("ES256",)
AGENCY_ROLES = frozenset({"counsellor", "coordinator", "data-protection-officer", "outreach"})
OPERATOR = "operator"
_REQUIRED = ["exp", "iat", "iss", "aud", "sub", "typ", "azp", "auth_time"]


@dataclass(frozen=True, slots=True)
class StaffTokenRules:
    """What a token must say."""

    issuer: str
    audience: str
    authorized_parties: Sequence[str]


class StaffTokens:
    """Turns an access token into a Staff principal, or raises Unauthenticated without saying which rule it broke.

    Verified tokens are kept, bounded, under the SHA-256 of the whole token until their own `exp`; a longer use than
    that is not possible, so removing a member takes effect within the token's five minutes.
    """

    def __init__(
        self, rules: StaffTokenRules, keys: KeyCache, *, clock: Clock | None = None, cache_size: int = 4096
    ) -> None:
        self._rules = rules
        self._keys = keys
        self._clock = clock or SystemClock()
        self._cache: OrderedDict[bytes, Staff] = OrderedDict()
        self._cache_size = cache_size

    def known(self, token: str) -> Staff | None:
        """The person whose token was verified before, or None; raises Unauthenticated when it is over since."""
        digest = _digest(token)
        known = self._cache.get(digest)
        if known is None:
            return None
        if self._clock.now() < known.expires:
            self._cache.move_to_end(digest)
            return known
        del self._cache[digest]
        raise Unauthenticated

    async def verify(self, token: str) -> Staff:
        """The person; raises Unauthenticated, or Unavailable when no key was ever fetched."""
        known = self.known(token)
        if known is not None:
            return known
        staff = await self._verify(token)
        self._cache[_digest(token)] = staff
        if len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)
        return staff

    async def _verify(self, token: str) -> Staff:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS or not isinstance(header.get("kid"), str):
                raise Unauthenticated
            key = await self._keys.key(header["kid"])
            if key is None:
                raise Unauthenticated
            claims = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._rules.audience,
                issuer=self._rules.issuer,
                options={"require": _REQUIRED, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
            return self._staff(claims, token)
        except (jwt.PyJWTError, AttributeError, KeyError, OverflowError, TypeError, ValueError):
            raise Unauthenticated from None

    def _staff(self, claims: Mapping[str, Any], token: str) -> Staff:
        now = self._clock.now()
        expires = _time(claims["exp"])
        if expires <= now or _time(claims.get("nbf", 0)) > now:
            raise Unauthenticated
        # "Bearer" is an access token; Keycloak's ID and refresh tokens say "ID" and "Refresh".
        if claims["typ"] != "Bearer" or claims["azp"] not in self._rules.authorized_parties:
            raise Unauthenticated
        agency, roles = _membership(claims)
        return Staff(
            person=UUID(claims["sub"]),
            agency=agency,
            roles=roles,
            auth_time=_time(claims["auth_time"]),
            acr=int(claims.get("acr", 0)),
            expires=expires,
            token=token,
        )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _membership(claims: Mapping[str, Any]) -> tuple[UUID | None, frozenset[str]]:
    """Agency and roles. Exactly one Keycloak organization, or none for an operator; realm roles give nothing else."""
    organizations = claims.get("organization")
    if not organizations:
        if OPERATOR in claims.get("realm_access", {}).get("roles", []):
            return None, frozenset({OPERATOR})
        raise Unauthenticated
    if not isinstance(organizations, dict) or len(organizations) != 1:
        raise Unauthenticated
    (organization,) = organizations.values()
    UUID(organization["id"])
    (agency,) = organization["agency_id"]
    roles = frozenset(organization["realm_access"]["roles"])
    if not roles or not roles <= AGENCY_ROLES:
        raise Unauthenticated
    return UUID(agency), roles


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)
