"""A story is told, and one part of it says what is needed."""

from __future__ import annotations

import pytest

from services.directory.model.search import Loosened, Question, Understood
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.loosening import loosen, tells_a_story
from services.directory.rules.tsquery import write_tsquery
from services.directory.rules.understanding import understand
from services.directory.rules.vocabulary import Vocabulary
from services.directory.rules.wording import say_repairs


class Reader:
    """Reads and loosens with the vocabulary of the repository."""

    def __init__(self, vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
        self._vocabulary, self._gazetteer = vocabulary, gazetteer

    def read(self, text: str) -> Understood:
        return understand(Question(text), self._vocabulary, self._gazetteer)

    def loosen(self, text: str, to: Loosened) -> Understood | None:
        return loosen(self.read(text), to, self._vocabulary)


@pytest.fixture
def reader(vocabulary: Vocabulary, gazetteer: Gazetteer) -> Reader:
    return Reader(vocabulary, gazetteer)


def test_of_a_story_the_topic_counts_and_what_was_left_out_is_said(reader: Reader) -> None:
    text = "mein Onkel kann die Miete nicht zahlen, Braunschweig"
    whole = reader.read(text)
    assert [word.text for word in whole.words] == ["onkel"]
    loosened = reader.loosen(text, Loosened.TO_TOPICS)
    assert loosened is not None
    assert "onkel" not in (write_tsquery(loosened) or "")
    assert loosened.named_topics == whole.named_topics != frozenset()
    assert loosened.area == whole.area
    assert say_repairs(loosened.repairs, "de") == ["Dazu wurde nichts gefunden, danach nicht gesucht: onkel"]


def test_of_two_topics_either_will_do(reader: Reader) -> None:
    whole = reader.read("Mietschulden und Trauer")
    loosened = reader.loosen("Mietschulden und Trauer", Loosened.TO_TOPICS)
    assert loosened is not None
    strict, loose = write_tsquery(whole) or "", write_tsquery(loosened) or ""
    assert (" & (" in strict, ") | (" in loose) == (True, True)
    assert loosened.repairs == whole.repairs


def test_of_words_alone_any_will_do(reader: Reader) -> None:
    loosened = reader.loosen("Sternkunde Unterwassergeige", Loosened.TO_WORDS)
    assert loosened is not None
    assert ") | (" in (write_tsquery(loosened) or "")


@pytest.mark.parametrize("text", ["Mietschulden Braunschweig", "Sternkunde", "Braunschweig", ""])
@pytest.mark.parametrize("to", [Loosened.TO_TOPICS, Loosened.TO_WORDS])
def test_a_question_of_one_part_stays_what_it_is(reader: Reader, text: str, to: Loosened) -> None:
    assert reader.loosen(text, to) is None


def test_words_that_are_no_phrase_still_hint_at_a_topic_and_the_answer_says_that_it_is_a_guess(reader: Reader) -> None:
    text = "die Nachzahlung frisst uns auf"
    assert reader.read(text).named_topics == frozenset()
    guessed = reader.loosen(text, Loosened.TO_TOPICS)
    assert guessed is not None
    assert "energieschulden" in guessed.named_topics
    assert "Nicht sicher verstanden" in say_repairs(guessed.repairs, "de")[0]


def test_what_nobody_understands_leads_to_general_counselling_at_the_place(reader: Reader) -> None:
    general = reader.loosen("Quastenflosser Hannover", Loosened.TO_GENERAL)
    assert general is not None
    assert "sozialrecht" in general.named_topics
    assert say_repairs(general.repairs, "de") == [
        "Das wurde nicht verstanden, hier ist die allgemeine Beratung vor Ort: quastenflosser"
    ]
    assert reader.loosen("Quastenflosser", Loosened.TO_GENERAL) is None


def test_many_words_beside_a_topic_are_a_story_and_no_conditions(reader: Reader) -> None:
    assert tells_a_story(reader.read("gestern beim Grillen kippte Onkel Heinz um, kann Miete nicht zahlen"))
    assert not tells_a_story(reader.read("Schuldnerberatung Leinetor"))


def test_of_several_names_the_largest_place_is_meant(reader: Reader) -> None:
    read = reader.read("Trauer, niemand soll es wissen, Braunschweig")
    assert (read.area.name if read.area else "") == "Braunschweig"
