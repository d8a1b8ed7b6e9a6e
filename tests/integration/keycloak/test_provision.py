"""`lotse provision` on a real Keycloak: makes what is missing, mends what was changed, leaves what is right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploy.demo.browser import LoginRefused
from deploy.keycloak.admin import Json, ProvisionError
from deploy.keycloak.plan import Membership, Plan
from deploy.keycloak.realm import API_CLIENT, GATEWAY_CLIENT, REALM
from tests.integration.keycloak.realm import PASSWORD, PLAN, Realm


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
    flows = ("directAccessGrantsEnabled", "implicitFlowEnabled", "serviceAccountsEnabled")
    assert not any(client[flow] for flow in flows)
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
    assert mended.changed == [
        "realm", "scope lotse: roles taken", f"client {GATEWAY_CLIENT}",
        f"client {GATEWAY_CLIENT}: scope profile taken", "scope mapping: others taken",
    ]  # fmt: skip
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
    assert realm.provision(more).changed == ["membership: coordinator given"]
    assert realm.provision().changed == ["membership: coordinator taken"]


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


def _with_membership(username: str, membership: Membership) -> Plan:
    people = tuple(
        replace(person, memberships=(membership,)) if person.username == username else person for person in PLAN.people
    )
    return Plan(PLAN.agencies, people)
