"""The Admin REST API of Keycloak through the connection of python-keycloak, which logs in and renews its token."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keycloak import KeycloakOpenIDConnection
from keycloak.exceptions import KeycloakError
from requests import Response

Json = dict[str, Any]
_SECONDS = 30


class ProvisionError(Exception):
    """Keycloak refused something; the message names the path and what it said, without names of people."""


class Unreachable(ProvisionError):
    """Keycloak did not answer, or not in time; what was asked may have happened, so look before asking again."""


@dataclass
class Changes:
    """What was made, changed, and right already; by kind, without names of people."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0

    def summary(self) -> str:
        """In one line."""
        return f"{len(self.created)} made, {len(self.changed)} changed, {self.unchanged} right already"


class Admin:
    """Requests below `/admin/realms`; any answer that is not a success raises ProvisionError."""

    def __init__(self, url: str, client_id: str, secret: str, *, ca_file: Path | None = None) -> None:
        """With `ca_file` it believes only certificates of that authority."""
        self.changes = Changes()
        self._connection = KeycloakOpenIDConnection(
            server_url=url, realm_name="master", client_id=client_id, client_secret_key=secret, timeout=_SECONDS,
            verify=str(ca_file) if ca_file else True,
            # A repeated creation would double what was made by an answer that got lost.
            max_retries=0,
        )  # fmt: skip

    def get(self, path: str) -> Any:
        """What stands there."""
        return self._checked("GET", path, self._call("raw_get", path)).json()

    def find(self, path: str) -> Any | None:
        """What stands there, or None."""
        response = self._call("raw_get", path)
        return None if response.status_code == 404 else self._checked("GET", path, response).json()

    def post(self, path: str, body: Json | list[Json] | str) -> str:
        """Make something; the id of what was made where Keycloak says it."""
        data = body if isinstance(body, str) else json.dumps(body)
        response = self._checked("POST", path, self._call("raw_post", path, data))
        location = response.headers.get("Location")
        return Path(location).name if location else ""

    def put(self, path: str, body: Json | None = None) -> None:
        """Replace something."""
        self._checked("PUT", path, self._call("raw_put", path, json.dumps(body) if body is not None else ""))

    def delete(self, path: str, body: list[Json] | None = None) -> None:
        """Take something away."""
        data = {} if body is None else {"data": json.dumps(body)}
        self._checked("DELETE", path, self._call("raw_delete", path, **data))

    def ensure(self, kind: str, path: str, current: Json | None, wanted: Json, *, collection: str) -> Json:
        """Make it where it is missing, change it where a wanted value differs, else leave it; answers what stands."""
        if current is None:
            made = self.post(collection, wanted)
            self.changes.created.append(kind)
            return {**wanted, "id": made}
        merged = _merged(current, wanted)
        if merged == current:
            self.changes.unchanged += 1
        else:
            self.put(path, merged)
            self.changes.changed.append(kind)
        return merged

    def ensure_none(self, kind: str, path: str, surplus: list[Json]) -> None:
        """Take these roles away from where they stand, if there are any."""
        if surplus:
            self.delete(path, surplus)
            self.changes.changed.append(f"{kind} taken")
        else:
            self.changes.unchanged += 1

    def _call(self, method: str, path: str, data: str | None = None) -> Response:
        try:
            call = getattr(self._connection, method)
            where = "/admin/realms" + path
            answer: Response = call(where) if data is None else call(where, data=data)
        except KeycloakError as error:
            raise Unreachable(f"Keycloak cannot be reached or refuses the login: {type(error).__name__}") from None
        return answer

    def _checked(self, method: str, path: str, response: Response) -> Response:
        if response.status_code >= 400:
            where = path.partition("?")[0]  # a search for a person has her user name behind it
            raise ProvisionError(f"Keycloak refused {method} {where}: {response.status_code} {_reason(response)}")
        return response


def _reason(response: Response) -> str:
    try:
        body = response.json()
    except ValueError:
        return ""
    return str(body.get("errorMessage") or body.get("error") or "") if isinstance(body, dict) else ""


def _merged(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> Json:
    """What stands, with the wanted values put over it, table by table."""
    merged = dict(current)
    for key, value in wanted.items():
        existing = merged.get(key)
        if isinstance(value, dict) and isinstance(existing, dict):
            merged[key] = _merged(existing, value)
        elif isinstance(value, list) and isinstance(existing, list) and _same_members(value, existing):
            continue
        else:
            merged[key] = value
    return merged


def _same_members(one: list[Any], other: list[Any]) -> bool:
    return sorted(map(str, one)) == sorted(map(str, other))
