"""Wherever somebody may say where to go next, it leads to a page of this host, however it is written."""

from __future__ import annotations

from urllib.parse import quote

import httpx

from tests.integration.gateway.world import Browser, World
from tests.unit.gateway.test_local_path import ELSEWHERE

ENCODED = [*(quote(quote(each, safe=""), safe="") for each in ELSEWHERE), "/%2f%2felsewhere.example", "/%5celsewhere"]
"""Twice in percent signs: who decodes once too often would go there."""


async def test_no_login_leads_elsewhere(world: World) -> None:
    for address in [*ELSEWHERE, *ENCODED]:
        browser = world.staff()
        begun = await browser.get("/login", params={"return": address})
        assert begun.headers["Location"].startswith(world.login_server.issuer), address
        ended = await browser.get(world.login_server.approve(begun.headers["Location"], world.a_login()))
        assert stays(ended), (address, ended.headers["Location"])


async def test_no_choice_of_a_language_leads_elsewhere(world: World) -> None:
    for browser in (world.staff(), world.client()):
        for address in [*ELSEWHERE, *ENCODED]:
            answer = await choose(browser, address)
            assert answer.status_code == 303
            assert stays(answer), (address, answer.headers["Location"])


async def test_no_page_that_needs_a_login_leads_elsewhere_after_it(world: World) -> None:
    for path in ("//elsewhere.example", "//elsewhere.example/faelle", "/faelle//elsewhere.example", "/faelle"):
        browser = world.staff()
        answer = await browser.get(f"https://staff.test{path}", headers={"Accept": "text/html"})
        if answer.status_code == 404:
            continue
        assert answer.headers["Location"].startswith("/login?return=")
        begun = await browser.get(answer.headers["Location"])
        ended = await browser.get(world.login_server.approve(begun.headers["Location"], world.a_login()))
        assert stays(ended), (path, ended.headers["Location"])


async def test_other_names_for_where_to_go_are_not_known(world: World) -> None:
    for name in ("next", "return_to", "redirect", "redirect_uri", "url", "continue", "target", "back"):
        browser = world.staff()
        begun = await browser.get("/login", params={name: "https://elsewhere.example"})
        assert "elsewhere" not in begun.headers["Location"]
        ended = await browser.get(world.login_server.approve(begun.headers["Location"], world.a_login()))
        assert ended.headers["Location"] == "/"


async def choose(browser: Browser, back: str) -> httpx.Response:
    headers = {"Origin": browser.origin, "Sec-Fetch-Site": "same-origin"}
    return await browser.request("POST", "/language", data={"back": back, "language": "en"}, headers=headers)


def stays(answer: httpx.Response) -> bool:
    """Whether a browser that follows stays on this host: a path, written so that no browser reads a host into it."""
    location = answer.headers["Location"]
    resolved = httpx.URL("https://staff.test/login").join(location)
    return resolved.host == "staff.test" and location.startswith("/") and location[1:2] not in {"/", "\\"}
