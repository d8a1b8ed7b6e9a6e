"""People in front of a browser: what they see, type and press, and what every page of theirs must hold."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, expect

from deploy.demo.cast import Player
from tests.browser.chromium import PACKAGES
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.support.house import House

AXE = (PACKAGES / "axe-core" / "axe.min.js").read_text(encoding="utf-8") if PACKAGES.is_dir() else ""
expect.set_options(timeout=15_000)
_WIDER = """() => {
    const beyond = [...document.querySelectorAll("main *")].filter(each => {
        const place = each.getBoundingClientRect()
        return place.right > window.innerWidth || document.dir === "rtl" && place.width > 1 && place.left < 0
    })
    const whole = document.documentElement
    if (whole.scrollWidth <= window.innerWidth && !(document.dir === "rtl" && beyond.length)) return ""
    return beyond.slice(-3).map(each => each.outerHTML.slice(0, 200)).join(" | ") || "something outside of main"
}"""
_FAULTS = """() => axe.run({
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"],
}).then(found => found.violations.map(each => [each.id, each.nodes.map(node => node.target)]))"""
_SHOTS = os.environ.get("LOTSE_SCREENSHOTS")
"""A folder for a picture of each page that a test looks at."""


class Screen:
    """One person's browser."""

    def __init__(
        self, name: str, context: BrowserContext, page: Page, origin: str, hands: Hands, *, script: bool
    ) -> None:
        self.name = name
        self.context = context
        self.page = page
        self.origin = origin
        self.hands = hands
        self.script = script
        self.asked: set[str] = set()
        page.set_default_timeout(20_000)
        page.on("request", lambda request: self.asked.add(urlsplit(request.url).netloc))
        self._pictures = 0

    async def open(self, path: str) -> None:
        """An address of the own host."""
        await self.page.goto(f"{self.origin}{path}")

    async def heading(self, text: str) -> None:
        """The page bears this heading; then it is looked at."""
        await expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)
        await self.page.wait_for_load_state()
        await self.look(text)

    async def sees(self, text: str) -> None:
        await expect(self.page.locator("body")).to_contain_text(text)

    async def sees_not(self, text: str) -> None:
        await expect(self.page.locator("body")).not_to_contain_text(text)

    async def type(self, label: str, text: str) -> None:
        await self.hands.write(self.page.get_by_label(label, exact=True), text)

    async def choose(self, label: str, value: str) -> None:
        await self.hands.pick(self.page.get_by_label(label, exact=True), value)

    async def tick(self, label: str) -> None:
        await self.hands.mark(self.page.get_by_label(label, exact=True))

    async def press(self, text: str) -> None:
        """A button of the page itself, or a link that looks like one; the first of that name."""
        main = self.page.get_by_role("main")
        button = main.get_by_role("button", name=text, exact=True)
        await self.hands.use(button.or_(main.get_by_role("link", name=text, exact=True)).first)

    async def write(self, field: str, text: str) -> None:
        """By the field's selector, for those whose labels are from the vocabulary."""
        await self.hands.write(self.page.locator(field), text)

    async def use(self, control: str) -> None:
        """By its selector."""
        await self.hands.use(self.page.locator(control))

    async def choose_language(self, name: str) -> None:
        """On a page of clients, by what the language calls itself."""
        await self.page.locator(".language-choice summary").click()
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def resize(self, width: int) -> None:
        """The window of another device."""
        await self.page.set_viewport_size({"width": width, "height": 800})

    async def look(self, text: str = "") -> None:
        """Nothing of it may keep anybody out."""
        if _SHOTS:
            self._pictures += 1
            name = "".join(letter if letter.isalnum() else "-" for letter in text.lower())[:40]
            await self.page.screenshot(
                path=Path(_SHOTS) / f"{self.name}-{self._pictures:02}-{name}.png", full_page=True
            )
        width = self.page.viewport_size
        if self.script:
            wide = await self.page.evaluate(_WIDER)
            assert not wide, f"{self.page.url} is wider than its window {width}: {wide}"
            await self.page.evaluate(AXE)
            faults = await self.page.evaluate(_FAULTS)
            assert faults == [], f"{urlsplit(self.page.url).path}: {faults}"

    async def cookies(self) -> set[str]:
        """Names of the cookies that the own host gets."""
        return {cookie["name"] for cookie in await self.context.cookies(self.origin)}


class Screens:
    """The browsers of one test."""

    def __init__(self, browser: Browser, house: House) -> None:
        self._browser = browser
        self.house = house

    async def staff(self, who: Player, **looks: Any) -> Screen:
        """A counsellor who has logged in by Keycloak's own pages."""
        screen = await self._screen(who.username, self.house.origin, **looks)
        await screen.open("/")
        page = screen.page
        await screen.write("#username", who.username)
        await screen.use("#kc-login")
        choice = page.locator(f"[value='{who.alias}'], [data-organization-alias='{who.alias}'], #{who.alias}")
        await page.locator("#password").or_(choice.first).first.wait_for()
        if await choice.count():
            await screen.hands.use(choice.first)
        await screen.write("#password", self.house.password)
        await screen.use("#kc-login")
        await screen.page.wait_for_url(f"{self.house.origin}/")
        return screen

    async def client(self, **looks: Any) -> Screen:
        """A client with a phone."""
        return await self._screen("client", self.house.constellation.environment.client_origin, **looks)

    async def operator(self, username: str, **looks: Any) -> Screen:
        """Whoever runs the installation, logged in by Keycloak's own pages; of no agency."""
        screen = await self._screen(username, self.house.origin, **looks)
        await screen.open("/")
        await screen.write("#username", username)
        if not await screen.page.locator("#password").count():
            await screen.use("#kc-login")
        await screen.write("#password", self.house.password)
        await screen.use("#kc-login")
        await screen.page.wait_for_url(f"{self.house.origin}/betrieb")
        return screen

    async def anybody(self, **looks: Any) -> Screen:
        """Somebody on the staff's host who has not logged in."""
        return await self._screen("anybody", self.house.origin, **looks)

    async def _screen(
        self,
        name: str,
        origin: str,
        *,
        script: bool = True,
        width: int = 1024,
        language: str = "de-DE",
        keyboard: bool = False,
    ) -> Screen:
        context = await self._browser.new_context(
            java_script_enabled=script, viewport={"width": width, "height": 800}, locale=language
        )
        hands = Keyboard() if keyboard else Mouse()
        return Screen(name, context, await context.new_page(), origin, hands, script=script)
