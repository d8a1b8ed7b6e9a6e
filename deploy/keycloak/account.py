"""The gateway's own account at Keycloak: it may look who belongs to which agency, and change nothing."""

from deploy.keycloak.admin import Admin, Json

LOOKS = frozenset({"view-organizations", "view-users"})
"""Keycloak 26.7.4 shows the members of an organization to none who lacks one of the two (tried)."""

_MANAGEMENT = "realm-management"


def ensure_account(admin: Admin, realm: str, client: Json) -> None:
    """Exactly these roles for the account of a client, and exactly these may stand in its tokens."""
    account = admin.get(f"/{realm}/clients/{client['id']}/service-account-user")
    management = next(iter(admin.get(f"/{realm}/clients?clientId={_MANAGEMENT}")))
    known: dict[str, Json] = {role["name"]: role for role in admin.get(f"/{realm}/clients/{management['id']}/roles")}
    for kind, owner in (
        ("account", f"/{realm}/users/{account['id']}/role-mappings"),
        ("scope", f"/{realm}/clients/{client['id']}/scope-mappings"),
    ):
        path = f"{owner}/clients/{management['id']}"
        mapped: dict[str, Json] = {role["name"]: role for role in admin.get(path)}
        surplus = [role for name, role in mapped.items() if name not in LOOKS]
        admin.ensure_none(f"{kind} of the gateway: other roles", path, surplus)
        missing = [known[name] for name in sorted(LOOKS - mapped.keys())]
        if missing:
            admin.post(path, missing)
            admin.changes.changed.append(f"{kind} of the gateway: roles")
        else:
            admin.changes.unchanged += 1
