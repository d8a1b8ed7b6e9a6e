"""The client's pages in the words that she chooses; and what happens when a text changes while she decides."""

from __future__ import annotations

from uuid import uuid4

import httpx
from lotse.consent.v1 import text_pb2

from gateway.web.forms import CSRF_FIELD
from tests.integration.consent.world import SUBJECTS, Asked
from tests.integration.gateway.phone import Phone

STEPS = ("cover-sheet", "contact", "health", "way-back", "release-forward", "release-back")


async def look(phone: Phone, path: str = "/question") -> httpx.Response:
    return await phone.browser.get(path, headers={"Accept": "text/html"})


async def send(phone: Phone, path: str, **fields: str) -> httpx.Response:
    form = {CSRF_FIELD: phone.browser.csrf, "repeat_key": str(uuid4()), **fields}
    headers = {"Origin": phone.browser.origin, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    return await phone.browser.request("POST", path, data=form, headers=headers)


async def answer_all(phone: Phone) -> None:
    """One page after the other, as she does."""
    for name in STEPS:
        assert (await look(phone, f"/question/{name}")).status_code == 200
        given = "arrival" if name == "way-back" else "yes"
        assert (await send(phone, f"/question/{name}", answer=given)).status_code == 303


async def began(phone: Phone) -> Asked:
    asked = await phone.asked()
    await phone.enter(asked.access_code)
    return asked


async def retire_all(phone: Phone, subject: str) -> None:
    texts = phone.consent.texts
    for version in (await texts.ListTexts(text_pb2.ListTextsRequest(without_words=True))).texts:
        assert version.body == ""
        if version.subject == subject:
            await texts.RetireText(
                text_pb2.RetireTextRequest(request_id=str(uuid4()), text_version_id=version.text_version_id)
            )


async def hashes(phone: Phone, asked: Asked) -> tuple[str, list[str]]:
    async with phone.consent.database.administered() as admin:
        row = await admin.fetchrow("select language, text_hashes from consent_revision where case_id = $1", asked.case)
    assert row is not None
    return row["language"], row["text_hashes"]


async def test_the_pages_speak_the_language_that_she_is_asked_in_until_she_chooses_another(phone: Phone) -> None:
    for subject in SUBJECTS:
        await phone.consent.publish(subject, language="uk")
    asked = await phone.consent.ask(to=phone.recipient, language="uk")
    hers = phone.gateway.client(language="")
    hers.csrf = (await hers.post("/api/v1/session", {"secret": asked.access_code})).json()["csrf_token"]
    for path in ("/question", "/question/contact"):
        answer = await hers.get(path, headers={"Accept": "text/html"})
        assert answer.headers["Content-Language"] == "uk"
        assert '<html lang="uk" dir="ltr"' in answer.text
    fields = {"csrf_token": hers.csrf, "back": "/question", "language": "fa"}
    headers = {"Origin": hers.origin, "Sec-Fetch-Site": "same-origin"}
    assert (await hers.request("POST", "/language", data=fields, headers=headers)).status_code == 303
    chosen = await hers.get("/question", headers={"Accept": "text/html"})
    assert '<html lang="fa" dir="rtl"' in chosen.text


async def test_she_reads_purpose_and_rights_first_and_then_in_her_language(phone: Phone) -> None:
    for subject in SUBJECTS:
        await phone.consent.publish(subject, language="ar", title=f"عنوان {subject}", body="سطر.\nسطر آخر.")
    asked = await began(phone)
    first = await look(phone)
    assert "Text handing-over" in first.text
    assert "Text your-rights" in first.text
    assert 'value="ar/standard"' in first.text
    assert (await send(phone, "/question/language", wording="ar/standard")).status_code == 303
    second = await look(phone)
    assert "عنوان your-rights" in second.text
    assert "سطر.<br>سطر آخر." in second.text
    assert (await send(phone, "/question/language", wording="xx/standard")).status_code == 404
    await answer_all(phone)
    decided = await send(phone, "/question/decide")
    assert decided.status_code == 200
    language, shown = await hashes(phone, asked)
    question = (await phone.browser.get("/api/v1/consent-request?language=ar&variety=standard")).json()
    assert (language, shown) == ("ar", [text["content_hash"] for text in question["texts"]])


async def test_what_she_has_not_seen_she_cannot_decide(phone: Phone) -> None:
    await began(phone)
    for expected in ("/question", "/question/way-back", "/question/release-forward"):
        sent = await send(phone, "/question/decide")
        assert (sent.status_code, sent.headers["Location"]) == (303, expected)
        await look(phone, expected)
    assert "You said no" in (await send(phone, "/question/decide")).text


async def test_a_text_that_changes_while_she_decides_is_shown_and_her_other_answers_are_kept(phone: Phone) -> None:
    asked = await began(phone)
    await look(phone)
    await answer_all(phone)
    await phone.consent.publish("way-back", body="Der Rückweg ist jetzt ein anderer.")
    refused = await send(phone, "/question/decide")
    assert refused.status_code == 409
    assert "A text has changed in the meantime" in refused.text
    check = await look(phone, "/question/check")
    assert check.text.count(">Yes \N{EN DASH} <a") == 5
    assert ">nothing" in check.text.lower()
    unseen = await send(phone, "/question/decide")
    assert unseen.headers["Location"] == "/question/way-back"
    assert "Der Rückweg ist jetzt ein anderer." in (await look(phone, "/question/way-back")).text
    await send(phone, "/question/way-back", answer="outcome")
    assert (await send(phone, "/question/decide")).status_code == 200
    language, _ = await hashes(phone, asked)
    assert language == "de"


async def test_without_a_text_in_force_she_is_told_and_nothing_is_decided(phone: Phone) -> None:
    await began(phone)
    await look(phone)
    await answer_all(phone)
    await retire_all(phone, "way-back")
    refused = await send(phone, "/question/decide")
    assert refused.status_code == 409
    assert "There is no text in this language at the moment" in refused.text
    question = (await phone.browser.get("/api/v1/consent-request")).json()
    assert (question["state"], question["texts"], question["wordings"]) == ("requested", [], [])


async def test_software_names_the_texts_it_showed(phone: Phone) -> None:
    await began(phone)
    question = (await phone.browser.get("/api/v1/consent-request")).json()
    shown = [text["text_version_id"] for text in question["texts"]]
    await phone.consent.publish("your-rights", body="Andere Rechte.")
    body = {"answers": [{"category": "cover-sheet", "permit": True}], "text_version_ids": shown}
    refused = await phone.browser.post("/api/v1/decision", body)
    assert (refused.status_code, refused.json()["reason"]) == (409, "TEXT_CHANGED")
    wrong = await phone.browser.post("/api/v1/decision", {**body, "text_version_ids": shown[:2]})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "text_version_ids")
    odd = await phone.browser.get("/api/v1/consent-request?variety=odd")
    assert odd.status_code == 400
