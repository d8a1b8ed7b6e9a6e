"""The main job of the demonstration, step by step, as `lotse demo` plays it."""

from __future__ import annotations

import asyncio
import re

import pytest

from deploy.demo import journey as played
from deploy.demo.journey import JourneyFailed, JourneyResult, Step, play
from deploy.demo.stage import LocalStage
from deploy.demo.story import Act, Story, must
from deploy.local.constellation import Constellation


def test_every_step_says_who_what_and_what_came_back(journey: JourneyResult) -> None:
    assert [step.number for step in journey.steps] == list(range(1, 13))
    for step in journey.steps:
        assert step.who
        assert step.what
        assert step.result
        assert step.milliseconds > 0


def test_1_the_demo_directory_is_imported_without_a_refusal(journey: JourneyResult) -> None:
    assert re.search(r"^[1-9]\d+ rows read, .* none refused$", _result(journey, 1))


def test_2_the_search_finds_the_diakonie_first_and_says_why(journey: JourneyResult) -> None:
    assert "first Diakonie" in _result(journey, 2)
    assert "Arabisch" in _result(journey, 2)
    assert journey.story.service_id


def test_3_a_case_with_three_sections_and_a_draft_that_cannot_be_sent_yet(journey: JourneyResult) -> None:
    assert journey.story.case_id
    assert journey.story.referral_id
    assert "COVER_SHEET_NOT_PERMITTED" in _result(journey, 3)


def test_4_the_client_decides_and_has_a_receipt_and_a_pass(journey: JourneyResult) -> None:
    assert journey.story.consent_id
    assert len(journey.story.access_code.replace("-", "")) == 10
    assert len(journey.story.lotsenpass.replace("-", "")) == 20


def test_5_what_goes_is_what_the_preview_said_and_health_stays(journey: JourneyResult) -> None:
    assert journey.story.preview == {"cover-sheet": True, "contact": True, "housing": True, "health": False}
    assert sorted(journey.story.sent) == ["contact", "cover-sheet", "housing"]


def test_6_for_others_it_does_not_exist(journey: JourneyResult) -> None:
    assert "not found" in _result(journey, 6)


def test_7_the_recipient_reads_what_was_permitted(journey: JourneyResult) -> None:
    assert journey.story.read == ("contact", "housing")


def test_8_the_outcome_goes_back(journey: JourneyResult) -> None:
    assert journey.story.outcome == "helped"


def test_9_the_client_sees_who_read_what_and_withdraws(journey: JourneyResult) -> None:
    sent, read, back = 3, 2, 2
    assert journey.story.disclosures == sent + read + back


def test_10_both_sides_delete_and_the_client_sees_it(journey: JourneyResult) -> None:
    assert journey.story.deletion_tasks == 2


def test_11_the_ledger_is_intact_and_a_changed_byte_is_named(journey: JourneyResult) -> None:
    assert "0 findings" in journey.story.ledger_says[0]
    assert journey.story.ledger_says[-1].endswith(": named")


def test_12_no_log_holds_what_was_planted(journey: JourneyResult) -> None:
    assert _result(journey, 12).endswith("none found")


def test_it_can_be_played_again_on_the_same_state(constellation: Constellation, journey: JourneyResult) -> None:
    again = asyncio.run(play(LocalStage(constellation), lambda step: None))
    assert again.story.case_id != journey.story.case_id
    assert again.story.disclosures == journey.story.disclosures


def test_a_step_that_does_not_do_what_it_must_ends_the_journey(
    constellation: Constellation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(story: Story) -> str:
        must(condition=False, sentence="the sky is not blue")
        return "never"

    async def work(story: Story) -> str:
        return "done"

    acts = (Act(lambda _: "A", "works", work), Act(lambda _: "B", "fails", fail), Act(lambda _: "C", "works", work))
    monkeypatch.setattr(played, "ACTS", acts)
    said: list[Step] = []
    with pytest.raises(JourneyFailed, match="Step 2 failed: B fails: the sky is not blue"):
        asyncio.run(play(LocalStage(constellation), said.append))
    assert [step.number for step in said] == [1]


def _result(journey: JourneyResult, number: int) -> str:
    return journey.steps[number - 1].result
