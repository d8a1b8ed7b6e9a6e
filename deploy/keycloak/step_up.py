"""The second factor: a login by password is of class 1, one with a one-time code of class 2, for whoever asks for it.

Keycloak's own browser flow asks for a code whenever somebody has one and says class 1 all the same. Ours is a copy of
it in which two levels stand instead of the forms: the password once a session, the code each time it is asked for.
Whoever has no code yet is made to set one up there and then.
"""

import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from deploy.keycloak.admin import Admin, Json
from deploy.keycloak.realm import REALM

FLOW: Final = "lotse-browser"
ACR_CLASSES: Final = json.dumps({"1": 1, "2": 2}, separators=(",", ":"))
ENROL: Final = "CONFIGURE_TOTP"
_FORMS = f"{FLOW} forms"
_CONDITION = "conditional-level-of-authentication"
_SESSION_SECONDS = 36000


@dataclass(frozen=True, slots=True)
class _Level:
    """A class of login and what it takes."""

    number: int
    authenticator: str
    seconds: int
    """How long it counts within a session; 0 asks each time."""

    @property
    def alias(self) -> str:
        return f"{FLOW} level {self.number}"


_LEVELS = (_Level(1, "auth-username-password-form", _SESSION_SECONDS), _Level(2, "auth-otp-form", 0))


def ensure_step_up(admin: Admin) -> None:
    """The flow as it has to be, and the realm's browsers going through it.

    One that is otherwise is built anew; meanwhile logins go by Keycloak's own flow, which never says class 2.
    """
    flows = {flow["alias"]: flow["id"] for flow in admin.get(f"/{REALM}/authentication/flows")}
    if FLOW in flows and _is_right(admin):
        admin.changes.unchanged += 1
    else:
        if FLOW in flows:
            admin.put(f"/{REALM}", {"realm": REALM, "browserFlow": "browser"})
            admin.delete(f"/{REALM}/authentication/flows/{flows[FLOW]}")
        _build(admin)
        (admin.changes.changed if FLOW in flows else admin.changes.created).append("flow of logins")
    wanted: Json = {"realm": REALM, "browserFlow": FLOW, "attributes": {"acr.loa.map": ACR_CLASSES}}
    admin.ensure("classes of login", f"/{REALM}", admin.get(f"/{REALM}"), wanted, collection="")


def _build(admin: Admin) -> None:
    admin.post(f"/{REALM}/authentication/flows/browser/copy", {"newName": FLOW})
    for execution in _below_forms(_executions(admin)):
        if execution["level"] == 1:
            admin.delete(f"/{REALM}/authentication/executions/{execution['id']}")
    for level in _LEVELS:
        admin.post(
            f"{_flow(_FORMS)}/executions/flow",
            {"alias": level.alias, "type": "basic-flow", "description": "", "provider": "registration-page-form"},
        )
        _require(admin, level.alias, "CONDITIONAL")
        for provider in (_CONDITION, level.authenticator):
            admin.post(f"{_flow(level.alias)}/executions/execution", {"provider": provider})
        condition = _within(_executions(admin), level)[0]
        admin.post(
            f"/{REALM}/authentication/executions/{condition['id']}/config",
            {"alias": level.alias, "config": _config(level)},
        )
        for execution in _within(_executions(admin), level):
            _change(admin, execution, "REQUIRED")


def _is_right(admin: Admin) -> bool:
    executions = _executions(admin)
    forms = [each for each in executions if each["displayName"] == _FORMS]
    if [each["requirement"] for each in forms] != ["ALTERNATIVE"] or len(_below_forms(executions)) != 3 * len(_LEVELS):
        return False
    return all(_level_is_right(admin, executions, level) for level in _LEVELS)


def _level_is_right(admin: Admin, executions: list[Json], level: _Level) -> bool:
    flow = [each for each in executions if each["displayName"] == level.alias]
    within = _within(executions, level)
    if [each["requirement"] for each in flow] != ["CONDITIONAL"]:
        return False
    if [(each.get("providerId"), each["requirement"]) for each in within] != [
        (_CONDITION, "REQUIRED"),
        (level.authenticator, "REQUIRED"),
    ]:
        return False
    config = within[0].get("authenticationConfig")
    return bool(config) and admin.get(f"/{REALM}/authentication/config/{config}")["config"] == _config(level)


def _config(level: _Level) -> dict[str, str]:
    return {"loa-condition-level": str(level.number), "loa-max-age": str(level.seconds)}


def _flow(alias: str) -> str:
    return f"/{REALM}/authentication/flows/{quote(alias)}"


def _executions(admin: Admin) -> list[Json]:
    """All of the flow in order, each with its depth in `level`."""
    found: list[Json] = admin.get(f"{_flow(FLOW)}/executions")
    return found


def _below_forms(executions: list[Json]) -> list[Json]:
    places = [place for place, each in enumerate(executions) if each["displayName"] == _FORMS]
    return _deeper(executions, places[0]) if places else []


def _within(executions: list[Json], level: _Level) -> list[Json]:
    places = [place for place, each in enumerate(executions) if each["displayName"] == level.alias]
    return _deeper(executions, places[0]) if places else []


def _deeper(executions: list[Json], place: int) -> list[Json]:
    """What stands in the subflow at this place."""
    depth = executions[place]["level"]
    found = []
    for execution in executions[place + 1 :]:
        if execution["level"] <= depth:
            break
        found.append(execution)
    return found


def _require(admin: Admin, alias: str, requirement: str) -> None:
    (execution,) = [each for each in _executions(admin) if each["displayName"] == alias]
    _change(admin, execution, requirement)


def _change(admin: Admin, execution: Json, requirement: str) -> None:
    admin.put(f"{_flow(FLOW)}/executions", {**execution, "requirement": requirement})
