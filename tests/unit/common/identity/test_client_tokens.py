"""What a client's token must say, and everything that makes it worth nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.common.errors import Unauthenticated
from services.common.identity.client_tokens import TYPE, ClientClaims, ClientTokenIssuer, ClientTokens
from services.common.identity.jwks import KeyCache
from tests.support.clock import MovableClock
from tests.support.tokens import KeycloakShapedIssuer

CASE, SESSION, REFERRAL = uuid4(), uuid4(), uuid4()
AUDIENCES = ["lotse-consent", "lotse-referrals"]
Claims = dict[str, Any]


class Issuer:
    """Consent's key, and tokens of it that say what a test wants."""

    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.clock = MovableClock()

    def token(self, *scopes: str, key: Ed25519PrivateKey | None = None) -> str:
        claims = ClientClaims(
            case=CASE,
            scopes=frozenset(scopes or {"decide"}),
            session=SESSION,
            expires=self.clock.now() + timedelta(minutes=10),
            referral=REFERRAL,
            draft_revision=3,
        )
        return ClientTokenIssuer(key or self.key, "k1", "test", AUDIENCES, self.clock).issue(claims)

    def changed(self, change: Callable[[Claims], Claims], **header: Any) -> str:
        claims = change(jwt.decode(self.token(), options={"verify_signature": False}))
        given = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(given, self.key, algorithm="EdDSA", headers={"kid": "k1", "typ": TYPE, **header})

    def tokens(self, audience: str = "lotse-referrals", installation: str = "test") -> ClientTokens:
        async def fetch() -> Mapping[str, Any]:
            return {"k1": self.key.public_key()}

        return ClientTokens(installation, audience, KeyCache(fetch), clock=self.clock)


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_a_token_says_case_session_and_what_is_allowed(audience: str, issuer: Issuer) -> None:
    client = await issuer.tokens(audience).verify(issuer.token("see", "withdraw"))
    assert (client.case, client.session, client.scopes) == (CASE, SESSION, frozenset({"see", "withdraw"}))
    assert (client.referral, client.draft_revision) == (REFERRAL, 3)


async def test_an_unchanged_token_is_taken(issuer: Issuer) -> None:
    assert (await issuer.tokens().verify(issuer.changed(lambda claims: claims))).case == CASE


WRONG: Mapping[str, Callable[[Claims], Claims]] = {
    "audience of another service only": lambda c: {**c, "aud": ["lotse-consent"]},
    "no audience": lambda c: {**c, "aud": None},
    "the issuer of staff": lambda c: {**c, "iss": "http://127.0.0.1:8480/realms/lotse"},
    "the issuer of another installation": lambda c: {**c, "iss": "lotse-consent/other"},
    "no issuer": lambda c: {**c, "iss": None},
    "no exp": lambda c: {**c, "exp": None},
    "expired": lambda c: {**c, "exp": c["iat"]},
    "a time that is none": lambda c: {**c, "exp": 10**30},
    "no time of issue": lambda c: {**c, "iat": None},
    "no id of its own": lambda c: {**c, "jti": None},
    "no case": lambda c: {**c, "case": None},
    "a case that is no UUID": lambda c: {**c, "case": "all"},
    "no session": lambda c: {**c, "session": None},
    "no scope": lambda c: {**c, "scope": None},
    "an empty scope": lambda c: {**c, "scope": []},
    "an unknown scope": lambda c: {**c, "scope": ["decide", "everything"]},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
async def test_a_token_is_refused_with(change: Callable[[Claims], Claims], issuer: Issuer) -> None:
    with pytest.raises(Unauthenticated):
        await issuer.tokens().verify(issuer.changed(change))


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": None}, {"kid": "k2"}])
async def test_a_token_with_another_header_is_refused(header: Claims, issuer: Issuer) -> None:
    with pytest.raises(Unauthenticated):
        await issuer.tokens().verify(issuer.changed(lambda claims: claims, **header))


async def test_a_token_signed_with_another_key_is_refused(issuer: Issuer) -> None:
    with pytest.raises(Unauthenticated):
        await issuer.tokens().verify(issuer.token(key=Ed25519PrivateKey.generate()))


def _part(value: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES256"])
async def test_another_algorithm_is_refused(algorithm: str, issuer: Issuer) -> None:
    _, payload, signature = issuer.token().split(".")
    header = _part({"alg": algorithm, "kid": "k1", "typ": TYPE})
    for token in (f"{header}.{payload}.", f"{header}.{payload}.{signature}"):
        with pytest.raises(Unauthenticated):
            await issuer.tokens().verify(token)


async def test_a_token_of_staff_is_not_one_of_a_client(issuer: Issuer) -> None:
    staff = KeycloakShapedIssuer()
    with pytest.raises(Unauthenticated):
        await issuer.tokens().verify(staff.token(uuid4(), uuid4(), "counsellor"))
    with pytest.raises(Unauthenticated):
        await staff.staff_tokens("lotse-consent").verify(issuer.token())


async def test_a_token_ends_with_its_own_time(issuer: Issuer) -> None:
    tokens, token = issuer.tokens(), issuer.token()
    await tokens.verify(token)
    issuer.clock.move(timedelta(minutes=10))
    with pytest.raises(Unauthenticated):
        await tokens.verify(token)


async def test_a_token_of_another_installation_is_refused(issuer: Issuer) -> None:
    with pytest.raises(Unauthenticated):
        await issuer.tokens(installation="other").verify(issuer.token())
