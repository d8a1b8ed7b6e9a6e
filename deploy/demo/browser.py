"""A browser without a window: cookies, redirects and real forms over HTTP, as somebody who uses the pages has them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

from deploy.local.failures import RunnerError
from services.common.identity.jwks import trusting

SECONDS = 30.0
_MOST_REDIRECTS = 10
_MOST_PAGES = 6
_BY_DEVICE = frozenset({"totpSecret", "clientDataJSON"})
"""Fields of pages that no person fills in alone."""


class LoginRefused(RunnerError):
    """The pages did not lead where a login leads; the message says at which page, without what was typed."""


@dataclass
class Form:
    """One form of a page."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """Values by name, where a button or a radio button chooses."""


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif self.forms and tag in {"input", "button"} and given.get("name"):
            form = self.forms[-1]
            if tag == "button" or given.get("type") in {"radio", "submit", "checkbox"}:
                form.choices.setdefault(given["name"], []).append(given.get("value", ""))
            else:
                form.fields[given["name"]] = given.get("value", "")


def forms_of(page: str) -> list[Form]:
    """All forms of a page."""
    parser = _Forms()
    parser.feed(page)
    return parser.forms


class Browser:
    """One browser of one person; never in two tasks at once."""

    def __init__(self) -> None:
        hooks = {"response": [self._keep_cookies]}
        self.http = httpx.AsyncClient(verify=trusting(None), timeout=SECONDS, trust_env=False, event_hooks=hooks)

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        await self.http.aclose()

    async def _keep_cookies(self, response: httpx.Response) -> None:
        """Browsers send `Secure` cookies to loopback addresses without TLS; httpx has to be told."""
        self.http.cookies.extract_cookies(response)
        for cookie in self.http.cookies.jar:
            cookie.secure = False

    async def follow(self, response: httpx.Response, until: str = "") -> httpx.Response:
        """Follow redirects to the first page, or to the first address that begins with `until`, which is not opened."""
        for _ in range(_MOST_REDIRECTS):
            if not response.is_redirect:
                return response
            address = urljoin(str(response.url), response.headers["Location"])
            if until and address.startswith(until):
                return response
            response = await self.http.get(address)
        raise LoginRefused("too many redirects")

    async def log_in(
        self,
        start: str,
        username: str,
        password: str,
        agency: str | None = None,
        until: str = "",
        *,
        one_time_code: str = "",
    ) -> httpx.Response:
        """Fill in Keycloak's pages from the address `start` on; answers the first page that is not Keycloak's.

        Who belongs to several agencies is asked for one; `agency` is its alias. Raises LoginRefused.
        """
        response = await self.follow(await self.http.get(start), until)
        for _ in range(_MOST_PAGES):
            if response.is_redirect or "/login-actions/" not in response.text:
                return response
            form = _login_form(response)
            _fill_in(form, username, password, agency)
            if "otp" in form.fields:
                form.fields["otp"] = one_time_code
            if form.fields.keys() & _BY_DEVICE:
                self.use_device(form, response)
            before = set(form.fields)
            response = await self.http.post(urljoin(str(response.url), form.action), data=form.fields)
            response = await self.follow(response, until)
            _refuse_repetition(before, response)
        raise LoginRefused("too many pages")

    def use_device(self, form: Form, page: httpx.Response) -> None:  # noqa: ARG002 - for browsers with a device
        """Fill in what an app that is set up, or a security key, says. People of a demonstration need neither."""
        raise LoginRefused("a second factor has to be set up first, or a security key to be used")


def _login_form(response: httpx.Response) -> Form:
    found = [form for form in forms_of(response.text) if "/login-actions/" in form.action]
    if not found:
        raise LoginRefused(f"there is no form on {urlsplit(str(response.url)).path}")
    return found[0]


def _fill_in(form: Form, username: str, password: str, agency: str | None) -> None:
    if "kc.org" in form.fields or "kc.org" in form.choices:
        if agency is None:
            raise LoginRefused("several agencies to choose from, and none was named")
        form.fields["kc.org"] = agency
        return
    if "username" in form.fields:
        form.fields["username"] = username
    if "password" in form.fields:
        form.fields["password"] = password


def _refuse_repetition(before: set[str], response: httpx.Response) -> None:
    """The same page again means that what was typed was not accepted."""
    again = [form for form in forms_of(response.text) if "/login-actions/" in form.action]
    if again and set(again[0].fields) == before and before:
        raise LoginRefused("what was typed was not accepted")
