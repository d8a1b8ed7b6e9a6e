"""In which words she decides: she chooses them, the evidence names them, and what counts no more she is shown anew."""

from __future__ import annotations

from uuid import uuid4

import pytest
from lotse.consent.v1 import client_pb2, text_pb2

from services.common.errors import LotseError
from tests.integration.consent.world import CONTACT, COVER, SUBJECTS, Asked, World, bearer, refused

OF_HANDING_OVER = ["handing-over", "your-rights", "way-back", "secrecy-release"]


async def question(world: World, token: str, language: str = "", variety: str = "") -> client_pb2.GetOwnRequestResponse:
    request = client_pb2.GetOwnRequestRequest(language=language, variety=variety)
    return await world.clients.GetOwnRequest(request, metadata=bearer(token))


async def publish_all(world: World, language: str, variety: str = "standard", **changes: object) -> None:
    for subject in SUBJECTS:
        await world.publish(subject, language=language, variety=variety, **changes)


async def retire(world: World, text_version_id: str) -> None:
    request = text_pb2.RetireTextRequest(request_id=str(uuid4()), text_version_id=text_version_id)
    await world.texts.RetireText(request)


def ids(shown: client_pb2.GetOwnRequestResponse) -> list[str]:
    return [text.text_version_id for text in shown.texts]


async def proof(world: World, asked: Asked) -> tuple[str, list[str]]:
    """Language and hashes as the ledger has them."""
    async with world.database.administered() as admin:
        row = await admin.fetchrow("select language, text_hashes from consent_revision where case_id = $1", asked.case)
    assert row is not None
    return row["language"], row["text_hashes"]


async def test_she_reads_on_in_another_language_and_the_evidence_names_what_she_read_last(world: World) -> None:
    await publish_all(world, "ar")
    await publish_all(world, "de", "leichte-sprache")
    asked = await world.ask(COVER)
    token = await world.redeem(asked.access_code)
    first = await question(world, token)
    assert {(one.language, one.variety) for one in first.wordings} == {
        ("ar", "standard"), ("de", "leichte-sprache"), ("de", "standard"),
    }  # fmt: skip
    assert {(text.language, text.variety) for text in first.texts} == {("de", "standard")}
    last = await question(world, token, "ar", "standard")
    assert [text.subject for text in last.texts] == OF_HANDING_OVER
    await world.answer(token, yes=[COVER], text_version_ids=ids(last))
    assert await proof(world, asked) == ("ar", [text.content_hash for text in last.texts])


async def test_she_is_asked_in_plain_words_when_the_agency_asks_so(world: World) -> None:
    with refused("TEXT_MISSING"):
        await world.ask(COVER, variety="leichte-sprache")
    await publish_all(world, "de", "leichte-sprache")
    asked = await world.ask(COVER, variety="leichte-sprache")
    token = await world.redeem(asked.access_code)
    shown = await question(world, token)
    assert {text.variety for text in shown.texts} == {"leichte-sprache"}
    await world.answer(token, yes=[COVER])
    assert await proof(world, asked) == ("de", [text.content_hash for text in shown.texts])


async def test_a_language_that_lacks_a_text_is_not_offered(world: World) -> None:
    await world.publish("handing-over", language="ar")
    token = await world.redeem((await world.ask(COVER)).access_code)
    shown = await question(world, token, "ar", "standard")
    assert [(one.language, one.variety) for one in shown.wordings] == [("de", "standard")]
    assert {text.language for text in shown.texts} == {"de"}


@pytest.mark.parametrize("how", ["one too few", "of two languages", "of another subject"])
async def test_only_a_whole_set_of_one_language_can_have_been_shown(world: World, how: str) -> None:
    await publish_all(world, "ar")
    token = await world.redeem((await world.ask(COVER)).access_code)
    german, arabic = ids(await question(world, token)), ids(await question(world, token, "ar", "standard"))
    advice = await world.publish("advice", body="Ein anderer Rat.")
    said = {
        "one too few": german[:-1],
        "of two languages": [*german[:-1], arabic[-1]],
        "of another subject": [*german[:-1], advice.text_version_id],
    }
    with pytest.raises(LotseError) as caught:
        await world.answer(token, yes=[COVER], text_version_ids=said[how])
    assert [violation.field for violation in caught.value.violations] == ["text_version_ids"]


