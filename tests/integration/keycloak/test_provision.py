"""`lotse provision` on a real Keycloak: makes what is missing, mends what was changed, leaves what is right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from requests import Response

from deploy.demo.browser import LoginRefused
from deploy.keycloak.admin import Admin, Json, ProvisionError
from deploy.keycloak.plan import Membership, Person, Plan
from deploy.keycloak.realm import API_CLIENT, GATEWAY_CLIENT, REALM
from tests.integration.keycloak.realm import PASSWORD, PLAN, Realm

GIVEN_AGAIN = f"client {GATEWAY_CLIENT}: scope service_account taken"
"""Keycloak gives this scope to a client with an account each time the client is changed; it would name addresses."""


def test_second_run_changes_nothing(realm: Realm) -> None:
    realm.provision()
    again = realm.provision()
    assert (again.created, again.changed) == ([], [])
    assert again.unchanged > 50


def test_realm_is_as_the_design_says(realm: Realm) -> None:
    settings = realm.admin().get(f"/{REALM}")
    expected = {
        "organizationsEnabled": True, "accessTokenLifespan": 300, "revokeRefreshToken": True,
        "refreshTokenMaxReuse": 0, "bruteForceProtected": True, "permanentLockout": False,
        "defaultSignatureAlgorithm": "ES256", "registrationAllowed": False, "eventsListeners": [],
    }  # fmt: skip
    assert {name: settings[name] for name in expected} == expected
    assert set(settings["supportedLocales"]) == {"de", "en"}


@pytest.mark.parametrize("name", [GATEWAY_CLIENT, API_CLIENT])
def test_clients_have_no_more_than_they_need(realm: Realm, name: str) -> None:
    admin = realm.admin()
    client = _client(realm, name)
    assert client["fullScopeAllowed"] is False
    assert client["attributes"]["pkce.code.challenge.method"] == "S256"
    assert not any(client[flow] for flow in ("directAccessGrantsEnabled", "implicitFlowEnabled"))
    assert client["serviceAccountsEnabled"] is (name == GATEWAY_CLIENT)
    path = f"/{REALM}/clients/{client['id']}"
    assert [scope["name"] for scope in admin.get(f"{path}/default-client-scopes")] == ["lotse"]
    assert [scope["name"] for scope in admin.get(f"{path}/optional-client-scopes")] == ["organization"]
    assert [role["name"] for role in admin.get(f"{path}/scope-mappings/realm")] == ["operator"]


def test_settings_that_somebody_changed_are_put_right_and_named(realm: Realm) -> None:
    admin = realm.admin()
    admin.put(f"/{REALM}", {"realm": REALM, "accessTokenLifespan": 86400, "bruteForceProtected": False})
    client = _client(realm, GATEWAY_CLIENT)
    admin.put(f"/{REALM}/clients/{client['id']}", {**client, "fullScopeAllowed": True})
    scopes = {scope["name"]: scope["id"] for scope in admin.get(f"/{REALM}/client-scopes")}
    admin.put(f"/{REALM}/clients/{client['id']}/default-client-scopes/{scopes['profile']}")
    counsellor = admin.get(f"/{REALM}/roles/counsellor")
    admin.post(f"/{REALM}/clients/{client['id']}/scope-mappings/realm", [counsellor])
    admin.post(f"/{REALM}/client-scopes/{scopes['lotse']}/scope-mappings/realm", [counsellor])

    mended = realm.provision()

    assert mended.created == []
    assert sorted(mended.changed) == sorted([
        "realm", "scope lotse: roles taken", f"client {GATEWAY_CLIENT}", GIVEN_AGAIN,
        f"client {GATEWAY_CLIENT}: scope profile taken", "scope mapping: others taken",
    ])  # fmt: skip
    assert admin.get(f"/{REALM}")["accessTokenLifespan"] == 300
    assert realm.provision().changed == []


def test_a_claim_name_on_the_group_mapper_is_taken_away_since_roles_would_vanish(realm: Realm) -> None:
    admin = realm.admin()
    scope = next(entry for entry in admin.get(f"/{REALM}/client-scopes") if entry["name"] == "organization")
    path = f"/{REALM}/client-scopes/{scope['id']}/protocol-mappers/models"
    mapper = next(each for each in admin.get(path) if each["protocolMapper"].endswith("group-membership-mapper"))
    wrong = {**mapper, "config": {**mapper["config"], "claim.name": "organization", "multivalued": "true"}}
    admin.put(f"{path}/{mapper['id']}", wrong)

    realm.provision()

    (after,) = [each for each in admin.get(path) if each["id"] == mapper["id"]]
    assert not {"claim.name", "multivalued"} & set(after["config"])
    assert realm.provision().changed == []


def test_what_gives_a_role_beside_the_plan_is_taken(realm: Realm) -> None:
    admin = realm.admin()
    operator, coordinator = (admin.get(f"/{REALM}/roles/{name}") for name in ("operator", "coordinator"))
    admin.post(f"/{REALM}/roles/counsellor/composites", [operator])
    admin.post(f"/{REALM}/roles/default-roles-{REALM}/composites", [operator])
    (organization,) = admin.get(f"/{REALM}/organizations?search=nord&exact=false")
    groups = f"/{REALM}/organizations/{organization['id']}/groups"
    counsellors = next(group["id"] for group in admin.get(groups) if group["name"] == "counsellor")
    admin.post(f"{groups}/{counsellors}/role-mappings/realm", [coordinator])
    beside = admin.post(groups, {"name": "beside"}) or _group(realm, groups, "beside")
    admin.post(f"{groups}/{beside}/role-mappings/realm", [coordinator])
    (person,) = admin.get(f"/{REALM}/users?username=einfach&exact=true")
    admin.post(f"/{REALM}/users/{person['id']}/role-mappings/realm", [operator, coordinator])

    mended = realm.provision()

    assert mended.created == []
    assert mended.changed == [
        "role counsellor: roles within taken", "roles of everybody taken",
        "group nord/counsellor: other roles taken", "group nord/beside: roles taken", "person: realm roles taken",
    ]  # fmt: skip
    assert [role["name"] for role in admin.get(f"{groups}/{counsellors}/role-mappings/realm")] == ["counsellor"]
    assert realm.provision().changed == []
    admin.delete(f"{groups}/{beside}")


def test_what_puts_something_else_into_tokens_is_taken(realm: Realm) -> None:
    admin = realm.admin()
    scopes = {scope["name"]: scope["id"] for scope in admin.get(f"/{REALM}/client-scopes")}
    client = _client(realm, API_CLIENT)
    owners = [f"/{REALM}/client-scopes/{scopes[name]}" for name in ("lotse", "organization")]
    owners.append(f"/{REALM}/clients/{client['id']}")
    surplus = {
        "name": "planted", "protocol": "openid-connect", "protocolMapper": "oidc-hardcoded-role-mapper",
        "config": {"role": "operator"},
    }  # fmt: skip
    for owner in owners:
        admin.post(f"{owner}/protocol-mappers/models", surplus)
    counsellor = admin.get(f"/{REALM}/roles/counsellor")
    admin.post(f"/{REALM}/client-scopes/{scopes['organization']}/scope-mappings/realm", [counsellor])

    mended = realm.provision()

    assert mended.created == []
    assert mended.changed == [
        "scope lotse: mapper planted taken", "scope organization: mapper planted taken",
        "scope organization: roles taken", f"client {API_CLIENT}: mapper planted taken",
    ]  # fmt: skip
    assert realm.provision().changed == []


def test_a_mapper_of_our_name_and_another_kind_is_replaced(realm: Realm) -> None:
    admin = realm.admin()
    scope = next(entry for entry in admin.get(f"/{REALM}/client-scopes") if entry["name"] == "lotse")
    path = f"/{REALM}/client-scopes/{scope['id']}/protocol-mappers/models"
    (ours,) = [each for each in admin.get(path) if each["name"] == "subject"]
    admin.delete(f"{path}/{ours['id']}")
    other = {"name": "subject", "protocol": "openid-connect", "protocolMapper": "oidc-acr-mapper", "config": {}}
    admin.post(path, other)

    assert realm.provision().created == ["mapper subject"]

    (ours,) = [each for each in admin.get(path) if each["name"] == "subject"]
    assert ours["protocolMapper"] == "oidc-sub-mapper"


@pytest.mark.parametrize("name", [GATEWAY_CLIENT, API_CLIENT])
def test_a_client_whose_tokens_last_longer_is_put_right(realm: Realm, name: str) -> None:
    admin = realm.admin()
    client = _client(realm, name)
    wrong = {"access.token.lifespan": "86400", "standard.token.exchange.enabled": "true"}
    changed = {**client, "enabled": False, "frontchannelLogout": True, "consentRequired": True}
    admin.put(f"/{REALM}/clients/{client['id']}", {**changed, "attributes": {**client["attributes"], **wrong}})

    assert realm.provision().changed == [f"client {name}", *([GIVEN_AGAIN] if name == GATEWAY_CLIENT else [])]

    after = _client(realm, name)
    assert (after["enabled"], after["frontchannelLogout"], after["consentRequired"]) == (True, False, False)
    assert after["attributes"]["access.token.lifespan"] == "300"
    assert after["attributes"]["standard.token.exchange.enabled"] == "false"
    assert realm.provision().changed == []


async def test_a_run_that_breaks_off_leaves_nobody_without_a_password(
    realm: Realm, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = Person("neu", "Nele", "Neu-Prüfling", (Membership("nord", frozenset({"counsellor"})),))
    plan = Plan(PLAN.agencies, (*PLAN.people, new))
    post, put = Admin.post, Admin.put

    def breaks_off(self: Admin, path: str, *rest: Any) -> None:
        raise ProvisionError("cut")

    def cut_after_the_person(self: Admin, path: str, *rest: Any) -> str:
        made = post(self, path, *rest)
        if path.endswith("/users"):
            monkeypatch.setattr(Admin, "put", breaks_off)
            monkeypatch.setattr(Admin, "post", breaks_off)
        return made

    monkeypatch.setattr(Admin, "post", cut_after_the_person)
    with pytest.raises(ProvisionError, match="cut"):
        realm.provision(plan)
    monkeypatch.setattr(Admin, "post", post)
    monkeypatch.setattr(Admin, "put", put)
    realm.provision(plan)
    try:
        await realm.log_in("neu")
    finally:
        (person,) = realm.admin().get(f"/{REALM}/users?username=neu&exact=true")
        realm.admin().delete(f"/{REALM}/users/{person['id']}")


def test_a_refusal_names_the_path_and_nobody() -> None:
    refusal = Response()
    refusal.status_code = 403
    admin = Admin("http://127.0.0.1:9", "client", "secret")
    with pytest.raises(ProvisionError) as refused:
        admin._checked("GET", f"/{REALM}/users?username=einfach&exact=true", refusal)
    assert str(refused.value).startswith(f"Keycloak refused GET /{REALM}/users: 403")


def test_the_agency_of_an_organization_cannot_drift(realm: Realm) -> None:
    admin = realm.admin()
    (organization,) = admin.get(f"/{REALM}/organizations?search=nord&exact=false")
    current = admin.get(f"/{REALM}/organizations/{organization['id']}")
    other = {**current, "attributes": {"agency_id": ["33333333-3333-5333-8333-333333333333"]}}
    admin.put(f"/{REALM}/organizations/{organization['id']}", other)

    assert realm.provision().changed == ["agency nord"]

    after = admin.get(f"/{REALM}/organizations/{organization['id']}")
    assert after["attributes"]["agency_id"] == ["11111111-1111-5111-8111-111111111111"]


async def test_a_person_keeps_the_password_that_she_has(realm: Realm) -> None:
    assert realm.provision(password="another-than-before").changed == []
    await realm.log_in("einfach", password=PASSWORD)
    with pytest.raises(LoginRefused):
        await realm.log_in("einfach", password="another-than-before")


def test_a_role_that_the_plan_does_not_say_is_taken(realm: Realm) -> None:
    more = _with_membership("einfach", Membership("nord", frozenset({"counsellor", "coordinator"})))
    assert realm.provision(more).changed == ["person", "membership: coordinator given"]
    assert realm.provision().changed == ["membership: coordinator taken"]
    admin = realm.admin()
    (person,) = admin.get(f"/{REALM}/users?username=einfach&exact=true")
    assert person["requiredActions"] == ["CONFIGURE_TOTP"]  # as coordinator she would have needed it
    admin.put(f"/{REALM}/users/{person['id']}", {**person, "requiredActions": []})


def test_a_wrong_secret_is_said_without_the_secret(realm: Realm) -> None:
    with pytest.raises(ProvisionError) as refused:
        realm.provision(secret="geheim-und-falsch")
    assert "geheim" not in str(refused.value)


def test_a_keycloak_that_is_away_is_said_in_a_sentence() -> None:
    with pytest.raises(ProvisionError, match="cannot be reached"):
        Realm("http://127.0.0.1:9", "none").provision()


def _client(realm: Realm, name: str) -> Json:
    (client,) = realm.admin().get(f"/{REALM}/clients?clientId={name}")
    found: Json = client
    return found


def _group(realm: Realm, groups: str, name: str) -> str:
    found: str = next(group["id"] for group in realm.admin().get(groups) if group["name"] == name)
    return found


def _with_membership(username: str, membership: Membership) -> Plan:
    people = tuple(
        replace(person, memberships=(membership,)) if person.username == username else person for person in PLAN.people
    )
    return Plan(PLAN.agencies, people)
