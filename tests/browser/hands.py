"""What people do a page with: a mouse, or the keyboard alone."""

from __future__ import annotations

from typing import Protocol

from playwright.async_api import Locator

_FARTHEST = 200
_SHOWS_FOCUS = """element => {
    const drawn = (of, pseudo) => {
        const style = getComputedStyle(of, pseudo)
        const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
        return outlined || style.boxShadow !== 'none'
    }
    return element.matches(':focus-visible') && [null, '::before', '::after'].some(pseudo => drawn(element, pseudo))
}"""
"""A browser says that focus should be seen; whether the style sheet draws it is another question."""
"""So many tabs to something on a page, and nobody would find it."""


class Hands(Protocol):
    """Ways to do something with one control."""

    async def use(self, control: Locator) -> None:
        """Follow a link, press a button."""

    async def write(self, control: Locator, text: str) -> None:
        """Fill a field, replacing what it holds."""

    async def mark(self, control: Locator) -> None:
        """Tick a box, choose one of several."""

    async def pick(self, control: Locator, value: str) -> None:
        """Choose an entry of a list."""


class Mouse:
    """Playwright's own ways."""

    async def use(self, control: Locator) -> None:
        await control.click()

    async def write(self, control: Locator, text: str) -> None:
        await control.fill(text)

    async def mark(self, control: Locator) -> None:
        await control.check()

    async def pick(self, control: Locator, value: str) -> None:
        await control.select_option(value)


class Keyboard:
    """Only keys; each control is reached by tabs from where the focus is, and must show that it has it."""

    async def use(self, control: Locator) -> None:
        await self._reach(control)
        await control.page.keyboard.press("Enter")

    async def write(self, control: Locator, text: str) -> None:
        await self._reach(control)
        await control.page.keyboard.press("ControlOrMeta+a")
        await control.page.keyboard.press("Delete")
        await control.page.keyboard.insert_text(text)

    async def mark(self, control: Locator) -> None:
        if await control.is_checked():
            return
        if await control.get_attribute("type") == "radio":
            await self._reach_radio(control)
        else:
            await self._reach(control)
        await control.page.keyboard.press("Space")
        assert await control.is_checked()

    async def pick(self, control: Locator, value: str) -> None:
        await self._reach(control)
        values = await control.evaluate("element => [...element.options].map(option => option.value)")
        await control.page.keyboard.press("Home")
        for _ in range(values.index(value)):
            await control.page.keyboard.press("ArrowDown")
        assert await control.input_value() == value

    async def _reach(self, control: Locator) -> None:
        """A link, button or field by tabs alone."""
        await control.wait_for()
        for _ in range(_FARTHEST):
            if await control.evaluate("element => element === document.activeElement"):
                assert await control.evaluate(_SHOWS_FOCUS), f"nobody sees that {control} has the focus"
                return
            await control.page.keyboard.press("Tab")
        raise AssertionError(f"no tab leads to {control}")

    async def _reach_radio(self, control: Locator) -> None:
        """One of several has one stop for all; arrows lead on."""
        group = "element => document.activeElement.name === element.name && document.activeElement.type === 'radio'"
        for _ in range(_FARTHEST):
            if await control.evaluate(group):
                break
            await control.page.keyboard.press("Tab")
        for _ in range(_FARTHEST):
            if await control.evaluate("element => element === document.activeElement"):
                assert await control.evaluate(_SHOWS_FOCUS), f"nobody sees that {control} has the focus"
                return
            await control.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no key leads to {control}")
