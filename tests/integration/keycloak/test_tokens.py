"""What services make of tokens of a real Keycloak: the right ones name one agency, all others are refused."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from deploy.demo.browser import Browser, LoginRefused
from deploy.keycloak.plan import Membership, Plan
from deploy.keycloak.realm import AUDIENCES, REALM
from services.common.errors import Unauthenticated
from tests.integration.keycloak.realm import PLAN, REDIRECT, Realm

NORD = UUID("11111111-1111-5111-8111-111111111111")
SUED = UUID("22222222-2222-5222-8222-222222222222")
BOTH = "openid organization:*"


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_a_member_of_one_agency_acts_for_it_with_her_roles_there(realm: Realm, audience: str) -> None:
    tokens = await realm.log_in("einfach")
    staff = await realm.verifier(audience).verify(tokens.access)
    assert (staff.agency, staff.roles, staff.acr) == (NORD, frozenset({"counsellor"}), 1)
    assert str(staff.person) == tokens.claims["sub"]
    assert 0 < (staff.expires - staff.auth_time).total_seconds() <= 301


@pytest.mark.parametrize(
    ("alias", "agency", "roles"),
    [("nord", NORD, frozenset({"counsellor"})), ("sued", SUED, frozenset({"coordinator", "data-protection-officer"}))],
)
async def test_a_member_of_two_chooses_and_brings_no_role_of_the_other(
    realm: Realm, alias: str, agency: UUID, roles: frozenset[str]
) -> None:
    staff = await realm.verifier().verify((await realm.log_in("doppelt", alias)).access)
    assert (staff.agency, staff.roles) == (agency, roles)


async def test_an_operator_acts_for_no_agency(realm: Realm) -> None:
    staff = await realm.verifier().verify((await realm.log_in("aufsicht")).access)
    assert (staff.agency, staff.roles) == (None, frozenset({"operator"}))


async def test_a_token_names_nobody(realm: Realm) -> None:
    tokens = await realm.log_in("einfach")
    written = str(tokens.claims)
    assert not [word for word in ("Eva", "Einfach", "einfach", "@", "Beratungsstelle") if word in written]
    assert len(tokens.access) < 1200


@pytest.mark.parametrize(
    ("why", "username", "scope"),
    [
        ("no organization", "allein", "openid organization"),
        ("the scope was not asked for", "einfach", "openid"),
        ("two organizations", "doppelt", BOTH),
        ("an operator who did not ask for organizations is still one", "aufsicht", "openid"),
    ],
)
async def test_anything_but_one_agency_is_refused(realm: Realm, why: str, username: str, scope: str) -> None:
    tokens = await realm.log_in(username, scope=scope)
    if username == "aufsicht":
        assert (await realm.verifier().verify(tokens.access)).roles == {"operator"}, why
        return
    organizations = tokens.claims.get("organization") or {}
    assert len(organizations) == (2 if scope == BOTH else 0), why
    with pytest.raises(Unauthenticated):
        await realm.verifier().verify(tokens.access)


async def test_id_and_refresh_tokens_are_no_access_tokens(realm: Realm) -> None:
    tokens = await realm.log_in("einfach")
    for other in (tokens.id, tokens.refresh):
        with pytest.raises(Unauthenticated):
            await realm.verifier().verify(other)


async def test_a_token_for_others_is_refused(realm: Realm) -> None:
    tokens = await realm.log_in("einfach")
    with pytest.raises(Unauthenticated):
        await realm.verifier("lotse-somebody-else").verify(tokens.access)


async def test_a_token_of_a_client_that_is_not_ours_is_refused(realm: Realm) -> None:
    admin = realm.admin()
    admin.post(
        f"/{REALM}/clients",
        {
            "clientId": "stranger", "publicClient": True, "redirectUris": [REDIRECT], "fullScopeAllowed": False,
            "defaultClientScopes": ["lotse"], "optionalClientScopes": ["organization"],
        },
    )  # fmt: skip
    try:
        tokens = await realm.log_in("einfach", client="stranger")
        assert tokens.claims["azp"] == "stranger"
        with pytest.raises(Unauthenticated):
            await realm.verifier().verify(tokens.access)
    finally:
        (client,) = admin.get(f"/{REALM}/clients?clientId=stranger")
        admin.delete(f"/{REALM}/clients/{client['id']}")


async def test_an_agencys_role_given_in_the_realm_gives_nothing(realm: Realm) -> None:
    admin = realm.admin()
    (user,) = admin.get(f"/{REALM}/users?username=allein&exact=true")
    path = f"/{REALM}/users/{user['id']}/role-mappings/realm"
    role = [admin.get(f"/{REALM}/roles/counsellor")]
    admin.post(path, role)
    try:
        tokens = await realm.log_in("allein")
        assert "counsellor" not in str(tokens.claims)
        with pytest.raises(Unauthenticated):
            await realm.verifier().verify(tokens.access)
    finally:
        admin.delete(path, role)


async def test_a_role_that_was_taken_is_gone_at_the_next_refresh(realm: Realm) -> None:
    tokens = await realm.log_in("verlierend")
    assert (await realm.verifier().verify(tokens.access)).roles == {"counsellor", "coordinator"}
    realm.provision(_plan("verlierend", Membership("nord", frozenset({"counsellor"}))))
    try:
        renewed = await realm.refresh(tokens)
        assert renewed is not None
        assert (await realm.verifier().verify(renewed.access)).roles == {"counsellor"}
    finally:
        realm.provision()


async def test_who_left_an_agency_is_logged_out_and_cannot_come_back_to_it(realm: Realm) -> None:
    tokens = await realm.log_in("gehend", "nord")
    realm.provision(_plan("gehend", Membership("sued", frozenset({"counsellor"}))))
    try:
        assert await realm.refresh(tokens) is None
        staff = await realm.verifier().verify((await realm.log_in("gehend")).access)
        assert (staff.agency, staff.roles) == (SUED, frozenset({"counsellor"}))
    finally:
        realm.provision()


async def test_after_a_clean_switch_only_the_new_agency_is_in_the_token(realm: Realm) -> None:
    async with Browser() as browser:
        before = await realm.log_in("wechsel", "nord", browser=browser)
        await realm.log_out(before)
        after = await realm.log_in("wechsel", "sued", browser=browser)
    staff = await realm.verifier().verify(after.access)
    assert (staff.agency, staff.roles) == (SUED, frozenset({"coordinator"}))
    assert await realm.refresh(before) is None
    renewed = await realm.refresh(after)
    assert renewed is not None
    staff = await realm.verifier().verify(renewed.access)
    assert (staff.agency, staff.roles) == (SUED, frozenset({"coordinator"}))


async def test_a_refresh_token_used_twice_ends_the_login(realm: Realm) -> None:
    first = await realm.log_in("einfach")
    second = await realm.refresh(first)
    assert second is not None
    assert await realm.refresh(first) is None
    assert await realm.refresh(second) is None


async def test_guessing_locks_for_a_while_and_names_nobody_in_the_log(realm: Realm) -> None:
    for _ in range(11):
        with pytest.raises(LoginRefused):
            await realm.log_in("vertippt", password="geraten")
    with pytest.raises(LoginRefused):
        await realm.log_in("vertippt")
    admin = realm.admin()
    (user,) = admin.get(f"/{REALM}/users?username=vertippt&exact=true")
    path = f"/{REALM}/attack-detection/brute-force/users/{user['id']}"
    assert admin.get(path)["disabled"] is True
    admin.delete(path)
    await realm.log_in("vertippt")
    if realm.log is not None:
        # The master realm is Keycloak's own; what a wrong secret of its client leaves there tells of no counsellor.
        lines = [line for line in realm.log.read_text().splitlines() if 'realmName="master"' not in line]
        assert not [word for word in ("vertippt", "geraten", "ipAddress", user["id"]) if word in "\n".join(lines)]


def _plan(username: str, *memberships: Membership) -> Plan:
    people = tuple(
        replace(person, memberships=memberships) if person.username == username else person for person in PLAN.people
    )
    return Plan(PLAN.agencies, people)
