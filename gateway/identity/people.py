"""Who works at an agency, by name, as Keycloak knows it. Asked when somebody has to be chosen, and kept nowhere."""

from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from gateway.errors import LoginUnavailable
from gateway.identity.oidc import organization_of

_SECONDS: Final = 5.0
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person of an agency; personal data."""

    person_id: str
    name: str = field(repr=False)


class People:
    """Asks with the gateway's own account at Keycloak, which may look at people and change nothing."""

    def __init__(self, realm: str, client_id: str, secret: str, http: httpx.AsyncClient) -> None:
        self._token_address = f"{realm}/protocol/openid-connect/token"
        self._members = realm.replace("/realms/", "/admin/realms/", 1) + "/organizations"
        self._account = (client_id, secret)
        self._http = http

    async def colleagues(self, access_token: str) -> list[Colleague]:
        """All of the agency that this token names, by name; raises LoginUnavailable while Keycloak is away.

        Nothing here looks whether the token is genuine: only ask after a service has taken it.
        """
        organization_id = organization_of(access_token)
        if not organization_id:
            return []
        try:
            bearer = {"Authorization": f"Bearer {await self._token()}"}
            found: list[dict[str, Any]] = []
            while True:
                query = {"first": len(found), "max": _PAGE}
                address = f"{self._members}/{organization_id}/members"
                answer = await self._http.get(address, params=query, headers=bearer, timeout=_SECONDS)
                page = _json(answer)
                found += page
                if len(page) < _PAGE:
                    break
        except httpx.HTTPError:
            raise LoginUnavailable from None
        people = [Colleague(str(entry["id"]), _name(entry)) for entry in found if entry.get("enabled", True)]
        return sorted(people, key=lambda one: one.name.casefold())

    async def _token(self) -> str:
        form = {"grant_type": "client_credentials"}
        answer = await self._http.post(self._token_address, data=form, auth=self._account, timeout=_SECONDS)
        return str(_json(answer)["access_token"])


def _json(answer: httpx.Response) -> Any:
    """What Keycloak says; anything but success is between us and it, and nothing of it is shown."""
    if answer.status_code != 200:
        raise LoginUnavailable
    return answer.json()


def _name(entry: dict[str, Any]) -> str:
    """As the agency registered her; the login name where there is no other."""
    whole = " ".join(part for part in (entry.get("lastName"), entry.get("firstName")) if part)
    return whole or str(entry["username"])
