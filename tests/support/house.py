"""Builders of this tier: people at browsers, referrals in the state a test wants, processes that end and begin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

from deploy.demo.acts.handing_over import accept_and_read, ask_the_client, draft, send
from deploy.demo.acts.taking_back import consents_of
from deploy.demo.cast import Cast, Player, player
from deploy.demo.desk import ClientPhone, Reply, StaffDesk
from deploy.demo.stage import LocalStage
from deploy.demo.story import Story, soon
from deploy.keycloak.plan import Plan
from deploy.local.calls import until_serving
from deploy.local.constellation import Constellation
from deploy.local.keycloak_server import START_SECONDS
from deploy.local.lifecycle import PEOPLE

Cookie = tuple[str, str, str, str]
Logins = dict[str, tuple[str, list[Cookie]]]
PLAN = Plan.read(PEOPLE)
SERVING_SECONDS = defaultdict(lambda: 60.0, keycloak=START_SECONDS)


class House:
    """What one test does to the constellation, over HTTP, and to its processes."""

    def __init__(self, constellation: Constellation, logins: Logins, stack: AsyncExitStack) -> None:
        self.constellation = constellation
        self.cast = Cast.of(PLAN)
        self._logins = logins
        self._stack = stack

    @property
    def origin(self) -> str:
        """Of the staff's pages."""
        return self.constellation.environment.staff_origin

    @property
    def password(self) -> str:
        return self.constellation.environment.demo_password.read_text()

    async def desk(self, who: Player, *, fresh: bool = False) -> StaffDesk:
        """Somebody's browser; logged in anew when `fresh`."""
        known = self._logins.get(who.username)
        if fresh or known is None:
            desk = await StaffDesk.opened(self.origin, who.username, self.password, who.alias)
            if not fresh:
                jar = [(each.name, each.value or "", each.domain, each.path) for each in desk.http.cookies.jar]
                self._logins[who.username] = (desk.csrf, jar)
        else:
            desk = StaffDesk(self.origin)
            desk.csrf = known[0]
            for name, value, domain, path in known[1]:
                desk.http.cookies.set(name, value, domain, path)
        return await self._stack.enter_async_context(desk)

    async def desk_of(self, username: str, alias: str, *, fresh: bool = False) -> StaffDesk:
        """The browser of somebody who is not of the cast."""
        return await self.desk(player(PLAN, username, alias), fresh=fresh)

    async def phone(self, secret: str) -> ClientPhone:
        """The client's browser with a session for this code or pass."""
        phone = await self._stack.enter_async_context(ClientPhone(self.constellation.environment.client_origin))
        await phone.redeem(secret)
        return phone

    async def drafted(self) -> Story:
        """A draft of the discloser that nobody was asked about."""
        story = Story(LocalStage(self.constellation), self.cast, self._stack)
        for who in (self.cast.discloser, self.cast.recipient):
            story.desks[who.username] = await self.desk(who)
        await draft(story)
        return story

    async def permitted(self) -> Story:
        """A draft that may be sent but for its health section."""
        story = await self.drafted()
        await ask_the_client(story)
        return story

    async def offered(self) -> Story:
        """A referral in the recipient's inbox."""
        story = await self.permitted()
        await send(story)
        return story

    async def in_progress(self) -> Story:
        """A referral that the recipient works on and has read."""
        story = await self.offered()
        await accept_and_read(story)
        return story

    async def withdraw(self, story: Story) -> None:
        """The client takes everything back."""
        phone = await self.phone(story.lotsenpass)
        await phone.post("/withdrawals", {})

    async def read(self, story: Story, category: str = "contact") -> Reply:
        """The recipient reads, whatever comes of it."""
        desk = await self.desk(self.cast.recipient)
        return await desk.ask("POST", f"{story.etag_path}/sections/{category}/read", key=str(uuid4()))

    async def all_withdrawals_are_done(self, story: Story) -> bool:
        """Whether the client sees every withdrawal acknowledged and the keys destroyed."""
        phone = await self.phone(story.lotsenpass)

        async def done() -> bool | None:
            withdrawals = [each for consent in await consents_of(phone) for each in consent["withdrawals"]]
            complete = [each["acknowledged_at"] and each["keys_destroyed_at"] for each in withdrawals]
            return True if withdrawals and all(complete) else None

        return await soon(done, "that the client sees it", 30)

    @asynccontextmanager
    async def without(self, *processes: str) -> AsyncIterator[None]:
        """Processes killed as by a crash; they are up again after the block."""
        for process in processes:
            self.constellation.kill(process)
        try:
            yield
        finally:
            for process in processes:
                self.constellation.start(process)
            for process in processes:
                assert await until_serving(self.constellation.environment, process, SERVING_SECONDS[process])
