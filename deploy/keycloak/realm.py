"""The realm: its rules, roles, scopes with mappers, and clients."""

from dataclasses import dataclass
from typing import Any

from deploy.keycloak.account import ensure_account
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


@dataclass(frozen=True, slots=True)
class Mapper:
    """What puts something into tokens."""

    name: str
    kind: str
    config: dict[str, str]


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
    _ensure_roles(admin)
    _ensure_lotse_scope(admin)
    _ensure_organization_scope(admin)
    _ensure_clients(admin, gateway)


def _ensure_roles(admin: Admin) -> None:
    """Each stands for itself: none brings another along, and nobody bears one by being in the realm."""
    ours = (*AGENCY_ROLES, OPERATOR)
    for role in ours:
        path = f"/{REALM}/roles/{role}"
        admin.ensure(f"role {role}", path, admin.find(path), {"name": role}, collection=f"/{REALM}/roles")
        admin.ensure_none(f"role {role}: roles within", f"{path}/composites", admin.get(f"{path}/composites"))
    everybody = f"/{REALM}/roles/default-roles-{REALM}/composites"
    given = [role for role in admin.get(everybody) if role["name"] in ours]
    admin.ensure_none("roles of everybody", everybody, given)


def _ensure_lotse_scope(admin: Admin) -> None:
    wanted = {
        "name": "lotse",
        "protocol": "openid-connect",
        "attributes": {"include.in.token.scope": "true", "display.on.consent.screen": "false"},
    }
    scopes = f"/{REALM}/client-scopes"
    current = _scope(admin, "lotse")
    scope = admin.ensure("scope lotse", f"{scopes}/{(current or {}).get('id')}", current, wanted, collection=scopes)
    note = {
        **_IN_ACCESS_TOKEN, "id.token.claim": "true", "user.session.note": "AUTH_TIME", "claim.name": "auth_time",
        "jsonType.label": "long",
    }  # fmt: skip
    roles = {
        **_IN_ACCESS_TOKEN, "claim.name": "realm_access.roles", "multivalued": "true", "jsonType.label": "String",
        "id.token.claim": "false",
    }  # fmt: skip
    mappers = [
        *(
            Mapper(f"audience {audience}", "oidc-audience-mapper",
                   {**_IN_ACCESS_TOKEN, "included.custom.audience": audience, "id.token.claim": "false"})
            for audience in AUDIENCES
        ),
        Mapper("subject", "oidc-sub-mapper", dict(_IN_ACCESS_TOKEN)),
        Mapper("time of login", "oidc-usersessionmodel-note-mapper", note),
        Mapper("class of login", "oidc-acr-mapper", {**_IN_ACCESS_TOKEN, "id.token.claim": "true"}),
        Mapper("realm roles", "oidc-usermodel-realm-role-mapper", roles),
    ]  # fmt: skip
    _ensure_mappers(admin, "scope lotse", f"{scopes}/{scope['id']}", mappers)
    _ensure_no_scope_roles(admin, "scope lotse", f"{scopes}/{scope['id']}")


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
    groups = {**_IN_ACCESS_TOKEN, "id.token.claim": "false", "addGroupRoleMappings": "true"}
    path = f"/{REALM}/client-scopes/{scope['id']}"
    mappers = [
        Mapper("organization", "oidc-organization-membership-mapper", membership),
        Mapper("organization groups", "oidc-organization-group-membership-mapper", groups),
    ]
    _ensure_mappers(admin, "scope organization", path, mappers)
    _ensure_no_scope_roles(admin, "scope organization", path)


