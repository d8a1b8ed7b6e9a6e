"""People at work while something breaks: everybody repeats by one key what was refused, and keeps what was said."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from uuid import uuid4

from deploy.demo.desk import ClientPhone, Desk, Reply
from deploy.demo.story import Story
from tests.support.bearer_house import BearerHouse

SECONDS = 60.0
REFUSALS = {503, 504}
_ENDED = """
select w.request_id as id from withdrawal w
where 'withdrawn' = (select c.act from consent_revision c where c.case_id = w.case_id order by c.revision desc limit 1)
"""


@dataclass
class Load:
    """What was acknowledged, and how the rest was refused."""

    house: BearerHouse
    sections: dict[str, list[str]] = field(default_factory=dict)
    """Notes by case, in the order of their versions."""
    consents: list[str] = field(default_factory=list)
    withdrawals: list[str] = field(default_factory=list)
    """Repeat keys of withdrawals that a client was told of."""
    reads: list[str] = field(default_factory=list)
    """Repeat keys of reads whose content was shown."""
    answers: Counter[int] = field(default_factory=Counter)
    worked_at: float = 0.0
    over: bool = False

    async def insist(self, desk: Desk, method: str, path: str, body: object | None = None, **more: str) -> Reply:
        """Ask by one key until it works; a refusal is a clear one or the test has found a fault."""
        key = more.pop("key", None) or str(uuid4())
        until = monotonic() + SECONDS
        while True:
            reply = await desk.ask(method, path, body, key=key, **more)  # type: ignore[arg-type]
            self.answers[reply.status] += 1
            if reply.status < 300:
                self.worked_at = monotonic()
                return reply
            assert reply.status in REFUSALS, f"{method} {path} answered {reply.status} {reply.reason}"
            assert int(reply.headers["Retry-After"]) >= 1, f"{method} {path} does not say when to come again"
            assert monotonic() < until, f"{method} {path} is still refused: {reply.reason}"
            await asyncio.sleep(0.1)

    @asynccontextmanager
    async def at_work(self, *, with_clients: bool = True) -> AsyncIterator[None]:
        """Six people until the block ends; each finishes what she had begun."""
        story = await self.house.in_progress()
        jobs: list[Callable[[], Awaitable[None]]] = [self.write, self.write, lambda: self.read(story)]
        if with_clients:
            jobs += [self.decide, self.take_back, lambda: self.read(story)]
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(self._repeated(job))
            try:
                yield
            finally:
                self.over = True

    async def _repeated(self, job: Callable[[], Awaitable[None]]) -> None:
        while not self.over:
            await job()

    async def write(self) -> None:
        """A case, and three versions of a section."""
        desk = await self.house.desk(self.house.cast.discloser)
        case = (await self.insist(desk, "POST", "/cases", {"handle": f"L-{uuid4().hex[:12]}"})).body["case_id"]
        self.sections[case] = []
        for version in range(3):
            note = f"Stand {version} {uuid4().hex}"
            body = {"note": note, "base_version": version}
            written = await self.insist(desk, "PUT", f"/cases/{case}/sections/contact", body)
            assert written.body["version"] == version + 1
            self.sections[case].append(note)

    async def read(self, story: Story) -> None:
        """A section that crossed."""
        desk = await self.house.desk(self.house.cast.recipient)
        key = str(uuid4())
        await self.insist(desk, "POST", f"{story.etag_path}/sections/contact/read", key=key)
        self.reads.append(key)

    async def decide(self) -> None:
        """A client is asked and says yes."""
        async with self._phone_of_a_decision():
            pass

    async def take_back(self) -> None:
        """A client says yes, takes a pass, and withdraws with it."""
        async with self._phone_of_a_decision() as phone:
            lotsenpass = (await self.insist(phone, "POST", "/pass", {})).body["lotsenpass"]
            await self._enter(phone, lotsenpass)
            key = str(uuid4())
            receipts = (await self.insist(phone, "POST", "/withdrawals", {}, key=key)).body["receipts"]
            assert len(receipts) == 1
            self.withdrawals.append(key)

    async def _enter(self, phone: ClientPhone, secret: str) -> None:
        phone.csrf = (await self.insist(phone, "POST", "/session", {"secret": secret})).body["csrf_token"]

    @asynccontextmanager
    async def _phone_of_a_decision(self) -> AsyncIterator[ClientPhone]:
        desk = await self.house.desk(self.house.cast.discloser)
        case = (await self.insist(desk, "POST", "/cases", {"handle": f"D-{uuid4().hex[:12]}"})).body["case_id"]
        await self.insist(desk, "PUT", f"/cases/{case}/sections/contact", {"note": "Rückruf ab zehn"})
        draft = {
            "recipient_id": str(self.house.cast.recipient.agency_id),
            "cover_sheet": {"topics": ["mietschulden"], "urgency": "soon", "language": "ar"},
            "categories": ["contact"],
        }
        made = (await self.insist(desk, "POST", f"/cases/{case}/referrals", draft)).body
        path = f"/referrals/{made['referral_id']}/consent-requests"
        asked = await self.insist(desk, "POST", path, {"language": "de"}, etag=made["etag"])
        async with ClientPhone(self.house.constellation.environment.client_origin) as phone:
            await self._enter(phone, asked.body["access_code"])
            answer = {
                "answers": [{"category": category, "permit": True} for category in ("cover-sheet", "contact")],
                "way_back": "outcome", "secrecy_release_forward": True, "secrecy_release_back": True,
            }  # fmt: skip
            self.consents.append((await self.insist(phone, "POST", "/decision", answer)).body["consent_id"])
            yield phone

    async def lost(self) -> list[str]:
        """What was acknowledged and is not there, or there twice."""
        gone = [case for case, notes in self.sections.items() if await self._notes(case, len(notes)) != notes]
        async with self.house.processes.database("consent").administered() as admin:
            consents = {str(row["id"]) for row in await admin.fetch("select consent_id as id from consent_revision")}
            reads = {str(row["id"]) for row in await admin.fetch("select request_id as id from disclosure")}
            # By the newest revision of its case, which is what every later read is decided on.
            ended = Counter(str(row["id"]) for row in await admin.fetch(_ENDED))
        twice = [key for key in self.withdrawals if ended[key] != 1]
        return [*gone, *(set(self.consents) - consents), *(set(self.reads) - reads), *twice]

    async def _notes(self, case: str, versions: int) -> list[str]:
        desk = await self.house.desk(self.house.cast.discloser)
        path = f"/cases/{case}/sections/contact"
        found = [(await desk.get(f"{path}?version={version + 1}")).body["note"] for version in range(versions)]
        after = await desk.ask("GET", f"{path}?version={versions + 1}")
        assert after.status == 404, "a version more than was asked for"
        return found
