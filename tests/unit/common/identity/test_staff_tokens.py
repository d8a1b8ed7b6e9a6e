"""What an access token must say, and everything that makes it worth nothing."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from services.common.errors import Unauthenticated, Unavailable
from services.common.identity.jwks import KeyCache
from services.common.identity.staff_tokens import StaffTokens
from tests.support.clock import MovableClock
from tests.support.tokens import KeycloakShapedIssuer

PERSON, AGENCY = uuid4(), uuid4()
Claims = dict[str, Any]


def organization(agency: UUID, *roles: str) -> Claims:
    return {"id": str(uuid4()), "agency_id": [str(agency)], "realm_access": {"roles": list(roles)}}


@pytest.fixture
def issuer() -> KeycloakShapedIssuer:
    return KeycloakShapedIssuer()


@pytest.fixture
def tokens(issuer: KeycloakShapedIssuer) -> StaffTokens:
    return issuer.staff_tokens("lotse-consent")


async def test_a_member_of_one_agency_is_that_person_with_the_roles_she_has_there(
    issuer: KeycloakShapedIssuer, tokens: StaffTokens
) -> None:
    staff = await tokens.verify(issuer.token(PERSON, AGENCY, "counsellor", "coordinator"))
    assert (staff.person, staff.agency, staff.roles) == (PERSON, AGENCY, frozenset({"counsellor", "coordinator"}))


async def test_an_operator_has_no_agency(issuer: KeycloakShapedIssuer, tokens: StaffTokens) -> None:
    staff = await tokens.verify(issuer.token(PERSON, None, "operator"))
    assert (staff.agency, staff.roles) == (None, frozenset({"operator"}))


async def test_realm_roles_of_a_member_give_nothing(issuer: KeycloakShapedIssuer, tokens: StaffTokens) -> None:
    token = issuer.token(PERSON, AGENCY, "counsellor", realm_access={"roles": ["operator", "coordinator"]})
    assert (await tokens.verify(token)).roles == {"counsellor"}


WRONG: Mapping[str, Callable[[Claims], Claims]] = {
    "audience of another service only": lambda c: {**c, "aud": ["lotse-directory"]},
    "no audience": lambda c: {**c, "aud": None},
    "another issuer": lambda c: {**c, "iss": "http://127.0.0.1:8480/realms/master"},
    "an ID token": lambda c: {**c, "typ": "ID"},
    "a refresh token": lambda c: {**c, "typ": "Refresh"},
    "no typ": lambda c: {**c, "typ": None},
    "another client": lambda c: {**c, "azp": "account-console"},
    "no azp": lambda c: {**c, "azp": None},
    "no exp": lambda c: {**c, "exp": None},
    "expired": lambda c: {**c, "exp": int(time.time()) - 1},
    "not valid yet": lambda c: {**c, "nbf": int(time.time()) + 60},
    "no subject": lambda c: {**c, "sub": None},
    "a subject that is no UUID": lambda c: {**c, "sub": "admin"},
    "no time of login": lambda c: {**c, "auth_time": None},
    "no Keycloak organization": lambda c: {**c, "organization": None},
    "an empty one": lambda c: {**c, "organization": {}},
    "two of them": lambda c: {
        **c, "organization": {"a": organization(AGENCY, "counsellor"), "b": organization(uuid4(), "counsellor")}
    },
    "only its name": lambda c: {**c, "organization": ["caritas-hannover"]},
    "no id of its own": lambda c: {
        **c, "organization": {"a": {"agency_id": [str(AGENCY)], "realm_access": {"roles": ["counsellor"]}}}
    },
    "no agency": lambda c: {**c, "organization": {"a": {**organization(AGENCY, "counsellor"), "agency_id": []}}},
    "two agencies": lambda c: {
        **c, "organization": {"a": {**organization(AGENCY, "counsellor"), "agency_id": [str(AGENCY), str(uuid4())]}}
    },
    "no roles": lambda c: {**c, "organization": {"a": organization(AGENCY)}},
    "an unknown role": lambda c: {**c, "organization": {"a": organization(AGENCY, "counsellor", "admin")}},
    "the operator's role in an agency": lambda c: {**c, "organization": {"a": organization(AGENCY, "operator")}},
}  # fmt: skip


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
async def test_a_token_is_refused_with(
    change: Callable[[Claims], Claims], issuer: KeycloakShapedIssuer, tokens: StaffTokens
) -> None:
    claims = change(issuer.claims(PERSON, AGENCY, "counsellor"))
    token = issuer.sign({name: value for name, value in claims.items() if value is not None})
    with pytest.raises(Unauthenticated):
        await tokens.verify(token)


async def test_a_token_signed_with_another_key_is_refused(issuer: KeycloakShapedIssuer, tokens: StaffTokens) -> None:
    claims = issuer.claims(PERSON, AGENCY, "counsellor")
    issuer.key = ec.generate_private_key(ec.SECP256R1())
    verifier = KeycloakShapedIssuer().staff_tokens("lotse-consent")
    for one in (tokens, verifier):
        with pytest.raises(Unauthenticated):
            await one.verify(KeycloakShapedIssuer().sign(claims, kid=issuer.kid))


def _part(value: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256"])
async def test_another_algorithm_is_refused(algorithm: str, issuer: KeycloakShapedIssuer, tokens: StaffTokens) -> None:
    claims = issuer.claims(PERSON, AGENCY, "counsellor")
    header = {"alg": algorithm, "kid": issuer.kid, "typ": "JWT"}
    unsigned = f"{_part(header)}.{_part(claims)}."
    forged = jwt.encode(claims, "x" * 64, algorithm="HS256", headers={"kid": issuer.kid})
    for token in (unsigned, forged):
        with pytest.raises(Unauthenticated):
            await tokens.verify(token)


async def test_a_changed_payload_is_refused_also_when_the_original_was_seen(
    issuer: KeycloakShapedIssuer, tokens: StaffTokens
) -> None:
    token = issuer.token(PERSON, AGENCY, "counsellor")
    await tokens.verify(token)
    header, _, signature = token.split(".")
    other = issuer.claims(PERSON, uuid4(), "counsellor")
    with pytest.raises(Unauthenticated):
        await tokens.verify(f"{header}.{_part(other)}.{signature}")


async def test_a_token_that_was_seen_ends_with_its_own_time(issuer: KeycloakShapedIssuer) -> None:
    clock = MovableClock()
    tokens = issuer.staff_tokens("lotse-consent", clock=clock)
    token = issuer.token(PERSON, AGENCY, "counsellor")
    await tokens.verify(token)
    clock.move(timedelta(seconds=301))
    with pytest.raises(Unauthenticated):
        await tokens.verify(token)


async def test_no_more_tokens_are_kept_than_allowed(issuer: KeycloakShapedIssuer) -> None:
    tokens = issuer.staff_tokens("lotse-consent", cache_size=3)
    for _ in range(10):
        await tokens.verify(issuer.token(uuid4(), AGENCY, "counsellor"))
    assert len(tokens._cache) == 3


async def test_keys_that_were_fetched_are_kept_while_the_issuer_is_away(issuer: KeycloakShapedIssuer) -> None:
    answers: list[Mapping[str, Any]] = [{issuer.kid: issuer.key.public_key()}]

    async def fetch() -> Mapping[str, Any]:
        if not answers:
            raise OSError
        return answers.pop()

    keys = KeyCache(fetch, gap_seconds=0, fresh_seconds=0)
    assert await keys.key(issuer.kid) is not None
    assert await keys.key(issuer.kid) is not None
    assert answers == []


async def test_an_issuer_that_is_slow_holds_up_nobody_whose_key_is_known(issuer: KeycloakShapedIssuer) -> None:
    asked = 0

    async def fetch() -> Mapping[str, Any]:
        nonlocal asked
        asked += 1
        if asked > 1:
            await asyncio.sleep(60)
        return {issuer.kid: issuer.key.public_key()}

    keys = KeyCache(fetch, gap_seconds=0, fresh_seconds=0)
    async with asyncio.timeout(1):
        for _ in range(3):
            assert await keys.key(issuer.kid) is not None
            await asyncio.sleep(0)
    assert asked == 2, "old keys are fetched anew, one fetch at a time"


async def test_an_unknown_key_is_asked_for_once_in_a_while_and_not_with_every_token() -> None:
    asked = 0

    async def fetch() -> Mapping[str, Any]:
        nonlocal asked
        asked += 1
        return {"known": object()}

    keys = KeyCache(fetch, gap_seconds=60)
    for _ in range(20):
        assert await keys.key("unknown") is None
    assert asked == 1


async def test_without_any_key_nobody_is_refused_but_asked_to_come_again() -> None:
    async def fetch() -> Mapping[str, Any]:
        raise OSError

    with pytest.raises(Unavailable):
        await KeyCache(fetch).key("any")
