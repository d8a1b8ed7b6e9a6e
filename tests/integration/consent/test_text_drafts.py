"""Texts written, signed and published by persons: never by one alone, never other words than those that were read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from lotse.consent.v1 import text_draft_pb2 as pb
from lotse.consent.v1 import text_draft_pb2_grpc, text_pb2, text_pb2_grpc

from services.common.ledger import verify_ledger
from services.consent.store.ledger import READERS
from tests.integration.consent.world import COVER, SUBJECTS, Counsellor, World, refused


@dataclass
class Person:
    """Somebody with a fresh second factor, who acts on texts."""

    world: World
    metadata: list[tuple[str, str]]

    @property
    def drafts(self) -> text_draft_pb2_grpc.ConsentTextDraftServiceStub:
        return text_draft_pb2_grpc.ConsentTextDraftServiceStub(self.world.gateway)

    @property
    def texts(self) -> text_pb2_grpc.ConsentTextServiceStub:
        return text_pb2_grpc.ConsentTextServiceStub(self.world.gateway)

    async def writes(self, draft: pb.TextDraft | None = None, /, *, key: str = "", **changes: Any) -> pb.TextDraft:
        values = {"subject": "advice", "language": "de", "variety": "standard", "title": "Rat", "body": "Ein Rat."}
        request = pb.WriteTextDraftRequest(
            request_id=key or str(uuid4()),
            draft_id=draft.draft_id if draft else "",
            revision=draft.revision if draft else 0,
            text=text_pb2.TextVersion(**{**values, **changes}),
        )
        return (await self.drafts.WriteTextDraft(request, metadata=self.metadata)).draft

    async def signs(self, draft: pb.TextDraft, reviewer: str = "Olena", day: str = "2026-11-20") -> pb.TextDraft:
        request = pb.SignTextDraftRequest(
            request_id=str(uuid4()),
            draft_id=draft.draft_id,
            content_hash=draft.text.content_hash,
            reviewer=reviewer,
            reviewed_on=day,
        )
        return (await self.drafts.SignTextDraft(request, metadata=self.metadata)).draft

    async def publishes(self, draft: pb.TextDraft, key: str = "") -> text_pb2.TextVersion:
        request = pb.PublishTextDraftRequest(
            request_id=key or str(uuid4()), draft_id=draft.draft_id, content_hash=draft.text.content_hash
        )
        return (await self.drafts.PublishTextDraft(request, metadata=self.metadata)).text

    async def discards(self, draft: pb.TextDraft) -> pb.TextDraft:
        request = pb.DiscardTextDraftRequest(request_id=str(uuid4()), draft_id=draft.draft_id)
        return (await self.drafts.DiscardTextDraft(request, metadata=self.metadata)).draft

    async def reads(self, draft: pb.TextDraft) -> pb.GetTextDraftResponse:
        request = pb.GetTextDraftRequest(draft_id=draft.draft_id)
        return await self.drafts.GetTextDraft(request, metadata=self.metadata)

    async def reviews(self, version: text_pb2.TextVersion) -> text_pb2.TextVersion:
        request = text_pb2.ReviewTextRequest(
            request_id=str(uuid4()),
            text_version_id=version.text_version_id,
            content_hash=version.content_hash,
            reviewer="Olena",
            reviewed_on="2026-11-20",
        )
        return (await self.texts.ReviewText(request, metadata=self.metadata)).text

    async def retires(self, version: text_pb2.TextVersion) -> text_pb2.TextVersion:
        request = text_pb2.RetireTextRequest(request_id=str(uuid4()), text_version_id=version.text_version_id)
        return (await self.texts.RetireText(request, metadata=self.metadata)).text


def operator(world: World, **changes: object) -> Person:
    token = world.issuer.token(uuid4(), None, "operator", **{"acr": "2", **changes})
    return Person(world, [("authorization", f"Bearer {token}")])


def officer(world: World, agency: UUID | None = None) -> Person:
    token = world.issuer.token(uuid4(), agency or uuid4(), "data-protection-officer", acr="2")
    return Person(world, [("authorization", f"Bearer {token}")])


async def test_nobody_publishes_what_she_wrote(world: World) -> None:
    betty, hauke = operator(world), officer(world)
    draft = await betty.writes()
    assert (draft.state, draft.written_by_caller, draft.may_be_published) == (pb.TEXT_DRAFT_STATE_OPEN, True, False)
    with refused("FOUR_EYES_NEEDED"):
        await betty.signs(draft)
    with refused("FOUR_EYES_NEEDED"):
        await betty.publishes(draft)
    assert (await hauke.reads(draft)).draft.may_be_published
    signed = await hauke.signs(draft)
    with refused("FOUR_EYES_NEEDED"):
        await betty.publishes(signed)
    version = await hauke.publishes(signed)
    assert (version.reviewer, version.reviewed_on, version.demo) == ("Olena", "2026-11-20", False)


async def test_also_whoever_wrote_an_earlier_revision_does_not_publish_the_last(world: World) -> None:
    betty, bruno, hauke = operator(world), operator(world), officer(world)
    draft = await betty.writes(await bruno.writes(), body="Ein besserer Rat.")
    with refused("FOUR_EYES_NEEDED"):
        await bruno.publishes(draft)
    assert await hauke.publishes(draft)


async def test_two_officers_are_too_few(world: World) -> None:
    draft = await officer(world).writes()
    with refused("FOUR_EYES_NEEDED"):
        await officer(world).publishes(draft)
    assert await operator(world).publishes(draft)


async def test_a_person_publishes_no_text_past_the_draft(world: World) -> None:
    request = text_pb2.PublishTextRequest(
        request_id=str(uuid4()),
        text=text_pb2.TextVersion(subject="advice", language="de", variety="standard", title="T", body="B"),
    )
    betty = operator(world)
    with refused("PERMISSION_DENIED"):
        await betty.texts.PublishText(request, metadata=betty.metadata)


async def test_whoever_wrote_the_words_does_not_sign_the_version_that_they_became(world: World) -> None:
    betty, hauke = operator(world), officer(world)
    version = await hauke.publishes(await betty.writes(language="uk"))
    with refused("FOUR_EYES_NEEDED"):
        await betty.reviews(version)
    signed = await hauke.reviews(version)
    with refused("FOUR_EYES_NEEDED"):
        await betty.reviews(signed)
    request = pb.ListTextActsRequest(text_version_id=signed.text_version_id)
    acts = (await hauke.drafts.ListTextActs(request, metadata=hauke.metadata)).acts
    assert [(act.act, act.by_caller, act.reviewer) for act in acts] == [("reviewed", True, "Olena")]


async def test_a_signature_holds_for_the_words_that_were_read_and_no_others(world: World) -> None:
    betty, hauke = operator(world), officer(world)
    draft = await betty.writes()
    signed = await hauke.signs(draft)
    assert signed.text.reviewer == "Olena"
    later = await betty.writes(draft, body="Ein anderer Rat.")
    assert later.text.reviewer == ""
    for act in (hauke.signs, hauke.publishes):
        with refused("STALE_ETAG"):
            await act(draft)
    with refused("INVALID_ARGUMENT"):
        await hauke.signs(later, day="2999-01-01")
    version = await hauke.publishes(later)
    assert version.reviewer == ""


async def test_who_was_slower_loses_nothing_and_overwrites_nobody(world: World) -> None:
    betty, bruno = operator(world), operator(world)
    draft = await betty.writes()
    await bruno.writes(draft, body="Brunos Rat.")
    with refused("STALE_ETAG"):
        await betty.writes(draft, body="Bettys Rat.")
    found = await betty.reads(draft)
    assert (found.draft.text.body, [act.act for act in found.acts]) == ("Brunos Rat.", ["written", "written"])
    assert "<p>Brunos Rat.</p>" in found.html


async def test_a_second_click_writes_and_publishes_once(world: World) -> None:
    betty, hauke = operator(world), officer(world)
    key, other = str(uuid4()), str(uuid4())
    first, again = await asyncio.gather(betty.writes(key=key), betty.writes(key=key))
    assert first == again
    with refused("REPEAT_KEY_REUSED"):
        await betty.writes(key=key, body="Ein anderer Rat.")
    with refused("REPEAT_KEY_REUSED"):
        await hauke.writes(key=key)
    versions = await asyncio.gather(hauke.publishes(first, other), hauke.publishes(first, other))
    assert versions[0] == versions[1]


async def test_a_draft_that_ended_is_left_as_it_is(world: World) -> None:
    betty, hauke = operator(world), officer(world)
    published, discarded = await betty.writes(), await betty.writes(body="Ein Rat, den keiner will.")
    await hauke.publishes(published)
    assert (await betty.discards(discarded)).state == pb.TEXT_DRAFT_STATE_DISCARDED
    for draft in (published, discarded):
        for act in (hauke.signs, hauke.publishes, hauke.discards, hauke.writes):
            with refused("ILLEGAL_STATE"):
                await act(draft)
    assert list((await betty.drafts.ListTextDrafts(pb.ListTextDraftsRequest(), metadata=betty.metadata)).drafts) == []


async def test_words_that_were_published_before_are_no_new_version(world: World) -> None:
    betty, hauke = operator(world), officer(world)
    version = await hauke.publishes(await betty.writes())
    again = await betty.writes()
    with refused("ILLEGAL_STATE"):
        await hauke.publishes(again)
    await betty.retires(version)
    with refused("ILLEGAL_STATE"):
        await hauke.publishes(again)


@pytest.mark.parametrize(
    "changes", [{"subject": "weather"}, {"title": " "}, {"body": "\n"}, {"language": "Deutsch"}, {"variety": "easy"}]
)
async def test_what_is_no_text_of_a_question_is_refused_by_its_field(world: World, changes: dict[str, str]) -> None:
    with refused("INVALID_ARGUMENT"):
        await operator(world).writes(None, **changes)


async def test_a_draft_keeps_its_place_among_the_texts(world: World) -> None:
    betty = operator(world)
    draft = await betty.writes()
    with refused("INVALID_ARGUMENT"):
        await betty.writes(draft, language="en")


async def test_a_draft_is_shown_to_no_client_and_an_unsigned_version_only_with_an_interpreter(world: World) -> None:
    betty, hauke = operator(world), officer(world)
    for subject in set(SUBJECTS) - {"way-back"}:
        await world.publish(subject, language="tr")
    draft = await betty.writes(subject="way-back", language="tr")
    with refused("TEXT_MISSING"):
        await world.ask(COVER, language="tr", with_interpreter=True)
    version = await hauke.publishes(draft)
    assert await world.ask(COVER, language="tr", with_interpreter=True)
    with refused("TEXT_MISSING"):
        await world.ask(COVER, language="tr")
    signed = await hauke.reviews(version)
    assert await world.ask(COVER, language="tr")
    await betty.retires(signed)
    with refused("TEXT_MISSING"):
        await world.ask(COVER, language="tr")


async def test_every_act_asks_for_a_fresh_second_factor_and_no_other_role_will_do(world: World) -> None:
    hauke = officer(world)
    draft = await operator(world).writes()
    version = (await hauke.texts.ListTexts(text_pb2.ListTextsRequest(), metadata=hauke.metadata)).texts[0]
    for person, reason in (
        (operator(world, acr="1"), "STRONGER_LOGIN_REQUIRED"),
        (operator(world, auth_time=int(world.clock.now().timestamp()) - 1000), "FRESH_LOGIN_REQUIRED"),
        (Person(world, world.as_staff(Counsellor(uuid4(), roles=("coordinator",)))), "PERMISSION_DENIED"),
    ):
        for act in (person.signs, person.publishes, person.discards, person.writes):
            with refused(reason):
                await act(draft)
        for act_on in (person.reviews, person.retires):
            with refused(reason):
                await act_on(version)


async def test_every_act_stands_in_the_log_and_a_changed_one_is_found(world: World) -> None:
    betty, hauke = operator(world), officer(world)
    draft = await hauke.signs(await betty.writes())
    version = await hauke.publishes(draft)
    await betty.retires(await operator(world).reviews(version))
    await betty.discards(await hauke.writes(body="Ein Rat zu viel."))
    await world.logged(7)
    async with world.database.administered() as admin:
        await admin.execute("update consent_text_act set person_id = gen_random_uuid() where act = 'published'")
    async with world.database.connected("worker") as connection:
        report = await verify_ledger(
            connection, READERS, world.keys.log.verifier, checkpoint_file=world.settings.checkpoint_file
        )
    assert report.entries == 7
    assert [finding.kind for finding in report.findings] == ["text"]
