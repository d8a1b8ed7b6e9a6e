"""The gateway's own account: it sees who belongs to an agency, changes nothing, and is nobody to our services."""

from __future__ import annotations

import httpx
import pytest

from gateway.errors import LoginUnavailable
from gateway.identity.people import People
from services.common.errors import Unauthenticated
from tests.integration.keycloak.realm import PLAN, Realm

SECRET = "of-the-gateway"


async def _account_token(realm: Realm, http: httpx.AsyncClient) -> str:
    answer = await http.post(
        f"{realm.issuer}/protocol/openid-connect/token",
        data={"grant_type": "client_credentials"},
        auth=("lotse-gateway", SECRET),
    )
    return str(answer.json()["access_token"])


async def test_people_of_the_agency_of_a_token_are_found_by_name_and_no_others(realm: Realm) -> None:
    who = next(each for each in PLAN.people if len(each.memberships) == 1)
    agency = who.memberships[0].agency
    expected = {each.username for each in PLAN.people if agency in {one.agency for one in each.memberships}}
    realm.provision()  # other tests may have taken people out
    token = (await realm.log_in(who.username)).access
    async with httpx.AsyncClient() as http:
        found = await People(realm.issuer, "lotse-gateway", SECRET, http).colleagues(token)
        ids = {person["id"]: person["username"] for person in realm.admin().get("/lotse/users?max=200")}
        assert {ids[one.person_id] for one in found} == expected
        assert all(one.name.strip() for one in found)
        with pytest.raises(LoginUnavailable):
            await People(realm.issuer, "lotse-gateway", "another", http).colleagues(token)


async def test_the_account_changes_nothing_and_services_do_not_know_it(realm: Realm) -> None:
    async with httpx.AsyncClient() as http:
        token = await _account_token(realm, http)
        bearer, admin = {"Authorization": f"Bearer {token}"}, f"{realm.url}/admin/realms/lotse"
        [person] = (await http.get(f"{admin}/users?max=1", headers=bearer)).json()
        changed = await http.put(f"{admin}/users/{person['id']}", json={"enabled": False}, headers=bearer)
        made = await http.post(f"{admin}/users", json={"username": "neu"}, headers=bearer)
        realm_seen = await http.get(f"{admin}/clients", headers=bearer)
    assert (changed.status_code, made.status_code, realm_seen.status_code) == (403, 403, 403)
    with pytest.raises(Unauthenticated):
        await realm.verifier().verify(token)


def test_a_role_that_somebody_added_to_the_account_is_taken_away_again(realm: Realm) -> None:
    admin = realm.admin()
    client = next(iter(admin.get("/lotse/clients?clientId=lotse-gateway")))
    account = admin.get(f"/lotse/clients/{client['id']}/service-account-user")
    management = next(iter(admin.get("/lotse/clients?clientId=realm-management")))
    path = f"/lotse/users/{account['id']}/role-mappings/clients/{management['id']}"
    surplus = admin.get(f"/lotse/clients/{management['id']}/roles/manage-users")
    admin.post(path, [surplus])
    assert "account of the gateway: other roles taken" in realm.provision().changed
    assert {role["name"] for role in admin.get(path)} == {"view-organizations", "view-users"}
    assert realm.provision().summary().startswith("0 made, 0 changed")
