"""Her own pages: what she sees, takes back, makes less and keeps; how many steps it takes, and what it weighs."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from gateway.api.v1.client.own_list import Disclosure
from gateway.identity.cookies import LANGUAGE
from gateway.web.client.history import grouped
from services.common.ledger.receipt import check_receipt
from tests.integration.consent.world import CONTACT, COVER, HOUSING
from tests.integration.gateway.phone import Phone
from tests.support.pdf import opened

MOST_BYTES = 60_000
DIGITS = "493817"


class Reading:
    """Somebody who reads one page after the other, and counts her steps: pages opened and buttons pressed."""

    def __init__(self, phone: Phone) -> None:
        self.browser = phone.browser
        self.page: httpx.Response | None = None
        self.steps = 0

    @property
    def text(self) -> str:
        assert self.page is not None
        return self.page.text

    async def open(self, path: str, *, status: int = 200) -> str:
        self.page = await self.browser.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        assert self.page.status_code == status, self.text
        self.steps += 1
        return self.text

    async def press(self, action: str, *, status: int = 200, **values: str | list[str]) -> str:
        """Sends the form of this page that leads there, with its hidden fields, as a browser would."""
        form = next(form for form in _forms(self.text) if f'action="{action}"' in form)
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
        sent: dict[str, list[str]] = {}
        for name, value in hidden:
            sent.setdefault(name, []).append(value)
        sent |= {name: value if isinstance(value, list) else [value] for name, value in values.items()}
        headers = {"Accept": "text/html", "Origin": self.browser.origin, "Sec-Fetch-Site": "same-origin"}
        self.page = await self.browser.request("POST", action, data=sent, headers=headers, follow_redirects=True)
        assert self.page.status_code == status, self.text
        self.steps += 1
        return self.text


def _forms(page: str) -> list[str]:
    return re.findall(r"<form.*?</form>", page, re.DOTALL)


async def who_decided(phone: Phone, *categories: int) -> tuple[Reading, str]:
    """She said yes to everything; her pages with her pass, and the pass."""
    asked = await phone.asked(*(categories or (COVER, CONTACT, HOUSING)))
    await phone.enter(asked.access_code)
    names: dict[int, str] = {COVER: "cover-sheet", CONTACT: "contact", HOUSING: "housing"}
    await phone.decide(*(names[each] for each in categories or (COVER, CONTACT, HOUSING)))
    taken = await phone.browser.post("/api/v1/pass", {"second_secret": DIGITS})
    reading = Reading(phone)
    await phone.enter(taken.json()["lotsenpass"])
    return reading, taken.json()["lotsenpass"]


async def test_taking_back_takes_no_more_steps_than_permitting(phone: Phone) -> None:
    asked = await phone.asked(COVER)
    granting = Reading(phone)
    await granting.open("/")
    await granting.press("/", code=asked.access_code)
    await granting.open("/question/cover-sheet")
    for name, answer in (("cover-sheet", "yes"), ("way-back", "outcome"), ("release-forward", "yes")):
        await granting.press(f"/question/{name}", answer=answer)
    await granting.press("/question/release-back", answer="yes")
    await granting.press("/question/decide")
    assert "You said yes to everything" in granting.text
    taken = await granting.press("/question/pass", second_secret=DIGITS)
    lotsenpass = re.search(r'id="pass">([^<]+)<', taken)
    assert lotsenpass

    whole, part = Reading(phone), Reading(phone)
    await whole.open("/")
    await whole.press("/", code=lotsenpass[1])
    part.steps = whole.steps
    page = await part.open(_link(whole.text, "/mine/withdraw"))
    await part.press("/mine/withdraw/part", parts=["outcome"])
    await part.press("/mine/withdraw")
    await whole.open(_link(whole.text, "/mine/withdraw"))
    await whole.press("/mine/withdraw")
    assert "It is taken back" in whole.text
    assert "It is taken back" in part.text
    assert "Take it back?" in page
    assert whole.steps <= part.steps <= granting.steps - 1  # one of hers was for the pass


async def test_before_she_takes_a_part_back_she_reads_what_it_does_and_afterwards_it_is_so(phone: Phone) -> None:
    reading, _ = await who_decided(phone)
    await reading.open(_link(await reading.open("/mine"), "/mine/withdraw"))
    said = _plain(await reading.press("/mine/withdraw/part", parts=["contact"]))
    assert "can read this any more at the other agency: Contact" in said
    assert "can still be read there: Cover sheet, Housing" in said
    assert "may hear" not in said
    await reading.press("/mine/withdraw")
    consents = (await phone.browser.get("/api/v1/consents")).json()["consents"]
    assert consents[0]["permitted"] == ["cover-sheet", "housing"]
    assert consents[0]["way_back"] == "outcome"


@pytest.mark.parametrize(
    ("parts", "said", "left"),
    [
        (["outcome"], "may hear from there: Only whether you arrived", ("active", "arrival")),
        (["arrival"], "may hear from there: Nothing", ("active", "nothing")),
        (["release-forward"], "any more at the other agency: Cover sheet, Contact, Housing", ("active", "outcome")),
        (["release-forward", "release-back"], "It ends as a whole", ("withdrawn", "outcome")),
        (["cover-sheet", "contact", "housing", "arrival"], "It ends as a whole", ("withdrawn", "outcome")),
    ],
)
async def test_each_part_is_taken_back_by_itself_and_its_effect_said_before(
    phone: Phone, parts: list[str], said: str, left: tuple[str, str]
) -> None:
    reading, _ = await who_decided(phone)
    await reading.open(_link(await reading.open("/mine"), "/mine/withdraw"))
    assert said in _plain(await reading.press("/mine/withdraw/part", parts=parts))
    consent = (await phone.browser.get("/api/v1/consents")).json()["consents"][0]
    assert (consent["state"], consent["way_back"]) == ("active", "outcome")
    await reading.press("/mine/withdraw")
    consent = (await phone.browser.get("/api/v1/consents")).json()["consents"][0]
    assert (consent["state"], consent["way_back"]) == left


@pytest.mark.parametrize("parts", [[], ["health"], ["everything"]])
async def test_choosing_nothing_or_what_is_not_there_takes_nothing_back(phone: Phone, parts: list[str]) -> None:
    reading, _ = await who_decided(phone)
    await reading.open(_link(await reading.open("/mine"), "/mine/withdraw"))
    page = await reading.press("/mine/withdraw/part", status=400, parts=parts)
    assert "needs at least one choice" in page
    assert (await phone.browser.get("/api/v1/consents")).json()["consents"][0]["state"] == "active"


async def test_she_lets_it_end_earlier_and_cannot_let_it_last_longer(phone: Phone) -> None:
    reading, _ = await who_decided(phone)
    await reading.open(_link(await reading.open("/mine"), "/mine/change"))
    assert "For that your agency has to ask you again." in reading.text
    today = datetime.now(UTC).date()
    for day, fault in ((today + timedelta(days=900), "does not lie before"), (date(2020, 1, 1), "is over already")):
        assert fault in await reading.press("/mine/change", status=400, last_day=day.isoformat())
    assert "is no day" in await reading.press("/mine/change", status=400, last_day="soon")
    await reading.press("/mine/change", last_day=(today + timedelta(days=30)).isoformat())
    assert "It ends earlier" in reading.text
    number = re.search(r"/receipts/([0-9a-f-]{36})", reading.text)
    assert number
    assert "You permitted less" in await reading.open(f"/receipts/{number[1]}")


async def test_her_receipts_open_name_nobody_without_her_secret_number_and_can_be_checked(phone: Phone) -> None:
    reading, _ = await who_decided(phone)
    name = (await phone.browser.get("/api/v1/consents")).json()["consents"][0]["recipient"]
    assert name == ""
    link = _link(await reading.open("/mine/receipts"), "/receipts/")
    assert "No agency is named" in await reading.open(link)
    file = await phone.browser.get(f"{link}/file")
    assert file.headers["Content-Type"].startswith("application/ld+json")
    assert "attachment" in file.headers["Content-Disposition"]
    assert file.headers["Cache-Control"] == "no-store"
    checks = check_receipt(file.content, phone.consent.keys.log.verifier)
    assert not any(check.holds is False for check in checks)
    assert str(phone.recipient) not in file.text

    await reading.open("/mine")
    await reading.press("/mine/names", second_secret=DIGITS)
    named = (await phone.browser.get("/api/v1/consents")).json()["consents"][0]["recipient"]
    assert named in html.unescape(await reading.open(link))
    assert str(phone.recipient) in (await phone.browser.get(f"{link}/file")).text
    await reading.open(f"/receipts/{uuid4()}", status=404)


async def test_the_pdf_of_a_receipt_says_what_its_page_says_and_can_be_checked(phone: Phone) -> None:
    reading, _ = await who_decided(phone)
    link = _link(await reading.open("/mine/receipts"), "/receipts/")
    await reading.open("/mine")
    await reading.press("/mine/names", second_secret=DIGITS)
    page = await reading.open(link)
    facts = re.findall(r"<dt[^>]*>([^<]+)</dt>\s*<dd[^>]*>([^<]+)</dd>", page)
    assert len(facts) >= 9
    file = await phone.browser.get(f"{link}/pdf?language=en&variety=standard")
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Content-Disposition"] == 'attachment; filename="document.pdf"'
    assert file.headers["Cache-Control"] == "no-store"
    found = opened(file.content)
    text = "".join(found.text.split())
    for words in (word for fact in facts for part in fact for word in html.unescape(part).split(", ")):
        assert "".join(words.split()) in text, words
    checks = check_receipt(found.attachments["document.jsonld"], phone.consent.keys.log.verifier)
    assert not any(check.holds is False for check in checks)


async def test_a_receipt_is_one_click_away_in_the_words_that_she_chose_or_else_was_asked_in(phone: Phone) -> None:
    reading, _ = await who_decided(phone)
    link = _link(await reading.open("/mine/receipts"), "/receipts/")
    page = await reading.open(link)
    offered = [html.unescape(href) for href in re.findall(r'href="([^"]+/pdf[^"]*)"', page)]
    assert offered[0] == f"{link}/pdf?language=en&variety=standard"
    assert len(offered) == 8
    phone.browser.cookies.delete(LANGUAGE)
    in_german = f"{link}/pdf?language=de&variety=standard"
    assert html.unescape(await reading.open(link)).index(in_german)
    for href, language, title in (
        (offered[0], "en", "Receipt"),
        (in_german, "de", "Beleg"),
        (f"{link}/pdf?language=ar&variety=standard", "ar", "إيصال"),
    ):
        found = opened((await phone.browser.get(href)).content)
        assert (found.language, found.title) == (language, title)
        assert str(phone.recipient) not in found.attachments["document.jsonld"].decode()
    assert (await phone.browser.get(f"{link}/pdf?language=xyzw")).status_code == 400
    assert (await phone.browser.get(f"/receipts/{uuid4()}/pdf")).status_code == 404


async def test_she_can_take_the_question_along_on_paper_in_the_words_that_she_reads(phone: Phone) -> None:
    asked = await phone.asked(COVER, CONTACT, HOUSING)
    await phone.enter(asked.access_code)
    reading = Reading(phone)
    assert 'href="/question/pdf"' in await reading.open("/question")
    file = await phone.browser.get("/question/pdf")
    assert file.headers["Content-Disposition"] == 'attachment; filename="document.pdf"'
    assert file.headers["Cache-Control"] == "no-store"
    found = opened(file.content)
    shown = (await phone.browser.get("/api/v1/consent-request")).json()
    for text in shown["texts"]:
        assert text["content_hash"] in found.text
        assert text["title"] in found.text
    assert found.text.count("☐ Ja") == 3 + 2
    assert shown["recipient"]["name"] in found.text
    await phone.decide("cover-sheet")
    assert (await phone.browser.get("/question/pdf")).status_code == 404


async def test_right_after_deciding_her_receipt_is_one_click_away(phone: Phone) -> None:
    asked = await phone.asked(COVER)
    await phone.enter(asked.access_code)
    decided = await phone.decide("cover-sheet")
    reading = Reading(phone)
    assert "Cover sheet" in await reading.open(f"/receipts/{decided.json()['receipt']['receipt_id']}")
    assert 'href="/question"' in reading.text


async def test_who_read_what_opens_by_day_and_agency_and_nothing_is_cut(phone: Phone) -> None:
    asked = await phone.asked(COVER, CONTACT)
    await phone.enter(asked.access_code)
    await phone.decide("cover-sheet", "contact")
    lotsenpass = (await phone.browser.post("/api/v1/pass", {})).json()["lotsenpass"]
    recipient = type(phone.consent.recipient)(phone.recipient)
    for _ in range(52):
        await phone.consent.disclose(asked, COVER, CONTACT, by=recipient, recipient_id=str(phone.recipient))
    await phone.enter(lotsenpass)
    reading = Reading(phone)
    page = await reading.open("/mine")
    assert page.count("<details>") == 1
    assert "100 times" in page
    onward = await reading.open(_link(page, "/mine/history"))
    assert "4 times" in onward
    assert "/mine/history?" not in onward


def test_days_are_german_days_and_agencies_stand_apart() -> None:
    def seen(hour: int, agency: str) -> Disclosure:
        at = datetime(2026, 11, 24, hour, tzinfo=UTC)
        return Disclosure(at=at, agency=agency, role="counsellor", category="contact", kind="read", direction="forward")

    groups = grouped([seen(23, "A"), seen(22, "A"), seen(21, "B"), seen(20, "A")])
    assert [(group.day.day, group.agency, len(group.disclosures)) for group in groups] == [
        (25, "A", 1),
        (24, "A", 2),
        (24, "B", 1),
    ]


async def test_each_client_page_is_complete_in_two_requests_and_weighs_little(phone: Phone) -> None:
    asked = await phone.asked(COVER, CONTACT, HOUSING)
    reading = Reading(phone)
    pages = {"/": await reading.open("/")}
    await phone.enter(asked.access_code)
    for path in ("/question", "/question/contact", "/question/check", "/later"):
        pages[path] = await reading.open(path)
    await phone.decide("cover-sheet", "contact", "housing")
    lotsenpass = (await phone.browser.post("/api/v1/pass", {"second_secret": DIGITS})).json()["lotsenpass"]
    recipient = type(phone.consent.recipient)(phone.recipient)
    for _ in range(40):
        await phone.consent.disclose(asked, COVER, CONTACT, HOUSING, by=recipient, recipient_id=str(phone.recipient))
    await phone.enter(lotsenpass)
    pages["/mine"] = await reading.open("/mine")
    for name in ("/mine/withdraw", "/mine/change", "/mine/history", "/mine/receipts"):
        pages[name] = await reading.open(_link(pages["/mine"], name))
    pages["/receipts/…"] = await reading.open(_link(pages["/mine/receipts"], "/receipts/"))

    for path, page in pages.items():
        loaded = re.findall(r'<link rel="stylesheet" href="([^"]+)"|<img[^>]+src="([^"]+)"', page)
        assert len(loaded) == 1, path
        sheet = await phone.browser.get(loaded[0][0], headers={"Accept-Encoding": "gzip"})
        assert sheet.headers["Content-Encoding"] == "gzip"
        assert not re.search(r"@import|@font-face|url\((?![\"']?data:)", sheet.text), path
        weight = len(page.encode()) + int(sheet.headers["Content-Length"])
        assert weight < MOST_BYTES, (path, weight)


def _link(page: str, start: str) -> str:
    found = re.search(rf'href="({re.escape(start)}[^"]*)"', page)
    assert found, start
    return found[1].replace("&amp;", "&")


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
