"""The second factor: a login by password is of class 1, one with a second factor of class 2, for whoever asks for it.

Keycloak's own browser flow asks for a code whenever somebody has one and says class 1 all the same. Ours is a copy of
it in which two levels stand instead of the forms: the password once a session, the second factor each time it is asked
for: a one-time code or a security key, whichever she has. Whoever has neither is made to set up codes there and then.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from deploy.keycloak.admin import Admin, Json
from deploy.keycloak.realm import REALM

FLOW: Final = "lotse-browser"
ACR_CLASSES: Final = json.dumps({"1": 1, "2": 2}, separators=(",", ":"))
ENROL: Final = "CONFIGURE_TOTP"
KEY_NAME: Final = "Lotsennetz"
"""What a browser says when it asks for a security key."""
_FORMS = f"{FLOW} forms"
_OWN_FACTOR = f"{FLOW} own factor"
_SESSION_SECONDS = 36000


@dataclass(frozen=True, slots=True)
class _Step:
    """An authenticator or a condition by its id, or a subflow by its name with what stands in it, in order."""

    name: str
    requirement: str = "REQUIRED"
    config: dict[str, str] = field(default_factory=dict)
    steps: tuple["_Step", ...] = ()


def _level(number: int, seconds: int, *steps: _Step) -> _Step:
    """A class of login, how long it counts within a session (0 asks each time), and what it takes."""
    condition = {"loa-condition-level": str(number), "loa-max-age": str(seconds)}
    return _Step(
        f"{FLOW} level {number}",
        "CONDITIONAL",
        steps=(_Step("conditional-level-of-authentication", config=condition), *steps),
    )


_STEPS = (
    _level(1, _SESSION_SECONDS, _Step("auth-username-password-form")),
    # Alternatives make nobody set anything up, so whoever has neither factor goes another way, which does.
    _level(
        2,
        0,
        _Step(
            _OWN_FACTOR,
            "CONDITIONAL",
            steps=(
                _Step("conditional-user-configured"),
                _Step("auth-otp-form", "ALTERNATIVE"),
                _Step("webauthn-authenticator", "ALTERNATIVE"),
            ),
        ),
        _Step(
            f"{FLOW} first factor",
            "CONDITIONAL",
            steps=(
                _Step(
                    "conditional-sub-flow-executed",
                    config={"flow_to_check": _OWN_FACTOR, "check_result": "not-executed"},
                ),
                _Step("auth-otp-form"),
            ),
        ),
    ),
)


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
    wanted: Json = {
        "realm": REALM,
        "browserFlow": FLOW,
        "attributes": {"acr.loa.map": ACR_CLASSES},
        "webAuthnPolicyRpEntityName": KEY_NAME,
    }
    admin.ensure("classes of login", f"/{REALM}", admin.get(f"/{REALM}"), wanted, collection="")


def _build(admin: Admin) -> None:
    admin.post(f"/{REALM}/authentication/flows/browser/copy", {"newName": FLOW})
    for execution in _within(_executions(admin), _FORMS):
        if execution["level"] == 1:
            admin.delete(f"/{REALM}/authentication/executions/{execution['id']}")
    _add(admin, _FORMS, _STEPS)


def _add(admin: Admin, flow: str, steps: Iterable[_Step]) -> None:
    for step in steps:
        if step.steps:
            described = {
                "alias": step.name,
                "type": "basic-flow",
                "description": "",
                "provider": "registration-page-form",
            }
            admin.post(f"{_flow(flow)}/executions/flow", described)
        else:
            admin.post(f"{_flow(flow)}/executions/execution", {"provider": step.name})
        made = [each for each in _within(_executions(admin), flow) if _name(each) == step.name][-1]
        admin.put(f"{_flow(FLOW)}/executions", {**made, "requirement": step.requirement})
        if step.config:
            admin.post(
                f"/{REALM}/authentication/executions/{made['id']}/config",
                {"alias": f"{flow} {step.name}", "config": step.config},
            )
        _add(admin, step.name, step.steps)


def _is_right(admin: Admin) -> bool:
    executions = _executions(admin)
    forms = [each for each in executions if each["displayName"] == _FORMS]
    if [each["requirement"] for each in forms] != ["ALTERNATIVE"]:
        return False
    return _read(admin, _within(executions, _FORMS)) == _STEPS


def _read(admin: Admin, executions: list[Json]) -> tuple[_Step, ...]:
    """What stands there, in the words of what is wanted."""
    found = []
    for place, execution in enumerate(executions):
        if execution["level"] == executions[0]["level"]:
            config = execution.get("authenticationConfig")
            values = admin.get(f"/{REALM}/authentication/config/{config}")["config"] if config else {}
            below = _read(admin, _deeper(executions, place))
            found.append(_Step(_name(execution), execution["requirement"], values, below))
    return tuple(found)


def _name(execution: Json) -> str:
    return str(execution["displayName"] if execution.get("authenticationFlow") else execution["providerId"])


def _flow(alias: str) -> str:
    return f"/{REALM}/authentication/flows/{quote(alias)}"


def _executions(admin: Admin) -> list[Json]:
    """All of the flow in order, each with its depth in `level`."""
    found: list[Json] = admin.get(f"{_flow(FLOW)}/executions")
    return found


def _within(executions: list[Json], flow: str) -> list[Json]:
    """What stands in the subflow of this name, however deep."""
    places = [place for place, each in enumerate(executions) if each["displayName"] == flow]
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
