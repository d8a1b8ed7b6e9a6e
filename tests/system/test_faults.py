"""Processes end at the worst moment: nothing is shown that may not be, nothing is lost, and work goes on afterwards."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from deploy.demo.desk import Reply
from deploy.demo.planted import CONTACT_NOTE, DOSSIER, MARKS
from deploy.demo.story import soon
from tests.support.house import House


async def test_without_consent_nothing_that_crossed_is_read_and_nothing_is_sent(house: House) -> None:
    theirs, ours = await house.in_progress(), await house.permitted()
    discloser = await house.desk(house.cast.discloser)
    etag = (await discloser.get(ours.etag_path)).etag

    async with house.without("consent"):
        read = await house.read(theirs)
        sending = await discloser.ask("POST", f"{ours.etag_path}/send", etag=etag)
        preview = await discloser.ask("GET", f"{ours.etag_path}/preview")
        own = await discloser.ask("GET", f"/cases/{ours.case_id}/sections/contact")

    for refused in (read, sending, preview):
        _is_clear_unavailability(refused)
    assert own.body["note"] == CONTACT_NOTE
    assert (await discloser.get(ours.etag_path)).body["state"] == "draft"

    again = await soon(lambda: _when_it_works(house, theirs.referral_id), "reading")
    assert again.body["note"] == CONTACT_NOTE
    sent = (await discloser.post(f"{ours.etag_path}/send", etag=etag)).body
    assert sorted(sent["sent"]) == ["contact", "cover-sheet", "housing"]


async def test_a_withdrawal_reaches_a_recipient_whose_service_was_away(house: House) -> None:
    story = await house.in_progress()
    async with house.without("referrals"):
        await house.withdraw(story)
    assert await soon(lambda: _task(house, story.referral_id), "the deletion task", 30)
    assert (await house.read(story)).status in {404, 409}


async def test_a_withdrawal_is_kept_when_consent_dies_right_after_the_commit(house: House) -> None:
    story = await house.in_progress()
    phone = await house.phone(story.lotsenpass)
    await phone.post("/withdrawals", {})
    async with house.without("consent"):
        pass
    assert await soon(lambda: _task(house, story.referral_id), "the deletion task", 30)
    assert (await house.read(story)).status in {404, 409}


async def test_an_acknowledgement_arrives_although_both_services_died_after_it(house: House) -> None:
    story = await house.in_progress()
    await house.withdraw(story)
    task = await soon(lambda: _task(house, story.referral_id), "the deletion task")
    recipient = await house.desk(house.cast.recipient)
    async with house.without("consent"):
        path = f"/deletion-tasks/{task['deletion_task_id']}/acknowledge"
        await recipient.post(path, {"copies_are_gone": True}, etag=str(task["etag"]))
        async with house.without("referrals"):
            pass
    assert await house.all_withdrawals_are_done(story)


async def test_a_draft_that_was_acknowledged_survives_a_crash(house: House) -> None:
    story = await house.drafted()
    async with house.without("referrals"):
        pass
    desk = await house.desk(house.cast.discloser)

    async def readable() -> dict[str, str] | None:
        notes = {}
        for category in DOSSIER:
            reply = await desk.ask("GET", f"/cases/{story.case_id}/sections/{category}")
            if reply.status != 200:
                return None
            notes[category] = reply.body["note"]
        return notes

    assert await soon(readable, "reading") == {category: text.note for category, text in DOSSIER.items()}


async def test_sending_while_referrals_dies_sends_once_or_not_at_all(house: House) -> None:
    story = await house.permitted()
    desk = await house.desk(house.cast.discloser)
    etag, key = (await desk.get(story.etag_path)).etag, str(uuid4())
    sending = asyncio.create_task(desk.ask("POST", f"{story.etag_path}/send", etag=etag, key=key))
    await asyncio.sleep(0.03)
    async with house.without("referrals"):
        first = await sending
    assert first.status in {200, 503, 504}

    async def repeated() -> Reply | None:
        reply = await desk.ask("POST", f"{story.etag_path}/send", etag=etag, key=key)
        return reply if reply.status == 200 else None

    again = await soon(repeated, "sending")
    assert sorted(again.body["sent"]) == ["contact", "cover-sheet", "housing"]
    recipient = await house.desk(house.cast.recipient)
    inbox = (await recipient.get("/referrals?box=incoming&page_size=200")).body["referrals"]
    assert [entry["state"] for entry in inbox if entry["referral_id"] == story.referral_id] == ["offered"]


async def test_sessions_outlive_the_gateway(house: House) -> None:
    story = await house.permitted()
    desk, phone = await house.desk(house.cast.discloser), await house.phone(story.lotsenpass)
    async with house.without("gateway"):
        pass
    assert (await desk.get(story.etag_path)).body["state"] == "draft"
    assert (await phone.get("/consents")).body["consents"]


def _is_clear_unavailability(reply: Reply) -> None:
    assert reply.status == 503, reply.text
    assert reply.body["reason"] == "UNAVAILABLE"
    assert reply.body["title"]
    assert reply.body["detail"]
    assert int(reply.headers["Retry-After"]) >= 1
    assert not [mark for mark in MARKS if mark in reply.text]


async def _when_it_works(house: House, referral_id: str) -> Reply | None:
    desk = await house.desk(house.cast.recipient)
    reply = await desk.ask("POST", f"/referrals/{referral_id}/sections/contact/read")
    return reply if reply.status == 200 else None


async def _task(house: House, referral_id: str) -> dict[str, object] | None:
    desk = await house.desk(house.cast.recipient)
    reply = await desk.ask("GET", "/deletion-tasks?page_size=200")
    tasks = reply.body["tasks"] if reply.status == 200 else []
    return next((task for task in tasks if task["referral_id"] == referral_id), None)
