"""Two agencies and two clients before the whole API: what each has, and which words and ids each may never receive."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from deploy.demo.desk import Desk
from deploy.demo.story import SECOND_SECRET, soon
from tests.support.house import House

SECTIONS = ("contact", "housing", "health")


@dataclass
class Caller:
    """Somebody with a session."""

    name: str
    origin: str
    headers: dict[str, str] = field(repr=False)
    own: dict[str, list[str]] = field(default_factory=dict)
    """Ids of what is hers or was shown to her, by the name of the path parameter that takes them."""

    forbidden: tuple[str, ...] = ()
    """Words and ids that are others' and were not shared with her."""


@dataclass(frozen=True)
class MarkedCase:
    """A case in which every word is one of a kind."""

    case_id: str
    handle: str
    notes: dict[str, str]

    def words(self, *categories: str) -> list[str]:
        return [self.case_id, self.handle, *(self.notes[category] for category in categories or SECTIONS)]


@dataclass(frozen=True)
class Callers:
    """The discloser, the recipient of one referral, a client who is being asked, and one who came back."""

    discloser: Caller
    recipient: Caller
    asked: Caller
    returned: Caller

    @property
    def staff(self) -> list[Caller]:
        return [self.discloser, self.recipient]

    @property
    def clients(self) -> list[Caller]:
        return [self.asked, self.returned]


async def callers_of(house: House) -> Callers:
    """Four cases of the discloser and one of the recipient.

    Of the discloser's nobody knows the first, the recipient got two sections of the second, the client of the third is
    being asked, and what crossed of the fourth was taken back by its client.
    """
    ours, theirs = await house.desk(house.cast.discloser), await house.desk(house.cast.recipient)
    here, there = str(house.cast.discloser.agency_id), str(house.cast.recipient.agency_id)
    private, crossed, open_one, ended = [await _case(ours) for _ in range(4)]
    foreign = await _case(theirs)
    draft = await _draft(ours, private, there, SECTIONS)
    referral = await _draft(ours, crossed, there, SECTIONS)
    asked_for = await _draft(ours, open_one, there, SECTIONS[:2])
    withdrawn = await _draft(ours, ended, there, SECTIONS)
    back = await _draft(theirs, foreign, here, SECTIONS)

    lotsenpass = await _sent(house, ours, referral)
    taken_back = await house.phone(await _sent(house, ours, withdrawn))
    await theirs.post(f"/referrals/{withdrawn}/accept", etag=await _etag(theirs, withdrawn))
    await theirs.post(f"/referrals/{withdrawn}/sections/contact/read")
    await taken_back.post("/withdrawals", {})
    question = await _asked(ours, asked_for)

    discloser = _caller("discloser", ours, case_id=[private.case_id, crossed.case_id], referral_id=[draft, referral])
    recipient = _caller("recipient", theirs, case_id=[foreign.case_id], referral_id=[referral, back])
    recipient.own["deletion_task_id"] = [await _task(theirs, withdrawn)]
    asked = _caller("asked", await house.phone(question["access_code"]))
    phone = await house.phone(lotsenpass)
    await phone.post("/second-secret", {"second_secret": SECOND_SECRET})
    returned = _caller("returned", phone)

    kept = [*crossed.words("health"), *ended.words("health")]
    never_hers = [*private.words(), *open_one.words(), *kept, draft, asked_for]
    discloser.forbidden = (*foreign.words(), back)
    recipient.forbidden = (*never_hers, question["consent_request_id"])
    asked.forbidden = (
        *private.words(), *crossed.words(), *ended.words(), *foreign.words(), open_one.case_id,
        open_one.handle, open_one.notes["health"], draft, back,
    )  # fmt: skip
    returned.forbidden = (*never_hers, *crossed.words(), *ended.words(), *foreign.words(), back)
    for caller in (discloser, recipient):
        caller.own |= {"agency_id": [here, there], "recipient_id": [there if caller is discloser else here]}
    return Callers(discloser, recipient, asked, returned)


def _caller(name: str, desk: Desk, **own: list[str]) -> Caller:
    cookies = "; ".join(
        f"{each.name}={each.value}" for each in desk.http.cookies.jar if each.name.startswith("__Host-")
    )
    return Caller(name, desk.origin, {"Cookie": cookies, "X-CSRF-Token": desk.csrf, "Origin": desk.origin}, dict(own))


async def _case(desk: Desk) -> MarkedCase:
    mark = uuid4().hex[:12]
    made = (await desk.post("/cases", {"handle": f"Zeichen-{mark}"})).body
    notes = {category: f"Merkwort-{category}-{mark}" for category in SECTIONS}
    for category, note in notes.items():
        await desk.put(f"/cases/{made['case_id']}/sections/{category}", {"note": note})
    return MarkedCase(made["case_id"], made["handle"], notes)


async def _draft(desk: Desk, case: MarkedCase, recipient_id: str, categories: tuple[str, ...]) -> str:
    body = {
        "recipient_id": recipient_id,
        "cover_sheet": {"topics": ["mietschulden"], "language": "ar"},
        "categories": list(categories),
    }
    return str((await desk.post(f"/cases/{case.case_id}/referrals", body)).body["referral_id"])


async def _etag(desk: Desk, referral_id: str) -> str:
    return (await desk.get(f"/referrals/{referral_id}")).etag


async def _asked(desk: Desk, referral_id: str) -> dict[str, str]:
    path = f"/referrals/{referral_id}/consent-requests"
    made: dict[str, str] = (await desk.post(path, {"language": "de"}, etag=await _etag(desk, referral_id))).body
    return made


async def _sent(house: House, desk: Desk, referral_id: str) -> str:
    """The client says yes to all but health, and what she permits crosses; her pass."""
    phone = await house.phone((await _asked(desk, referral_id))["access_code"])
    answers = [{"category": each, "permit": each != "health"} for each in ("cover-sheet", *SECTIONS)]
    releases = {"secrecy_release_forward": True, "secrecy_release_back": True}
    await phone.post("/decision", {"answers": answers, "way_back": "outcome", **releases})
    lotsenpass = str((await phone.post("/pass", {"second_secret": SECOND_SECRET})).body["lotsenpass"])
    await desk.post(f"/referrals/{referral_id}/send", etag=await _etag(desk, referral_id))
    return lotsenpass


async def _task(desk: Desk, referral_id: str) -> str:
    async def there() -> str | None:
        tasks = (await desk.get("/deletion-tasks?page_size=200")).body["tasks"]
        return next((task["deletion_task_id"] for task in tasks if task["referral_id"] == referral_id), None)

    return await soon(there, "the deletion task", 30)
