"""Agencies as Keycloak organizations with their groups, and people as their members."""

import json
from dataclasses import dataclass

from deploy.keycloak.admin import Admin, Json
from deploy.keycloak.plan import AGENCY_ROLES, OPERATOR, Agency, Person, Plan
from deploy.keycloak.realm import REALM
from deploy.keycloak.step_up import ENROL

_SECOND_FACTORS = frozenset({"otp", "webauthn"})


@dataclass(slots=True)
class Group:
    """A group in a Keycloak organization, and who bears its role by now."""

    id: str
    members: set[str]


Groups = dict[str, Group]
"""By role, in one Keycloak organization."""


def ensure_agencies(admin: Admin, plan: Plan, password: str) -> None:
    """Every agency and person of the plan, with exactly the memberships and roles that the plan says.

    Who left the plan is not touched. A person who lost a membership is logged out at once.
    """
    roles = {role: admin.get(f"/{REALM}/roles/{role}") for role in AGENCY_ROLES}
    organizations = {agency.alias: _ensure_agency(admin, agency, roles) for agency in plan.agencies}
    for person in plan.people:
        _ensure_person(admin, person, organizations, password)


def _ensure_agency(admin: Admin, agency: Agency, roles: dict[str, Json]) -> tuple[str, Groups]:
    collection = f"/{REALM}/organizations"
    found = [entry for entry in admin.get(f"{collection}?search={agency.alias}&max=100&briefRepresentation=false")
             if entry["alias"] == agency.alias]  # fmt: skip
    if not found:
        found = [entry for entry in _all_organizations(admin) if entry["alias"] == agency.alias]
    current = admin.get(f"{collection}/{found[0]['id']}") if found else None
    wanted: Json = {
        "name": agency.name,
        "alias": agency.alias,
        "enabled": True,
        "domains": [{"name": f"{agency.alias}.lotse.invalid", "verified": False}],
        "attributes": {"agency_id": [str(agency.agency_id)]},
    }
    organization = admin.ensure(
        f"agency {agency.alias}", f"{collection}/{(current or {}).get('id')}", current, wanted, collection=collection
    )
    path = f"{collection}/{organization['id']}/groups"
    ids: dict[str, str] = {group["name"]: group["id"] for group in admin.get(path)}
    groups: Groups = {}
    for role in AGENCY_ROLES:
        if role in ids:
            # Read once for all people: asked for each of them these were a third of all requests.
            members = {member["id"] for member in admin.get(f"{path}/{ids[role]}/members?max=1000")}
            groups[role] = Group(ids[role], members)
        else:
            groups[role] = Group(admin.post(path, {"name": role}), set())
            admin.changes.created.append(f"group {agency.alias}/{role}")
        mapping = f"{path}/{groups[role].id}/role-mappings/realm"
        mapped: dict[str, Json] = {entry["name"]: entry for entry in admin.get(mapping)}
        if role in mapped:
            admin.changes.unchanged += 1
        else:
            admin.post(mapping, [roles[role]])
            admin.changes.changed.append(f"group {agency.alias}/{role}: role")
        others = [entry for name, entry in mapped.items() if name != role]
        admin.ensure_none(f"group {agency.alias}/{role}: other roles", mapping, others)
    for name in sorted(set(ids) - set(AGENCY_ROLES)):
        mapping = f"{path}/{ids[name]}/role-mappings/realm"
        admin.ensure_none(f"group {agency.alias}/{name}: roles", mapping, admin.get(mapping))
    return organization["id"], groups


def _all_organizations(admin: Admin) -> list[Json]:
    found: list[Json] = []
    while page := admin.get(f"/{REALM}/organizations?first={len(found)}&max=100"):
        found += page
    return found


