"""The JSON API as a staff member's or a client's browser uses it."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

import httpx

from deploy.demo.browser import Browser
from deploy.local.failures import RunnerError


class UnexpectedAnswer(RunnerError):
    """The API answered otherwise than the main job needs; the message names route, status and reason, no content."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the API."""

    status: int
    body: Any
    text: str
    headers: httpx.Headers

    @property
    def reason(self) -> str:
        """Reason of a problem, or ""."""
        return str(self.body.get("reason", "")) if isinstance(self.body, dict) and self.status >= 400 else ""

    @property
    def etag(self) -> str:
        """The etag in the body, or in that of the referral within it."""
        inner = self.body.get("referral", self.body)
        return str(inner["etag"])


class Desk(Browser):
    """A browser that speaks to one host of the gateway, with the token that writes need."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.origin = origin
        self.csrf = ""

    async def ask(
        self,
        method: str,
        path: str,
        body: object | None = None,
        *,
        etag: str | None = None,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """One request to `/api/v1`; whatever is answered."""
        sent = dict(headers or {})
        if method != "GET":
            sent |= {"X-CSRF-Token": self.csrf, "Idempotency-Key": key or str(uuid4()), "Origin": self.origin}
        if etag is not None:
            sent["If-Match"] = f'"{etag}"'
        try:
            response = await self.http.request(method, f"{self.origin}/api/v1{path}", json=body, headers=sent)
        except httpx.HTTPError as error:
            raise UnexpectedAnswer(f"{method} {path}: no answer ({type(error).__name__})") from None
        is_json = "json" in response.headers.get("Content-Type", "")
        return Reply(response.status_code, response.json() if is_json else {}, response.text, response.headers)

    async def get(self, path: str) -> Reply:
        """Read; raises UnexpectedAnswer unless it worked."""
        return _worked("GET", path, await self.ask("GET", path))

    async def post(
        self, path: str, body: object | None = None, *, etag: str | None = None, key: str | None = None
    ) -> Reply:
        """Write; raises UnexpectedAnswer unless it worked."""
        return _worked("POST", path, await self.ask("POST", path, body, etag=etag, key=key))

    async def put(self, path: str, body: object, *, etag: str | None = None) -> Reply:
        """Write; raises UnexpectedAnswer unless it worked."""
        return _worked("PUT", path, await self.ask("PUT", path, body, etag=etag))


class StaffDesk(Desk):
    """A staff member's browser."""

    @classmethod
    async def opened(cls, origin: str, username: str, password: str, agency: str) -> Self:
        """Logged in by Keycloak's own pages; raises LoginRefused."""
        desk = cls(origin)
        await desk._log_in("", username, password, agency)
        return desk

    async def strengthen(self, username: str, password: str, agency: str, one_time_code: str) -> None:
        """The same browser with a fresh login of class 2, as a page that needs it leads there; raises LoginRefused."""
        await self._log_in("&second_factor=true&fresh=true", username, password, agency, one_time_code)

    async def _log_in(self, how: str, username: str, password: str, agency: str, one_time_code: str = "") -> None:
        start = f"{self.origin}/login?return=/api/v1/session{how}"
        page = await self.log_in(start, username, password, agency, one_time_code=one_time_code)
        session = _worked("GET", "/session", Reply(page.status_code, page.json(), page.text, page.headers))
        self.csrf = session.body["csrf_token"]


class ClientPhone(Desk):
    """A client's browser."""

    async def redeem(self, secret: str) -> list[str]:
        """Begin a session with an access code or a pass; what it may do."""
        session = await self.post("/session", {"secret": secret})
        self.csrf = session.body["csrf_token"]
        return list(session.body["scopes"])


def _worked(method: str, path: str, reply: Reply) -> Reply:
    if reply.status >= 400:
        facts = reply.body.get("errors") or reply.body.get("facts") or "" if isinstance(reply.body, dict) else ""
        raise UnexpectedAnswer(f"{method} {path} answered {reply.status} {reply.reason} {facts}".strip())
    return reply
