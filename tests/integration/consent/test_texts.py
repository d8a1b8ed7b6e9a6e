"""Texts: published once, never changed, refused where they must not be used."""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import uuid4

from lotse.consent.v1 import text_pb2, text_pb2_grpc

from tests.integration.consent.world import COVER, SUBJECTS, Counsellor, World, a_world, refused
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork


def a_text(body: str) -> text_pb2.TextVersion:
    return text_pb2.TextVersion(subject="advice", language="de", variety="standard", title="T", body=body)


async def retire(world: World, version: text_pb2.TextVersion) -> None:
    request = text_pb2.RetireTextRequest(request_id=str(uuid4()), text_version_id=version.text_version_id)
    await world.texts.RetireText(request)


async def sign(world: World, version: text_pb2.TextVersion, **changes: str) -> text_pb2.TextVersion:
    values = {
        "request_id": str(uuid4()),
        "text_version_id": version.text_version_id,
        "content_hash": version.content_hash,
        "reviewer": "Olena",
        "reviewed_on": "2026-11-20",
        **changes,
    }
    return (await world.texts.ReviewText(text_pb2.ReviewTextRequest(**values))).text


async def test_the_same_content_is_the_same_version(world: World) -> None:
    first = await world.publish("advice")
    again = await world.publish("advice")
    other = await world.publish("advice", body="Ein anderer Text.")
    assert again == first
    assert other.content_hash != first.content_hash


async def test_a_repeat_key_for_another_content_is_refused(world: World) -> None:
    key = str(uuid4())
    await world.texts.PublishText(text_pb2.PublishTextRequest(request_id=key, text=a_text("B")))
    with refused("REPEAT_KEY_REUSED"):
        await world.texts.PublishText(text_pb2.PublishTextRequest(request_id=key, text=a_text("C")))


async def test_a_retired_version_is_used_for_no_question(world: World) -> None:
    listed = (await world.texts.ListTexts(text_pb2.ListTextsRequest())).texts
    (version,) = [text for text in listed if text.subject == "way-back"]
    request = text_pb2.RetireTextRequest(request_id=str(uuid4()), text_version_id=version.text_version_id)
    assert (await world.texts.RetireText(request)).text.HasField("retired_at")
    assert await world.texts.RetireText(request)
    with refused("TEXT_MISSING"):
        await world.ask(COVER)


async def test_a_text_without_reviewer_is_shown_to_nobody_alone_but_with_an_interpreter(world: World) -> None:
    for subject in SUBJECTS:
        await world.publish(subject, language="en", reviewer=" ")
    with refused("TEXT_MISSING"):
        await world.ask(COVER, language="en")
    asked = await world.ask(COVER, language="en", with_interpreter=True)
    await world.grant(asked, COVER)
    assert await world.permits(asked, COVER) == [True]


async def test_a_reviewer_signs_the_words_that_were_read_and_no_others(world: World) -> None:
    for subject in SUBJECTS:
        await world.publish(subject, language="uk", reviewer="", reviewed_on="")
    listed = (await world.texts.ListTexts(text_pb2.ListTextsRequest())).texts
    unsigned = [text for text in listed if text.language == "uk"]
    with refused("INVALID_ARGUMENT"):
        await sign(world, unsigned[0], content_hash=unsigned[1].content_hash)
    with refused("INVALID_ARGUMENT"):
        await sign(world, unsigned[0], reviewed_on="2999-01-01")
    with refused("INVALID_ARGUMENT"):
        await sign(world, unsigned[0], reviewer="  ")
    signed = [await sign(world, text) for text in unsigned]
    for before, after in zip(unsigned, signed, strict=True):
        assert after.text_version_id != before.text_version_id
        assert after.content_hash != before.content_hash
        assert (after.html_hash, after.reviewer, after.reviewed_on) == (before.html_hash, "Olena", "2026-11-20")
    assert await world.ask(COVER, language="uk")


async def test_a_retired_version_is_not_signed(world: World) -> None:
    version = await world.publish("advice", language="uk", reviewer="", reviewed_on="")
    await retire(world, version)
    with refused("ILLEGAL_STATE"):
        await sign(world, version)


async def test_what_was_rendered_is_kept_and_found_by_the_hash_of_the_evidence(world: World) -> None:
    version = await world.publish("advice", title="Rat & Tat", body="Eine Zeile.\nNoch eine.\n\nEin <b>Absatz</b>.")
    officer = Counsellor(uuid4(), roles=("data-protection-officer",))
    found = await text_pb2_grpc.ConsentTextServiceStub(world.gateway).GetRenderedText(
        text_pb2.GetRenderedTextRequest(content_hash=version.content_hash), metadata=world.as_staff(officer)
    )
    assert found.text == version
    assert found.html == (
        '<article lang="de" dir="ltr">\n<h1>Rat &amp; Tat</h1>\n<p>Eine Zeile.<br>Noch eine.</p>\n'
        "<p>Ein &lt;b&gt;Absatz&lt;/b&gt;.</p>\n</article>\n"
    )
    assert hashlib.sha256(found.html.encode()).hexdigest() == version.html_hash
    with refused("NOT_FOUND"):
        await world.texts.GetRenderedText(text_pb2.GetRenderedTextRequest(content_hash="0" * 64))


async def test_a_reviewer_without_a_day_stands_for_nothing(world: World) -> None:
    with refused("INVALID_ARGUMENT"):
        await world.publish("advice", language="uk", reviewed_on="")


async def test_the_newest_version_in_force_is_shown(world: World) -> None:
    newer = await world.publish("handing-over", body="Neuer Text.")
    await world.ask(COVER)
    async with world.database.administered() as admin:
        shown = await admin.fetchval("select text_version_ids from consent_request")
    assert str(shown[0]) == newer.text_version_id


async def test_production_refuses_texts_for_demonstration(
    database_of: DatabaseOf, network: TestNetwork, tmp_path: Path
) -> None:
    database = await database_of("consent")
    production = {
        "production": True,
        "issuer": "https://login.example/realms/lotse",
        "jwks_url": "https://login.example/realms/lotse/protocol/openid-connect/certs",
    }
    async with a_world(database, network, tmp_path, **production) as world:
        with refused("DEMO_TEXT_REFUSED"):
            await world.publish("handing-over")
        await world.publish("handing-over", demo=False)
        await world.publish("your-rights", demo=False)
        await world.publish("way-back", demo=False)
        async with database.administered() as admin:
            await admin.execute(
                "insert into consent_text select gen_random_uuid(), 'secrecy-release', language, variety, title, body, "
                "translator, reviewer, reviewed_on, true, decode(repeat('0a', 32), 'hex'), published_at, null, "
                "gen_random_uuid(), true from consent_text limit 1"
            )
        with refused("TEXT_MISSING"):
            await world.ask(COVER)


async def test_officers_read_the_versions(world: World) -> None:
    stub = text_pb2_grpc.ConsentTextServiceStub(world.gateway)
    officer = Counsellor(uuid4(), roles=("data-protection-officer",))
    assert len((await stub.ListTexts(text_pb2.ListTextsRequest(), metadata=world.as_staff(officer))).texts) == len(
        SUBJECTS
    )