def _ensure_person(admin: Admin, person: Person, organizations: dict[str, tuple[str, Groups]], password: str) -> None:
    users = f"/{REALM}/users"
    current = next(iter(admin.get(f"{users}?username={person.username}&exact=true")), None)
    wanted: Json = {
        "username": person.username,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "email": f"{person.username}@lotse.invalid",
        "emailVerified": True,
        "enabled": True,
    }
    if current is None:
        # In one request: whoever was made without a password would never get one.
        wanted["credentials"] = [
            {"type": "password", "value": password, "temporary": False},
            *([_one_time_codes(person.demo_totp)] if person.demo_totp else []),
        ]
    if person.needs_second_factor and not _has_second_factor(admin, users, current, person):
        wanted["requiredActions"] = sorted({ENROL, *(current or {}).get("requiredActions", [])})
    user = admin.ensure("person", f"{users}/{(current or {}).get('id')}", current, wanted, collection=users)
    wanted_organizations = {organizations[membership.agency][0] for membership in person.memberships}
    _end_memberships(admin, user["id"], {entry[0] for entry in organizations.values()} - wanted_organizations)
    for membership in person.memberships:
        organization, groups = organizations[membership.agency]
        _ensure_membership(admin, user["id"], organization, groups, membership.roles)
    _ensure_roles(admin, f"{users}/{user['id']}/role-mappings/realm", operator=person.operator)


def _one_time_codes(secret: str) -> Json:
    return {
        "type": "otp",
        "userLabel": "demo",
        "secretData": json.dumps({"value": secret}),
        "credentialData": json.dumps(
            {"subType": "totp", "digits": 6, "counter": 0, "period": 30, "algorithm": "HmacSHA1"}
        ),
    }


def _has_second_factor(admin: Admin, users: str, current: Json | None, person: Person) -> bool:
    if current is None:
        return bool(person.demo_totp)
    kinds = {credential["type"] for credential in admin.get(f"{users}/{current['id']}/credentials")}
    return bool(kinds & _SECOND_FACTORS)


def _ensure_roles(admin: Admin, mapping: str, *, operator: bool) -> None:
    """Of ours at most that of the operator; all others are borne within an agency."""
    borne: dict[str, Json] = {role["name"]: role for role in admin.get(mapping)}
    if operator and OPERATOR not in borne:
        admin.post(mapping, [admin.get(f"/{REALM}/roles/{OPERATOR}")])
        admin.changes.changed.append("person: operator")
    ours = set(AGENCY_ROLES) if operator else {*AGENCY_ROLES, OPERATOR}
    admin.ensure_none("person: realm roles", mapping, [role for name, role in borne.items() if name in ours])


def _end_memberships(admin: Admin, user: str, organizations: set[str]) -> None:
    """Take the person out of these; what she holds elsewhere stays."""
    ended = organizations & {entry["id"] for entry in admin.get(f"/{REALM}/organizations/members/{user}/organizations")}
    for organization in sorted(ended):
        admin.delete(f"/{REALM}/organizations/{organization}/members/{user}")
        admin.changes.changed.append("membership: ended")
    if ended:
        admin.post(f"/{REALM}/users/{user}/logout", {})
    else:
        admin.changes.unchanged += 1


def _ensure_membership(admin: Admin, user: str, organization: str, groups: Groups, roles: frozenset[str]) -> None:
    path = f"/{REALM}/organizations/{organization}"
    if admin.find(f"{path}/members/{user}") is None:
        admin.post(f"{path}/members", user)
        admin.changes.created.append("membership")
    else:
        admin.changes.unchanged += 1
    for role, group in groups.items():
        if (role in roles) == (user in group.members):
            admin.changes.unchanged += 1
        elif role in roles:
            admin.put(f"{path}/groups/{group.id}/members/{user}")
            group.members.add(user)
            admin.changes.changed.append(f"membership: {role} given")
        else:
            admin.delete(f"{path}/groups/{group.id}/members/{user}")
            group.members.discard(user)
            admin.changes.changed.append(f"membership: {role} taken")
