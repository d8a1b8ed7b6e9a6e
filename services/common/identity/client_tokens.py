"""Capability tokens of clients: consent issues them with an Ed25519 key, the others verify with its public keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.common.clock import Clock, SystemClock
from services.common.errors import Unauthenticated
from services.common.identity.jwks import KeyCache
from services.common.identity.principals import Client

ALGORITHM = "EdDSA"
TYPE = "lotse-client+jwt"
SCOPES = frozenset({"decide", "see", "withdraw", "see-names"})
_REQUIRED = ["exp", "iat", "iss", "aud", "jti", "case", "scope", "session"]


def client_issuer(installation: str) -> str:
    """`iss` of the client tokens of an installation."""
    return f"lotse-consent/{installation}"


@dataclass(frozen=True, slots=True)
class ClientClaims:
    """What a token will allow."""

    case: UUID
    scopes: frozenset[str]
    session: UUID
    expires: datetime
    referral: UUID | None = None
    draft_revision: int | None = None
    consent_request: UUID | None = None


class ClientTokenIssuer:
    """Signs client tokens; only consent has the key."""

    def __init__(
        self, key: Ed25519PrivateKey, key_id: str, installation: str, audiences: list[str], clock: Clock | None = None
    ) -> None:
        self._key = key
        self._key_id = key_id
        self._issuer = client_issuer(installation)
        self._audiences = audiences
        self._clock = clock or SystemClock()

    def issue(self, claims: ClientClaims) -> str:
        """A signed token with a `jti` of its own."""
        payload = {
            "iss": self._issuer,
            "aud": self._audiences,
            "iat": int(self._clock.now().timestamp()),
            "exp": int(claims.expires.timestamp()),
            "jti": str(uuid4()),
            "case": str(claims.case),
            "scope": sorted(claims.scopes),
            "session": str(claims.session),
            "referral": str(claims.referral) if claims.referral else None,
            "draft_revision": claims.draft_revision,
            "consent_request": str(claims.consent_request) if claims.consent_request else None,
        }
        return jwt.encode(payload, self._key, algorithm=ALGORITHM, headers={"kid": self._key_id, "typ": TYPE})


class ClientTokens:
    """Turns a client token into a Client principal, or raises Unauthenticated without saying which rule it broke."""

    def __init__(self, installation: str, audience: str, keys: KeyCache, *, clock: Clock | None = None) -> None:
        self._issuer = client_issuer(installation)
        self._audience = audience
        self._keys = keys
        self._clock = clock or SystemClock()

    async def verify(self, token: str) -> Client:
        """The client; raises Unauthenticated, or Unavailable when no key was ever fetched."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != ALGORITHM or header.get("typ") != TYPE or not isinstance(header.get("kid"), str):
                raise Unauthenticated
            key = await self._keys.key(header["kid"])
            if key is None:
                raise Unauthenticated
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=self._issuer,
                options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False},
            )
            return self._client(claims, token)
        except (jwt.PyJWTError, AttributeError, KeyError, OverflowError, TypeError, ValueError):
            raise Unauthenticated from None

    def _client(self, claims: Mapping[str, Any], token: str) -> Client:
        expires = datetime.fromtimestamp(int(claims["exp"]), UTC)
        scopes = frozenset(claims["scope"])
        if expires <= self._clock.now() or not scopes or not scopes <= SCOPES:
            raise Unauthenticated
        referral, request = claims.get("referral"), claims.get("consent_request")
        return Client(
            case=UUID(claims["case"]),
            scopes=scopes,
            referral=UUID(referral) if referral else None,
            draft_revision=claims.get("draft_revision"),
            consent_request=UUID(request) if request else None,
            session=UUID(claims["session"]),
            expires=expires,
            token=token,
        )
