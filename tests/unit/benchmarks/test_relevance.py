"""The graded questions mean something, their grades follow the rule, and the score is the one that others compute."""

from __future__ import annotations

import math

import pytest

from benchmarks.relevance.grading import Entry, Grader
from benchmarks.relevance.questions import Question, read_questions
from benchmarks.relevance.scoring import score
from services.directory import reference_files as files

PLACES = {place.postcode: place for place in files.read_places() if not place.is_bulk}
TOPICS = {topic.slug: topic for topic in files.read_topics().topics}
GRADER = Grader(TOPICS, PLACES, {district.code: district for district in files.read_districts()})
BRAUNSCHWEIG = (PLACES["38100"].latitude, PLACES["38100"].longitude)
WOLFENBUETTEL = (PLACES["38300"].latitude, PLACES["38300"].longitude)
ASKED = Question("word", "Mietschulden Braunschweig", frozenset({"mietschulden"}), "38100", "")


def entry(
    *topics: str,
    at: tuple[float, float] | None = BRAUNSCHWEIG,
    languages: tuple[str, ...] = ("de",),
    postcodes: tuple[tuple[int, int], ...] = (),
    districts: tuple[str, ...] = (),
    states: tuple[str, ...] = (),
) -> Entry:
    points = (at,) if at else ()
    return Entry(
        "x", frozenset(topics), frozenset(languages), points, postcodes, frozenset(districts), frozenset(states)
    )


def test_there_are_enough_questions_and_no_two_are_the_same() -> None:
    questions = read_questions()
    assert len(questions) >= 150
    assert len({question.text for question in questions}) == len(questions)


def test_every_question_means_topics_languages_and_a_place_that_exist() -> None:
    codes = {language.code for language in files.read_languages()}
    for question in read_questions():
        assert question.topics <= TOPICS.keys(), question.text
        assert question.postcode in PLACES, question.text
        assert not question.language or question.language in codes, question.text


@pytest.mark.parametrize(
    ("why", "found", "grade"),
    [
        ("the topic, in the place", entry("mietschulden"), 3),
        ("the topic, for the district", entry("mietschulden", at=None, districts=("03101",)), 3),
        ("the topic, for the postcode", entry("mietschulden", at=None, postcodes=((38000, 38200),)), 3),
        ("the topic, for the whole Land", entry("mietschulden", at=None, states=("NI",)), 3),
        ("the topic, not far away", entry("mietschulden", at=WOLFENBUETTEL), 2),
        ("the topic, in the place but for others", entry("mietschulden", districts=("03102",)), 2),
        ("a wider topic, in the place", entry("schulden"), 1),
        ("a wider topic, not far away", entry("schulden", at=WOLFENBUETTEL), 0),
        ("another topic", entry("sucht"), 0),
        ("the topic, far away", entry("mietschulden", at=(48.1, 11.6)), 0),
    ],
)
def test_grades_follow_the_rule(why: str, found: Entry, grade: int) -> None:
    assert GRADER.grade(ASKED, found) == grade, why


def test_a_narrower_topic_is_meant_too_and_a_language_must_be_spoken() -> None:
    wide = Question("word", "Schulden Braunschweig", frozenset({"schulden"}), "38100", "ar")
    assert GRADER.grade(wide, entry("mietschulden", languages=("de", "ar"))) == 3
    assert GRADER.grade(wide, entry("mietschulden")) == 0


def test_the_best_order_scores_one_and_a_worse_one_less() -> None:
    possible = [[0, 3, 2, 0]]
    assert score([[3, 2]], possible).ndcg == pytest.approx(1)
    turned = (3 / math.log2(2) + 7 / math.log2(3)) / (7 / math.log2(2) + 3 / math.log2(3))
    assert score([[2, 3]], possible).ndcg == pytest.approx(turned)
    found = score([[], [1, 3], [2]], [[3], [3, 1], [2]])
    assert (found.questions, found.without_hit) == (3, 1)
    assert found.success == pytest.approx(1 / 3)
