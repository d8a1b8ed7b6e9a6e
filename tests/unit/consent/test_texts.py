"""Which texts may be shown, which set is offered, and when an answer to an older version counts no more."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.consent.model.text import Standing, Text
from services.consent.model.vocabulary import Purpose
from services.consent.rules.texts import (
    Audience,
    chosen,
    content_hash,
    offered,
    paragraphs_of,
    rendered,
    still_counts,
    subjects_for,
)
from tests.unit.consent.builders import NOW

ALONE, ACCOMPANIED = Audience(demo=False, with_interpreter=False), Audience(demo=False, with_interpreter=True)


def a_version(number: int, words: str = "A", **changes: object) -> Standing:
    """Published at the minute of its number."""
    values: dict[str, object] = {
        "text_version_id": UUID(int=number),
        "subject": "advice",
        "language": "de",
        "variety": "standard",
        "words": words.encode(),
        "published_at": NOW + timedelta(minutes=number),
        "material": True,
        "reviewed": True,
        "demo": False,
        "retired": False,
        **changes,
    }
    return Standing(**values)  # type: ignore[arg-type]


SHOWN = a_version(1)


@pytest.mark.parametrize(
    ("later", "counts"),
    [
        ([], True),
        ([a_version(2, "B")], False),
        ([a_version(2, "B", material=False)], True),
        ([a_version(2, "B"), a_version(3, "C", material=False)], False),
        ([a_version(2, "B"), a_version(3, "A")], True),
        ([a_version(2, "A")], True),
        ([a_version(2, "B", reviewed=False)], True),
        ([a_version(2, "B", reviewed=False), a_version(3, "B", material=False)], False),
        ([a_version(2, "B", retired=True)], True),
        ([a_version(2, "B", retired=True), a_version(3, "C", material=False)], False),
        ([a_version(2, "B", demo=True)], True),
        ([a_version(2, "B", language="ar")], True),
        ([a_version(2, "B", variety="leichte-sprache")], True),
        ([a_version(2, "B", subject="way-back")], True),
    ],
    ids=[
        "nothing newer",
        "material change",
        "spelling",
        "spelling after a material change",
        "changed and changed back",
        "signed",
        "draft without reviewer",
        "draft that was then signed with its spelling put right",
        "newer one retired",
        "newer one retired and another after it",
        "newer one of a demonstration",
        "other language",
        "other variety",
        "other subject",
    ],
)
def test_an_answer_counts_until_what_it_answered_says_something_else(later: list[Standing], counts: bool) -> None:
    assert still_counts(SHOWN, [SHOWN, *later], ALONE) is counts


def test_nothing_counts_that_may_not_be_shown() -> None:
    for shown in (a_version(1, retired=True), a_version(1, reviewed=False), a_version(1, demo=True)):
        assert not still_counts(shown, [shown], ALONE)
    unsigned = a_version(1, reviewed=False)
    assert still_counts(unsigned, [unsigned], ACCOMPANIED)
    assert still_counts(a_version(1, demo=True), [a_version(1, demo=True)], Audience(demo=True, with_interpreter=False))


VERSIONS = st.builds(
    a_version,
    st.integers(1, 6),
    st.sampled_from("ABC"),
    material=st.booleans(),
    reviewed=st.booleans(),
    retired=st.booleans(),
)


@given(st.lists(VERSIONS, min_size=1, max_size=6, unique_by=lambda one: one.text_version_id), st.booleans())
def test_the_text_in_force_always_counts_and_what_she_is_shown_next_does_too(
    versions: list[Standing],
    with_interpreter: bool,
) -> None:
    audience = Audience(demo=False, with_interpreter=with_interpreter)
    in_force = chosen(offered(versions, ("advice",), audience), ("de", "standard"))
    assert all(still_counts(one, versions, audience) for one in in_force)
    if not in_force:
        assert not any(still_counts(one, versions, audience) for one in versions)
    same = [one for one in versions if in_force and one.words == in_force[0].words and audience.may_see(one)]
    assert all(still_counts(one, versions, audience) for one in same)


def test_a_set_is_offered_when_it_is_whole() -> None:
    versions = [a_version(1), a_version(2, subject="way-back"), a_version(3, language="ar")]
    assert list(offered(versions, ("advice", "way-back"), ALONE)) == [("de", "standard")]


def test_the_wish_goes_before_what_was_asked_and_plain_words_fall_back_to_standard_ones() -> None:
    choices = offered([a_version(1), a_version(2, language="ar")], ("advice",), ALONE)
    assert chosen(choices, ("ar", "standard"), ("de", "standard"))[0].language == "ar"
    assert chosen(choices, ("uk", "standard"), ("de", "standard"))[0].language == "de"
    assert chosen(choices, ("ar", "leichte-sprache"))[0].language == "ar"
    assert chosen(choices, ("uk", "standard")) == ()


def test_every_request_shows_its_purposes_then_rights_way_back_and_release() -> None:
    asked = frozenset({Purpose.ADVICE, Purpose.HANDING_OVER})
    assert subjects_for(asked) == ("handing-over", "advice", "your-rights", "way-back", "secrecy-release")


def a_text(**changes: object) -> Text:
    values: dict[str, object] = {
        "subject": "advice",
        "language": "fa",
        "variety": "standard",
        "title": "T",
        "body": "B",
        "translator": "",
        "reviewer": "",
        "reviewed_on": None,
        "demo": False,
        **changes,
    }
    return Text(**values)  # type: ignore[arg-type]


def test_a_signature_changes_the_content_and_not_what_is_seen() -> None:
    signed = a_text(reviewer="R", reviewed_on=NOW.date())
    assert content_hash(signed) != content_hash(a_text())
    assert rendered(signed) == rendered(a_text())
    assert rendered(a_text()).html.startswith('<article lang="fa" dir="rtl">')


def test_whether_a_step_was_material_is_no_part_of_the_content() -> None:
    assert content_hash(a_text(material=False)) == content_hash(a_text())


@given(st.text(alphabet="a <>&\"'\n\t", max_size=60))
def test_no_text_breaks_out_of_its_paragraph(body: str) -> None:
    html = rendered(a_text(body=body, title=body)).html
    assert html.count("<") == html.count(">") == 4 + 2 * len(paragraphs_of(body)) + html.count("<br>")
