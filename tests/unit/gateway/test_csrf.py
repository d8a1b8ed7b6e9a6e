"""Which writes by a session are taken, as a table."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from gateway.errors import CrossSiteRequest
from gateway.identity.csrf import check_origin, check_write

ORIGIN = "http://127.0.0.1:8400"
TOKEN = "a-token"


def a_request(method: str = "POST", **headers: str) -> Request:
    raw = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": method, "headers": raw, "path": "/", "query_string": b""})


TAKEN = {
    "from our page": {"Sec_Fetch_Site": "same-origin", "Origin": ORIGIN, "X_CSRF_Token": TOKEN},
    "old browser with Origin": {"Origin": ORIGIN, "X_CSRF_Token": TOKEN},
    "no browser": {"X_CSRF_Token": TOKEN},
}
REFUSED = {
    "no token": {"Sec_Fetch_Site": "same-origin", "Origin": ORIGIN},
    "empty token": {"Sec_Fetch_Site": "same-origin", "Origin": ORIGIN, "X_CSRF_Token": ""},
    "other token": {"Sec_Fetch_Site": "same-origin", "Origin": ORIGIN, "X_CSRF_Token": "another"},
    "token that is no ASCII": {"Origin": ORIGIN, "X_CSRF_Token": "ä"},
    "cross-site with the token": {"Sec_Fetch_Site": "cross-site", "Origin": ORIGIN, "X_CSRF_Token": TOKEN},
    "same site is another host": {"Sec_Fetch_Site": "same-site", "X_CSRF_Token": TOKEN},
    "typed address": {"Sec_Fetch_Site": "none", "X_CSRF_Token": TOKEN},
    "other origin": {"Origin": "https://elsewhere.example", "X_CSRF_Token": TOKEN},
    "sandboxed frame": {"Origin": "null", "X_CSRF_Token": TOKEN},
    "origin that begins alike": {"Origin": ORIGIN + ".elsewhere.example", "X_CSRF_Token": TOKEN},
    "the clients' origin": {"Origin": "http://localhost:8400", "X_CSRF_Token": TOKEN},
}


@pytest.mark.parametrize("headers", TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_from_our_own_page_is_taken(method: str, headers: dict[str, str]) -> None:
    check_write(a_request(method, **headers), ORIGIN, TOKEN)


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_any_other_write_is_refused(method: str, headers: dict[str, str]) -> None:
    with pytest.raises(CrossSiteRequest):
        check_write(a_request(method, **headers), ORIGIN, TOKEN)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reads_need_no_token(method: str) -> None:
    check_write(a_request(method, Sec_Fetch_Site="cross-site"), ORIGIN, TOKEN)


def test_entering_a_code_from_another_site_is_refused_without_any_session() -> None:
    with pytest.raises(CrossSiteRequest):
        check_origin(a_request(Sec_Fetch_Site="cross-site"), ORIGIN)
