"""The rule of each RPC, read from its `access` option at start. An RPC without one keeps the server from starting."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import MethodDescriptor
from lotse.options.v1 import access_pb2

from services.common.clock import Clock
from services.common.errors import FreshLoginRequired, PermissionDenied, StrongerLoginRequired, Unauthenticated
from services.common.identity.principals import Client, Principal, Public, Service, Staff
from services.common.protobuf.enums import enum_text

SECOND_FACTOR = 2
_NEEDS_SECOND_FACTOR = frozenset({"coordinator", "data-protection-officer"})


class AccessRuleError(Exception):
    """An RPC has no rule, or one that cannot be meant; the server must not start."""


@dataclass(frozen=True, slots=True)
class AccessRule:
    """Who may call one RPC."""

    kinds: frozenset[str]
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    max_auth_age: timedelta | None = None
    min_acr: int = 0

    def check(self, principal: Principal, *, clock: Clock, production: bool) -> None:
        """Returns when the principal may call; raises Unauthenticated or PermissionDenied otherwise."""
        if "public" in self.kinds:
            return  # whoever needs no credential here is not refused for having one
        match principal:
            case Public():
                raise Unauthenticated
            case Service():
                self._require("service")
            case Client():
                self._require("client")
                if not self.scopes & principal.scopes:
                    raise PermissionDenied
            case Staff():
                self._require("staff")
                self._check_staff(principal, clock, production=production)

    def _require(self, kind: str) -> None:
        if kind not in self.kinds:
            raise PermissionDenied

    def _check_staff(self, staff: Staff, clock: Clock, *, production: bool) -> None:
        if not self.roles and staff.agency is None:
            raise PermissionDenied  # a rule without roles means members of an agency, and an operator is none
        held = self.roles & staff.roles if self.roles else staff.roles
        if not held:
            raise PermissionDenied
        if not held & with_usable_roles(staff, production=production).roles:
            raise StrongerLoginRequired
        if staff.acr < self.min_acr:
            raise StrongerLoginRequired
        if self.max_auth_age is not None and clock.now() - staff.auth_time > self.max_auth_age:
            raise FreshLoginRequired


def with_usable_roles(staff: Staff, *, production: bool) -> Staff:
    """The person with the roles that her login is strong enough for; handlers see no others.

    Only here can that be held: a role condition inside Keycloak's flow does not see the groups of an agency.
    """
    if not production or staff.acr >= SECOND_FACTOR:
        return staff
    return replace(staff, roles=staff.roles - _NEEDS_SECOND_FACTOR)


def access_table(services: Iterable[str], foreign: Mapping[str, AccessRule]) -> dict[str, AccessRule]:
    """Rule by full method path (`/package.Service/Method`) for these services and the foreign ones.

    Raises AccessRuleError that names the first RPC without a usable rule.
    """
    table = dict(foreign)
    for name in services:
        service = descriptor_pool.Default().FindServiceByName(name)
        for method in service.methods:
            path = f"/{name}/{method.name}"
            if path not in table:
                table[path] = rule_of(method)
    return table


def rule_of(method: MethodDescriptor) -> AccessRule:
    """The rule that the proto gives; raises AccessRuleError where it gives none."""
    option = method.GetOptions().Extensions[access_pb2.access]
    kinds = frozenset(enum_text(access_pb2.PrincipalKind, kind) for kind in option.principals)
    scopes = frozenset(enum_text(access_pb2.ClientScope, scope) for scope in option.scopes)
    if not kinds or "" in kinds:
        raise AccessRuleError(f"{method.full_name} does not say who may call it")
    if "client" in kinds and not scopes:
        raise AccessRuleError(f"{method.full_name} lets clients call and names no scope")
    return AccessRule(
        kinds=kinds,
        roles=frozenset(enum_text(access_pb2.Role, role) for role in option.roles),
        scopes=scopes,
        max_auth_age=option.max_auth_age.ToTimedelta() if option.HasField("max_auth_age") else None,
        min_acr=option.min_acr,
    )
