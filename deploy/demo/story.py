"""What the acts of the journey share: who is logged in where, and what came of the acts before."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TypeVar

from deploy.demo.cast import Cast, Player
from deploy.demo.desk import ClientPhone, StaffDesk
from deploy.demo.stage import Stage
from deploy.local.failures import RunnerError

SECOND_SECRET = "274916"  # noqa: S105 - of an invented client
_GAP_SECONDS = 0.1
Found = TypeVar("Found")


class JourneyFailed(RunnerError):
    """A step did not do what it must; the message says which, who and what, without content."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step that did what it must."""

    number: int
    who: str
    what: str
    result: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Act:
    """One step as it is played: who does what, and the coroutine that answers what came back."""

    who: Callable[["Story"], str]
    what: str
    play: Callable[["Story"], Awaitable[str]]


@dataclass
class Story:
    """One run of the journey. Later acts read what earlier ones found."""

    stage: Stage
    cast: Cast
    stack: AsyncExitStack
    desks: dict[str, StaffDesk] = field(default_factory=dict)
    phones: list[ClientPhone] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list, repr=False)
    """Codes that were shown to the client; no log may hold them."""

    service_id: str = ""
    case_id: str = ""
    handle: str = ""
    referral_id: str = ""
    access_code: str = field(default="", repr=False)
    consent_id: str = ""
    lotsenpass: str = field(default="", repr=False)
    preview: Mapping[str, bool] = field(default_factory=dict)
    sent: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    outcome: str = ""
    disclosures: int = 0
    deletion_tasks: int = 0
    ledger_says: tuple[str, ...] = ()

    @property
    def etag_path(self) -> str:
        """Where the referral stands."""
        return f"/referrals/{self.referral_id}"

    async def desk(self, player: Player) -> StaffDesk:
        """The browser of a player, who logs in at the first use."""
        if player.username not in self.desks:
            stage = self.stage
            opened = await StaffDesk.opened(stage.staff_origin, player.username, stage.password, player.alias)
            self.desks[player.username] = await self.stack.enter_async_context(opened)
        return self.desks[player.username]

    async def phone(self) -> ClientPhone:
        """A new browser of the client, which remembers nothing."""
        phone = await self.stack.enter_async_context(ClientPhone(self.stage.client_origin))
        self.phones.append(phone)
        return phone


def must(condition: object, sentence: str) -> None:
    """Raises JourneyFailed with the sentence unless the condition holds."""
    if not condition:
        raise JourneyFailed(sentence)


async def soon(look: Callable[[], Awaitable[Found | None]], what: str, seconds: float = 15.0) -> Found:
    """What `look` finds; asks again until the time is over, then raises JourneyFailed."""
    until = time.monotonic() + seconds
    while True:
        found = await look()
        if found is not None:
            return found
        if time.monotonic() > until:
            raise JourneyFailed(f"{what} did not happen within {seconds:.0f} s")
        await asyncio.sleep(_GAP_SECONDS)
