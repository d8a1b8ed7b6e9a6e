"""Consent texts on pages: one writes, another publishes, and a client who is deciding reads what is in force."""

from __future__ import annotations

import html
import re
from uuid import uuid4

import httpx
import pytest
from lotse.consent.v1 import text_pb2

from tests.integration.gateway.login_server import Login
from tests.integration.gateway.phone import Phone
from tests.integration.gateway.test_client_wording import answer_all, began, look
from tests.integration.gateway.test_client_wording import send as answer
from tests.integration.gateway.test_coordinator import form_of, opened, send, set_field
from tests.integration.gateway.world import Browser

PAGE = {"Accept": "text/html"}


async def staff(phone: Phone, *roles: str, acr: str = "2") -> Browser:
    """An operator, or with roles somebody of an agency."""
    phone.gateway.login_server.tokens = phone.consent.issuer
    browser = phone.gateway.staff()
    agency = phone.consent.discloser.agency if roles else None
    await phone.gateway.log_in(browser, Login(uuid4(), agency, roles or ("operator",), acr=acr))
    return browser


async def version_of(phone: Phone, subject: str) -> text_pb2.TextVersion:
    listed = (await phone.consent.texts.ListTexts(text_pb2.ListTextsRequest(without_words=True))).texts
    return next(text for text in listed if text.subject == subject and not text.HasField("retired_at"))


async def fill_in(browser: Browser, page: str, action: str, **fields: str) -> httpx.Response:
    """Send the form of a page with these fields."""
    sent = form_of(page, action)
    for name, value in fields.items():
        sent = set_field(sent, name, value) if name in dict(sent) else [*sent, (name, value)]
    return await send(browser, action, sent)