def _ensure_clients(admin: Admin, gateway: GatewayClient) -> None:
    common: Json = {
        "protocol": "openid-connect",
        "enabled": True,
        "consentRequired": False,
        "standardFlowEnabled": True,
        "directAccessGrantsEnabled": False,
        "implicitFlowEnabled": False,
        "serviceAccountsEnabled": False,
        "fullScopeAllowed": False,
        # Keycloak would tell the browser of an ended login, and not the gateway.
        "frontchannelLogout": False,
        "webOrigins": [],
        # Keycloak would add its own, which put names and addresses into tokens.
        "defaultClientScopes": ["lotse"],
        "optionalClientScopes": ["organization"],
    }
    attributes = {
        "pkce.code.challenge.method": "S256",
        # A client's own lifespan goes before that of the realm.
        "access.token.lifespan": str(TOKEN_SECONDS),
        "standard.token.exchange.enabled": "false",
    }
    client = _ensure_client(
        admin,
        {
            **common,
            "clientId": GATEWAY_CLIENT,
            "publicClient": False,
            "serviceAccountsEnabled": True,
            "secret": gateway.secret,
            "redirectUris": [f"{gateway.origin}/login/callback"],
            "attributes": {
                **attributes,
                "post.logout.redirect.uris": f"{gateway.origin}/*",
                "backchannel.logout.url": gateway.back_channel,
                "backchannel.logout.session.required": "true",
            },
        },
    )
    ensure_account(admin, REALM, client)
    loopback = ["http://127.0.0.1/*", "http://[::1]/*"]
    _ensure_client(
        admin,
        {**common, "clientId": API_CLIENT, "publicClient": True, "redirectUris": loopback, "attributes": attributes},
    )


def _ensure_client(admin: Admin, wanted: Json) -> Json:
    clients = f"/{REALM}/clients"
    name = wanted["clientId"]
    current = next(iter(admin.get(f"{clients}?clientId={name}")), None)
    client = admin.ensure(
        f"client {name}", f"{clients}/{(current or {}).get('id')}", current, wanted, collection=clients
    )
    path = f"{clients}/{client['id']}"
    for kind in ("default", "optional"):
        _ensure_scopes_of_client(admin, f"client {name}", f"{path}/{kind}-client-scopes", wanted[f"{kind}ClientScopes"])
    _ensure_mappers(admin, f"client {name}", path, [])
    _ensure_scope_roles(admin, path)
    return client


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


def _ensure_no_scope_roles(admin: Admin, kind: str, path: str) -> None:
    """A client scope that names roles reaches only who bears one of them: others would get tokens without audience."""
    mappings = f"{path}/scope-mappings/realm"
    admin.ensure_none(f"{kind}: roles", mappings, admin.get(mappings))


def _ensure_mappers(admin: Admin, kind: str, owner: str, wanted: list[Mapper]) -> None:
    """Exactly these, since any other could put a right, an audience or a name into tokens."""
    collection = f"{owner}{_MAPPERS}"
    left: list[Json] = admin.get(collection)
    found = [(mapper, _taken(left, mapper)) for mapper in wanted]
    for surplus in left:
        admin.delete(f"{collection}/{surplus['id']}")
        admin.changes.changed.append(f"{kind}: mapper {surplus['name']} taken")
    for mapper, current in found:
        _ensure_mapper(admin, collection, mapper, current)


def _taken(left: list[Json], wanted: Mapper) -> Json | None:
    """The one of its kind and name, taken out of `left`; in the shipped scope that of its kind, whatever its name."""
    for index, entry in enumerate(left):
        if entry["protocolMapper"] == wanted.kind and (entry["name"] == wanted.name or "organization" in wanted.kind):
            return left.pop(index)
    return None


def _ensure_mapper(admin: Admin, collection: str, mapper: Mapper, current: Json | None) -> None:
    if (
        current is not None
        and _NO_CLAIM in mapper.kind
        and (obsolete := {"claim.name", "multivalued"} & set(current["config"]))
    ):
        for key in obsolete:
            del current["config"][key]
        admin.put(f"{collection}/{current['id']}", current)
        admin.changes.changed.append(f"mapper {mapper.name}: names a claim no longer")
    wanted: Json = {
        "name": current["name"] if current else mapper.name,
        "protocol": "openid-connect",
        "protocolMapper": mapper.kind,
        "config": mapper.config,
    }
    path = f"{collection}/{current['id'] if current else ''}"
    admin.ensure(f"mapper {mapper.name}", path, current, wanted, collection=collection)


def _scope(admin: Admin, name: str) -> Any | None:
    return next((scope for scope in admin.get(f"/{REALM}/client-scopes") if scope["name"] == name), None)
