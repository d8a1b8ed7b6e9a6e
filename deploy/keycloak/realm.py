"""The realm: its rules, roles, scopes with mappers, and clients."""

from dataclasses import dataclass
from typing import Any

from deploy.keycloak.admin import Admin, Json, ProvisionError
from deploy.keycloak.plan import AGENCY_ROLES, OPERATOR

REALM = "lotse"
AUDIENCES = ("lotse-directory", "lotse-consent", "lotse-referrals")
GATEWAY_CLIENT = "lotse-gateway"
API_CLIENT = "lotse-api"
TOKEN_SECONDS = 300
_MAPPERS = "/protocol-mappers/models"
_NO_CLAIM = "organization-group-membership"
_IN_ACCESS_TOKEN = {"access.token.claim": "true", "introspection.token.claim": "true"}


@dataclass(frozen=True, slots=True)
class GatewayClient:
    """What Keycloak must know of the gateway."""

    origin: str
    """Origin of the staff pages."""

    secret: str
    back_channel: str
    """Where Keycloak reaches the gateway to end a session."""


def ensure_realm(admin: Admin, gateway: GatewayClient) -> None:
    """Everything of the realm but agencies and people."""
    wanted: Json = {
        "realm": REALM,
        "enabled": True,
        "displayName": "Lotsennetz",
        "organizationsEnabled": True,
        "accessTokenLifespan": TOKEN_SECONDS,
        "ssoSessionIdleTimeout": 3600,
        "ssoSessionMaxLifespan": 36000,
        "revokeRefreshToken": True,
        "refreshTokenMaxReuse": 0,
        # Slows guessing down; a lock for good would let anybody lock a counsellor out.
        "bruteForceProtected": True,
        "permanentLockout": False,
        "failureFactor": 10,
        "waitIncrementSeconds": 30,
        "maxFailureWaitSeconds": 300,
        "defaultSignatureAlgorithm": "ES256",
        "registrationAllowed": False,
        "resetPasswordAllowed": False,
        "loginWithEmailAllowed": False,
        "internationalizationEnabled": True,
        "supportedLocales": ["de", "en"],
        "defaultLocale": "de",
        # The listener that Keycloak has by default writes user names and addresses of failed logins to its log.
        "eventsEnabled": False,
        "eventsListeners": [],
        "adminEventsEnabled": False,
    }
    admin.ensure("realm", f"/{REALM}", admin.find(f"/{REALM}"), wanted, collection="")
    for role in (*AGENCY_ROLES, OPERATOR):
        path = f"/{REALM}/roles/{role}"
        admin.ensure(f"role {role}", path, admin.find(path), {"name": role}, collection=f"/{REALM}/roles")
    _ensure_lotse_scope(admin)
    _ensure_organization_scope(admin)
    _ensure_clients(admin, gateway)


def _ensure_lotse_scope(admin: Admin) -> None:
    wanted = {
        "name": "lotse",
        "protocol": "openid-connect",
        "attributes": {"include.in.token.scope": "true", "display.on.consent.screen": "false"},
    }
    scopes = f"/{REALM}/client-scopes"
    current = _scope(admin, "lotse")
    scope = admin.ensure("scope lotse", f"{scopes}/{(current or {}).get('id')}", current, wanted, collection=scopes)
    for audience in AUDIENCES:
        config = {**_IN_ACCESS_TOKEN, "included.custom.audience": audience, "id.token.claim": "false"}
        _ensure_mapper(admin, scope["id"], f"audience {audience}", "oidc-audience-mapper", config)
    _ensure_mapper(admin, scope["id"], "subject", "oidc-sub-mapper", dict(_IN_ACCESS_TOKEN))
    note = {
        **_IN_ACCESS_TOKEN, "id.token.claim": "true", "user.session.note": "AUTH_TIME", "claim.name": "auth_time",
        "jsonType.label": "long",
    }  # fmt: skip
    _ensure_mapper(admin, scope["id"], "time of login", "oidc-usersessionmodel-note-mapper", note)
    _ensure_mapper(
        admin, scope["id"], "class of login", "oidc-acr-mapper", {**_IN_ACCESS_TOKEN, "id.token.claim": "true"}
    )
    roles = {
        **_IN_ACCESS_TOKEN, "claim.name": "realm_access.roles", "multivalued": "true", "jsonType.label": "String",
        "id.token.claim": "false",
    }  # fmt: skip
    _ensure_mapper(admin, scope["id"], "realm roles", "oidc-usermodel-realm-role-mapper", roles)
    _ensure_no_scope_roles(admin, f"/{REALM}/client-scopes/{scope['id']}")


def _ensure_organization_scope(admin: Admin) -> None:
    """Id and attributes are missing from the claim until its mapper says so; the group mapper must not name a claim."""
    scope = _scope(admin, "organization")
    if scope is None:
        created = admin.post(
            f"/{REALM}/client-scopes",
            {
                "name": "organization",
                "protocol": "openid-connect",
                "attributes": {"include.in.token.scope": "true", "display.on.consent.screen": "false"},
            },
        )
        scope = {"id": created}
    membership = {
        **_IN_ACCESS_TOKEN, "id.token.claim": "false", "claim.name": "organization", "multivalued": "true",
        "jsonType.label": "JSON", "addOrganizationId": "true", "addOrganizationAttributes": "true",
    }  # fmt: skip
    _ensure_mapper(admin, scope["id"], "organization", "oidc-organization-membership-mapper", membership)
    groups = {**_IN_ACCESS_TOKEN, "id.token.claim": "false", "addGroupRoleMappings": "true"}
    _ensure_mapper(admin, scope["id"], "organization groups", "oidc-organization-group-membership-mapper", groups)


