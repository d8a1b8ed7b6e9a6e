"""Recordings of consent texts on pages: an officer puts one beside a version, a client hears it beside the words."""

from __future__ import annotations

import re
from uuid import uuid4

import httpx
from lotse.consent.v1 import text_pb2

from gateway.web.forms import CSRF_FIELD
from services.common.ledger import verify_ledger
from services.consent.store.ledger import READERS
from tests.integration.gateway.phone import Phone
from tests.integration.gateway.test_client_wording import began, look
from tests.integration.gateway.test_consent_text_pages import PAGE, fill_in, said, staff, version_of
from tests.integration.gateway.test_coordinator import opened
from tests.integration.gateway.world import Browser
from tests.support.sounds import M4A, MP3, OGG_OPUS

MOST_BYTES = 60_000


async def put(browser: Browser, address: str, content: bytes, name: str = "x.exe", **changes: str) -> httpx.Response:
    """Send the form with a file; what the browser says of it is not believed."""
    page = await opened(browser, address.removesuffix("/aufnahme"))
    assert f'action="{address}" enctype="multipart/form-data"' in page
    form = {CSRF_FIELD: browser.csrf, "repeat_key": str(uuid4()), **changes}
    headers = {"Origin": browser.origin, "Sec-Fetch-Site": "same-origin", **PAGE}
    files = {"recording": (name, content, "application/x-msdownload")}
    return await browser.request("POST", address, data=form, files=files, headers=headers)


async def acts_of(browser: Browser, version: text_pb2.TextVersion) -> list[tuple[str, str]]:
    answer = await browser.get(f"/api/v1/consent-text-acts/{version.text_version_id}")
    return [(act["act"], act["role"]) for act in answer.json()["acts"]]


async def test_a_client_hears_a_text_beside_the_words_until_the_recording_is_removed(phone: Phone) -> None:
    hauke = await staff(phone, "data-protection-officer")
    version = await version_of(phone, "your-rights")
    page = f"/texte/fassungen/{version.content_hash}"
    address = f"{page}/aufnahme"
    assert (await hauke.get(address)).status_code == 404
    await began(phone)
    silent = await look(phone)
    assert "<audio" not in silent.text

    wrong = await put(hauke, address, b"MZ" + MP3)
    assert wrong.status_code == 400
    assert "The recording: is no sound as Ogg Opus, MP3 or M4A" in said(wrong)
    assert "The recording: is missing" in said(await put(hauke, address, b""))
    assert (await put(hauke, address, OGG_OPUS)).status_code == 303
    assert (await put(hauke, address, MP3)).status_code == 303  # in the place of the one before
    shown = await hauke.get(page, headers=PAGE)
    assert f'<source src="{address}" type="audio/mpeg">' in shown.text
    assert "media-src 'self'" in shown.headers["Content-Security-Policy"]
    assert (await hauke.get(address)).content == MP3
    assert await opened(hauke, "/texte?gegenstand=your-rights")

    question = await look(phone)
    heard = f"/question/recordings/{version.content_hash}"
    assert question.text.count("<audio") == 1
    assert re.search(rf'<audio[^>]* controls preload="none"[^>]*><source src="{heard}"', question.text)
    assert "media-src 'self'" in question.headers["Content-Security-Policy"]
    assert "media-src" not in (await look(phone, "/")).headers["Content-Security-Policy"]
    assert len(question.content) < MOST_BYTES
    whole = await phone.browser.get(heard)
    assert (whole.content, whole.headers["Content-Type"]) == (MP3, "audio/mpeg")
    assert (whole.headers["Cache-Control"], whole.headers["Accept-Ranges"]) == ("no-store", "bytes")
    part = await phone.browser.get(heard, headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.content) == (206, MP3[:2])
    assert part.headers["Content-Range"] == f"bytes 0-1/{len(MP3)}"

    assert (await fill_in(hauke, await opened(hauke, page), f"{address}/entfernen")).status_code == 303
    assert "<audio" not in (await look(phone)).text
    assert (await phone.browser.get(heard)).status_code == 404
    role = "data-protection-officer"
    assert await acts_of(hauke, version) == [("recorded", role), ("recorded", role), ("recording-removed", role)]
    assert "Recording removed" in await opened(hauke, page)


async def test_a_recording_belongs_to_the_words_it_speaks_and_a_new_version_begins_without(phone: Phone) -> None:
    betty = await staff(phone)
    version = await version_of(phone, "way-back")
    assert (await put(betty, f"/texte/fassungen/{version.content_hash}/aufnahme", M4A)).status_code == 303
    newer = await phone.consent.publish("way-back", body="Andere Worte.")
    listed = {
        text.content_hash: text.recording_type
        for text in (await phone.consent.texts.ListTexts(text_pb2.ListTextsRequest(without_words=True))).texts
    }
    assert (listed[version.content_hash], listed[newer.content_hash]) == ("audio/mp4", "")
    await began(phone)
    assert "<audio" not in (await look(phone, "/question/way-back")).text


async def test_what_is_done_with_recordings_needs_a_fresh_second_factor_and_stands_in_the_log(phone: Phone) -> None:
    weak = await staff(phone, acr="1")
    version = await version_of(phone, "advice")
    address = f"/texte/fassungen/{version.content_hash}/aufnahme"
    assert (await put(weak, address, MP3)).status_code == 401
    counsellor = await staff(phone, "counsellor")
    assert (await counsellor.get(address)).status_code == 403

    betty, key = await staff(phone), str(uuid4())
    assert [(await put(betty, address, MP3, repeat_key=key)).status_code for _ in range(2)] == [303, 303]
    assert (await put(betty, address, M4A, repeat_key=key)).status_code == 409
    assert await acts_of(betty, version) == [("recorded", "operator")]
    await phone.consent.logged(1)
    async with phone.consent.database.connected("worker") as connection:
        found = await verify_ledger(
            connection,
            READERS,
            phone.consent.keys.log.verifier,
            checkpoint_file=phone.consent.settings.checkpoint_file,
        )
    assert (found.entries, found.findings) == (1, [])
