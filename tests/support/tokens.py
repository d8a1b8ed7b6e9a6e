"""An issuer that signs access tokens of the shape that Keycloak 26.7 gives, for tiers without Keycloak."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from services.common.identity.jwks import KeyCache
from services.common.identity.staff_tokens import StaffTokenRules, StaffTokens

ISSUER = "http://127.0.0.1:8480/realms/lotse"
AUDIENCES = ["lotse-directory", "lotse-consent", "lotse-referrals"]


class KeycloakShapedIssuer:
    """Signs with one ES256 key; what a test wants otherwise it says by name."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.kid = str(uuid4())

    def claims(self, person: UUID, agency: UUID | None, *roles: str, **changes: Any) -> dict[str, Any]:
        """Claims of a member of an agency, or of an operator without one; a change to None removes the claim."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "exp": now + 300,
            "iat": now,
            "auth_time": now,
            "jti": str(uuid4()),
            "iss": ISSUER,
            "aud": AUDIENCES,
            "sub": str(person),
            "typ": "Bearer",
            "azp": "lotse-gateway",
            "sid": str(uuid4()),
            "acr": "1",
            "scope": "openid organization",
        }
        if agency is None:
            claims["realm_access"] = {"roles": list(roles)}
        else:
            claims["organization"] = {
                f"agency-{agency.hex[:8]}": {
                    "id": str(uuid4()),
                    "agency_id": [str(agency)],
                    "groups": [f"/{role}" for role in roles],
                    "realm_access": {"roles": list(roles)},
                }
            }
        claims.update(changes)
        return {name: value for name, value in claims.items() if value is not None}

    def sign(self, claims: Mapping[str, Any], **header: Any) -> str:
        headers = {"kid": self.kid, "typ": "JWT", **header}
        return jwt.encode(dict(claims), self.key, algorithm="ES256", headers=headers)

    def token(self, person: UUID, agency: UUID | None, *roles: str, **changes: Any) -> str:
        return self.sign(self.claims(person, agency, *roles, **changes))

    def jwks(self) -> dict[str, Any]:
        """Its public key as Keycloak gives it by HTTP."""
        key = json.loads(ECAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**key, "kid": self.kid, "use": "sig", "alg": "ES256"}]}

    def keys(self) -> KeyCache:
        async def fetch() -> Mapping[str, Any]:
            return {self.kid: self.key.public_key()}

        return KeyCache(fetch)

    def staff_tokens(self, audience: str, **options: Any) -> StaffTokens:
        """The verifier that a service of this audience has, with the keys of this issuer."""
        rules = StaffTokenRules(ISSUER, audience, ["lotse-gateway", "lotse-api"])
        return StaffTokens(rules, self.keys(), **options)