def said(answer: httpx.Response) -> str:
    """What a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


async def written(browser: Browser, phone: Phone, subject: str, body: str, **fields: str) -> str:
    """The address of a draft of a new version of this text."""
    version = await version_of(phone, subject)
    page = await opened(browser, f"/texte/neu?aus={version.content_hash}")
    assert f"Ein Text zu {subject}." in page
    answer = await fill_in(browser, page, "/texte/neu", body=body, **{"material": "yes", **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


async def test_one_writes_another_publishes_and_whoever_is_deciding_reads_the_new_words(phone: Phone) -> None:
    betty, hauke = await staff(phone), await staff(phone, "data-protection-officer")
    asked = await began(phone)
    await look(phone)
    await answer_all(phone)

    draft = await written(betty, phone, "way-back", "Der Rückweg.\n\nEr ist jetzt ein anderer.")
    hers = await opened(betty, draft)
    assert "Somebody else goes on from here" in hers
    assert f"{draft}/veroeffentlichen" not in hers
    assert "<h3>Text way-back</h3>\n<p>Der Rückweg.</p>\n<p>Er ist jetzt ein anderer.</p>" in hers
    assert re.search(r"<del>.*Ein Text zu way-back.*<ins>.*Der Rückweg", hers, re.DOTALL)
    assert (await look(phone, "/question/way-back")).text.count("Er ist jetzt ein anderer.") == 0

    page = await opened(hauke, draft)
    wrong = await fill_in(hauke, page, f"{draft}/unterschreiben", reviewer="Dr. Olena", reviewed_on="2999-01-01")
    assert wrong.status_code == 400
    assert "Day of the review: lies in the future" in said(wrong)
    assert 'value="Dr. Olena"' in wrong.text
    right = await fill_in(hauke, wrong.text, f"{draft}/unterschreiben", reviewed_on="2026-11-20")
    assert right.status_code == 303, right.text
    assert "Dr. Olena, November 20, 2026" in said(await hauke.get(draft, headers=PAGE))

    # The form as Hauke sees it, sent by whoever wrote: the page does not decide it.
    asking = await opened(hauke, f"{draft}/veroeffentlichen")
    assert "It says something else. Whoever was asked and has not decided yet reads it first" in asking
    own = [
        (name, betty.csrf if name == "csrf_token" else value)
        for name, value in form_of(asking, f"{draft}/veroeffentlichen")
    ]
    refused = await send(betty, f"{draft}/veroeffentlichen", own)
    assert refused.status_code == 409
    assert "A second person does that." in said(refused)
    published = await fill_in(hauke, asking, f"{draft}/veroeffentlichen")
    assert published.status_code == 303, published.text
    version = await opened(betty, published.headers["Location"])
    assert "Reviewed, in force" in version
    assert [word for word in ("Written", "Signed", "Published") if f": {word}, revision 1." not in version] == []

    told = await answer(phone, "/question/decide")
    assert told.status_code == 409
    assert "A text has changed in the meantime" in told.text
    assert (await look(phone, "/question/check")).text.count(">Yes \N{EN DASH} <a") == 5
    assert "Er ist jetzt ein anderer." in (await look(phone, "/question/way-back")).text
    await answer(phone, "/question/way-back", answer="outcome")
    assert (await answer(phone, "/question/decide")).status_code == 200
    async with phone.consent.database.administered() as admin:
        hashes = await admin.fetchval("select text_hashes from consent_revision where case_id = $1", asked.case)
    assert published.headers["Location"].rpartition("/")[2] in hashes


async def test_a_text_is_retired_while_a_client_decides_and_she_reads_the_one_before_again(phone: Phone) -> None:
    betty = await staff(phone)
    newer = await phone.consent.publish("way-back", body="Ein Rückweg, der falsch ist.")
    await began(phone)
    await look(phone)
    await answer_all(phone)
    path = f"/texte/fassungen/{newer.content_hash}"
    assert f'href="{path}/stilllegen"' in await opened(betty, path)
    asking = await opened(betty, f"{path}/stilllegen")
    assert "In its place clients read the version of" in asking
    assert (await fill_in(betty, asking, f"{path}/stilllegen")).status_code == 303
    assert "Retired" in await opened(betty, path)
    assert (await answer(phone, "/question/decide")).status_code == 409
    assert "Ein Text zu way-back." in (await look(phone, "/question/way-back")).text
    await answer(phone, "/question/way-back", answer="arrival")
    assert (await answer(phone, "/question/decide")).status_code == 200

    last = await version_of(phone, "way-back")
    asking = await opened(betty, f"/texte/fassungen/{last.content_hash}/stilllegen")
    assert "Nobody can be asked alone in German until another version is published and signed." in asking


async def test_what_is_typed_is_kept_on_errors_when_somebody_was_faster_and_when_the_draft_has_ended(
    phone: Phone,
) -> None:
    betty, bruno = await staff(phone), await staff(phone)
    page = await opened(betty, "/texte/neu")
    wrong = await fill_in(betty, page, "/texte/neu", subject="advice", body="Zehn Zeilen.", language="de")
    assert wrong.status_code == 400
    assert "Title: is missing" in said(wrong)
    assert "Does it say something else than the version before?" in said(wrong)
    assert ">\nZehn Zeilen.</textarea>" in wrong.text
    assert '<option value="advice" selected>' in wrong.text
    begun = await fill_in(betty, wrong.text, "/texte/neu", title="Rat", material="no")
    assert begun.status_code == 303, begun.text
    writing = f"{begun.headers['Location']}/schreiben"

    hers, his = await opened(betty, writing), await opened(bruno, writing)
    assert (await fill_in(bruno, his, writing, body="Brunos Zeilen.")).status_code == 303
    stale = await fill_in(betty, hers, writing, body="Bettys Zeilen.")
    assert stale.status_code == 409
    assert ">\nBettys Zeilen.</textarea>" in stale.text
    assert re.search(r"<del>.*Brunos.*<ins>.*Bettys", stale.text, re.DOTALL)
    assert (await fill_in(betty, stale.text, writing)).status_code == 303

    open_form = await opened(betty, writing)
    leaving = f"{begun.headers['Location']}/verwerfen"
    assert (await fill_in(bruno, await opened(bruno, leaving), leaving)).status_code == 303
    late = await fill_in(betty, open_form, writing, body="Zu spät.")
    assert late.status_code == 409
    assert ">\nZu spät.</textarea>" in late.text
    assert (await fill_in(betty, late.text, "/texte/neu")).status_code == 303


async def test_a_login_without_second_factor_reads_and_what_it_writes_is_kept_until_it_is_stronger(
    phone: Phone,
) -> None:
    weak = await staff(phone, acr="1")
    assert "Consent texts" in await opened(weak, "/texte")
    page = await opened(weak, "/texte/neu")
    fields = {"subject": "advice", "language": "de", "title": "Rat", "body": "Viele Zeilen.", "material": "no"}
    refused = await fill_in(weak, page, "/texte/neu", **fields)
    assert refused.status_code == 401
    assert "second_factor=true&amp;fresh=true" in refused.text
    assert 'name="body" value="Viele Zeilen."' in refused.text


async def test_nobody_else_sees_the_pages(phone: Phone) -> None:
    counsellor = await staff(phone, "counsellor", "coordinator")
    version = await version_of(phone, "advice")
    for path in ("/texte", f"/texte/fassungen/{version.content_hash}"):
        assert (await counsellor.get(path, headers=PAGE)).status_code == 403
    officer = await staff(phone, "data-protection-officer")
    shown = await opened(officer, f"/texte/fassungen/{version.content_hash}")
    assert "stilllegen" not in shown


async def test_without_any_text_the_page_says_what_to_do(phone: Phone) -> None:
    async with phone.consent.database.administered() as admin:
        await admin.execute("truncate consent_text cascade")
    page = await opened(await staff(phone), "/texte")
    assert "lotse texts publish" in page
    assert 'href="/texte/neu"' in page


@pytest.mark.parametrize("query", ["sprache=Deutsch", "alle=x", "gegenstand=A"])
async def test_a_question_that_the_list_does_not_know_is_refused(phone: Phone, query: str) -> None:
    assert (await (await staff(phone)).get(f"/texte?{query}", headers=PAGE)).status_code == 400