async def test_a_material_change_while_she_decides_refuses_her_answer_and_shows_the_new_text(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.redeem(asked.access_code)
    before = await question(world, token)
    newer = await world.publish("way-back", body="Der Rückweg ist jetzt ein anderer.")
    with pytest.raises(LotseError) as caught:
        await world.answer(token, yes=[COVER], text_version_ids=ids(before))
    assert (caught.value.reason, caught.value.metadata["subjects"]) == ("TEXT_CHANGED", "way-back")
    with refused("TEXT_CHANGED"):
        await world.answer(token, yes=[COVER])  # in the words of the moment when she was asked
    after = await question(world, token)
    assert newer.text_version_id in ids(after)
    await world.answer(token, yes=[COVER], text_version_ids=ids(after))
    assert (await proof(world, asked))[1] == [text.content_hash for text in after.texts]
    assert await world.permits(asked, COVER) == [True]


async def test_a_change_that_says_nothing_else_asks_nobody_anew(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.redeem(asked.access_code)
    before = await question(world, token)
    await world.publish("way-back", body="Ein Text zu way-back!", material=False)
    await world.answer(token, yes=[COVER], text_version_ids=ids(before))
    assert (await proof(world, asked))[1] == [text.content_hash for text in before.texts]


async def test_a_signature_under_the_same_words_asks_nobody_anew(world: World) -> None:
    await publish_all(world, "uk", reviewer="", reviewed_on="")
    asked = await world.ask(COVER, language="uk", with_interpreter=True)
    token = await world.redeem(asked.access_code)
    before = await question(world, token)
    assert not any(text.reviewed for text in before.texts)
    await publish_all(world, "uk", reviewer="Olena", reviewed_on="2026-11-20")
    assert all(text.reviewed for text in (await question(world, token)).texts)
    await world.answer(token, yes=[COVER], text_version_ids=ids(before))
    assert await world.permits(asked, COVER) == [True]


async def test_a_new_text_that_nobody_has_reviewed_takes_no_place_of_the_one_in_force(world: World) -> None:
    asked = await world.ask(COVER)
    token = await world.redeem(asked.access_code)
    before = await question(world, token)
    await world.publish("way-back", body="Ein Entwurf.", reviewer="", reviewed_on="")
    assert ids(await question(world, token)) == ids(before)
    await world.answer(token, yes=[COVER], text_version_ids=ids(before))


async def test_a_text_that_is_retired_while_she_decides_leaves_nothing_to_decide_on_in_that_language(
    world: World,
) -> None:
    await publish_all(world, "ar")
    token = await world.redeem((await world.ask(COVER)).access_code)
    before = await question(world, token)
    await retire(world, before.texts[2].text_version_id)
    with refused("TEXT_CHANGED"):
        await world.answer(token, yes=[COVER], text_version_ids=ids(before))
    after = await question(world, token)
    assert (list(after.texts), [one.language for one in after.wordings]) == ([], ["ar"])
    arabic = await question(world, token, "ar", "standard")
    await world.answer(token, yes=[COVER], text_version_ids=ids(arabic))


async def test_asking_again_after_a_material_change_is_a_new_question(world: World) -> None:
    first = await world.ask(COVER, CONTACT)
    again = await world.ask(COVER, CONTACT, case=first.case, referral=first.referral)
    assert again.consent_request_id == first.consent_request_id
    await world.publish("handing-over", body="Etwas anderes.")
    anew = await world.ask(COVER, CONTACT, case=first.case, referral=first.referral)
    assert anew.consent_request_id != first.consent_request_id
    with refused("SECRET_NOT_ACCEPTED"):
        await world.redeem(again.access_code)