def _ensure_clients(admin: Admin, gateway: GatewayClient) -> None:
    common: Json = {
        "protocol": "openid-connect",
        "standardFlowEnabled": True,
        "directAccessGrantsEnabled": False,
        "implicitFlowEnabled": False,
        "serviceAccountsEnabled": False,
        "fullScopeAllowed": False,
        "webOrigins": [],
        # Keycloak would add its own, which put names and addresses into tokens.
        "defaultClientScopes": ["lotse"],
        "optionalClientScopes": ["organization"],
    }
    pkce = {"pkce.code.challenge.method": "S256"}
    _ensure_client(
        admin,
        {
            **common,
            "clientId": GATEWAY_CLIENT,
            "publicClient": False,
            "secret": gateway.secret,
            "redirectUris": [f"{gateway.origin}/login/callback"],
            "attributes": {
                **pkce,
                "post.logout.redirect.uris": f"{gateway.origin}/*",
                "backchannel.logout.url": gateway.back_channel,
                "backchannel.logout.session.required": "true",
            },
        },
    )
    loopback = ["http://127.0.0.1/*", "http://[::1]/*"]
    _ensure_client(
        admin,
        {**common, "clientId": API_CLIENT, "publicClient": True, "redirectUris": loopback, "attributes": pkce},
    )


def _ensure_client(admin: Admin, wanted: Json) -> None:
    clients = f"/{REALM}/clients"
    name = wanted["clientId"]
    current = next(iter(admin.get(f"{clients}?clientId={name}")), None)
    client = admin.ensure(
        f"client {name}", f"{clients}/{(current or {}).get('id')}", current, wanted, collection=clients
    )
    path = f"{clients}/{client['id']}"
    for kind in ("default", "optional"):
        _ensure_scopes_of_client(admin, f"client {name}", f"{path}/{kind}-client-scopes", wanted[f"{kind}ClientScopes"])
    _ensure_scope_roles(admin, path)


def _ensure_scopes_of_client(admin: Admin, kind: str, path: str, names: list[str]) -> None:
    """Exactly these; Keycloak ignores the lists when a client is changed."""
    assigned = {entry["name"]: entry["id"] for entry in admin.get(path)}
    for name, scope_id in assigned.items():
        if name not in names:
            admin.delete(f"{path}/{scope_id}")
            admin.changes.changed.append(f"{kind}: scope {name} taken")
    for name in names:
        if name in assigned:
            admin.changes.unchanged += 1
            continue
        scope = _scope(admin, name)
        if scope is None:
            raise ProvisionError(f"Keycloak has no client scope {name}")
        admin.put(f"{path}/{scope['id']}")
        admin.changes.changed.append(f"{kind}: scope {name} given")


def _ensure_scope_roles(admin: Admin, path: str) -> None:
    """Only the operator's role may pass by the realm; all others are held per agency."""
    mappings = f"{path}/scope-mappings/realm"
    mapped = {role["name"]: role for role in admin.get(mappings)}
    if surplus := [role for name, role in mapped.items() if name != OPERATOR]:
        admin.delete(mappings, surplus)
        admin.changes.changed.append("scope mapping: others taken")
    if OPERATOR in mapped:
        admin.changes.unchanged += 1
        return
    admin.post(mappings, [admin.get(f"/{REALM}/roles/{OPERATOR}")])
    admin.changes.changed.append("scope mapping operator")


def _ensure_no_scope_roles(admin: Admin, path: str) -> None:
    """A client scope that names roles reaches only who bears one of them: others would get tokens without audience."""
    mappings = f"{path}/scope-mappings/realm"
    if surplus := admin.get(mappings):
        admin.delete(mappings, surplus)
        admin.changes.changed.append("scope lotse: roles taken")
    else:
        admin.changes.unchanged += 1


def _ensure_mapper(admin: Admin, scope_id: str, name: str, mapper: str, config: dict[str, str]) -> None:
    """One mapper of its kind and name; in the shipped scope the one of that kind, whatever its name."""
    collection = f"/{REALM}/client-scopes/{scope_id}{_MAPPERS}"
    found = [
        entry
        for entry in admin.get(collection)
        if entry["protocolMapper"] == mapper and (entry["name"] == name or "organization" in mapper)
    ]
    current: Json | None = found[0] if found else None
    if (
        current is not None
        and _NO_CLAIM in mapper
        and (obsolete := {"claim.name", "multivalued"} & set(current["config"]))
    ):
        for key in obsolete:
            del current["config"][key]
        admin.put(f"{collection}/{current['id']}", current)
        admin.changes.changed.append(f"mapper {name}: names a claim no longer")
    wanted: Json = {
        "name": current["name"] if current else name,
        "protocol": "openid-connect",
        "protocolMapper": mapper,
        "config": config,
    }
    path = f"{collection}/{current['id'] if current else ''}"
    admin.ensure(f"mapper {name}", path, current, wanted, collection=collection)


def _scope(admin: Admin, name: str) -> Any | None:
    return next((scope for scope in admin.get(f"/{REALM}/client-scopes") if scope["name"] == name), None)
