"""A story is told, and one part of it says what is needed."""

from __future__ import annotations

import pytest

from services.directory.model.search import Question
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.loosening import loosen
from services.directory.rules.tsquery import write_tsquery
from services.directory.rules.understanding import understand
from services.directory.rules.vocabulary import Vocabulary
from services.directory.rules.wording import say_repairs


def test_of_a_story_the_topic_counts_and_what_was_left_out_is_said(
    vocabulary: Vocabulary, gazetteer: Gazetteer
) -> None:
    whole = understand(Question("mein Onkel kann die Miete nicht zahlen, Braunschweig"), vocabulary, gazetteer)
    assert [word.text for word in whole.words] == ["onkel"]
    loosened = loosen(whole)
    assert loosened is not None
    assert "onkel" not in (write_tsquery(loosened) or "")
    assert loosened.named_topics == whole.named_topics != frozenset()
    assert loosened.area == whole.area
    assert say_repairs(loosened.repairs, "de") == ["Dazu wurde nichts gefunden, danach nicht gesucht: onkel"]


def test_of_two_topics_either_will_do(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    whole = understand(Question("Mietschulden und Trauer"), vocabulary, gazetteer)
    loosened = loosen(whole)
    assert loosened is not None
    strict, loose = write_tsquery(whole) or "", write_tsquery(loosened) or ""
    assert (" & (" in strict, ") | (" in loose) == (True, True)
    assert loosened.repairs == whole.repairs


def test_of_words_alone_any_will_do(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    loosened = loosen(understand(Question("Sternkunde Unterwassergeige"), vocabulary, gazetteer))
    assert loosened is not None
    assert ") | (" in (write_tsquery(loosened) or "")


@pytest.mark.parametrize("text", ["Mietschulden Braunschweig", "Sternkunde", "Braunschweig", ""])
def test_a_question_of_one_part_stays_what_it_is(vocabulary: Vocabulary, gazetteer: Gazetteer, text: str) -> None:
    assert loosen(understand(Question(text), vocabulary, gazetteer)) is None


def test_of_several_names_the_largest_place_is_meant(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    read = understand(Question("Trauer, niemand soll es wissen, Braunschweig"), vocabulary, gazetteer)
    assert (read.area.name if read.area else "") == "Braunschweig"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("ديون", "schulden"),
        ("насильство вдома", "haeusliche-gewalt"),
        ("پناهندگی", "asyl"),
        ("kiramı ödeyemiyorum", "mietschulden"),  # noqa: RUF001 - Turkish
        ("я беременна", "schwangerschaft"),
    ],
)
def test_topics_are_found_in_the_languages_of_the_clients(
    vocabulary: Vocabulary, gazetteer: Gazetteer, text: str, topic: str
) -> None:
    assert topic in understand(Question(text), vocabulary, gazetteer).named_topics
