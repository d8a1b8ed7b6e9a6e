"""What a client said in a whole sentence is about what most of it speaks of."""

from __future__ import annotations

import pytest

from services.directory import reference_files as files
from services.directory.model.search import Loosened, Question, Understood
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.loosening import loosen
from services.directory.rules.relaxing import relax
from services.directory.rules.understanding import understand
from services.directory.rules.vocabulary import Vocabulary


def topics_of(understood: Understood) -> set[str]:
    """What it was taken to be about, by phrases or as a guess."""
    concepts = understood.concepts or ((understood.guessed,) if understood.guessed is not None else ())
    return {slug for concept in concepts for slug in concept.topics}


@pytest.mark.parametrize("text", ["sie nehmen mir die Kinder weg", "Kinder wurden weggenommen", "Kinder wegzunehmen"])
def test_a_verb_is_the_same_together_and_apart(vocabulary: Vocabulary, gazetteer: Gazetteer, text: str) -> None:
    assert "kinderschutz" in understand(Question(text), vocabulary, gazetteer).named_topics


@pytest.mark.parametrize(
    ("form", "infinitive"),
    [("abgestellt", "abstellen"), ("stellte", "stellen"), ("nahm", "nehmen"), ("weggenommen", "wegnehmen"),
     ("einsperrt", "einsperren"), ("trinkt", "trinken"), ("geschubst", "schubsen")],
)  # fmt: skip
def test_forms_of_a_verb_count_as_its_infinitive(vocabulary: Vocabulary, form: str, infinitive: str) -> None:
    assert vocabulary.german.read(form) == vocabulary.german.read(infinitive)


@pytest.mark.parametrize(("noun", "verb"), [("sucht", "suchen"), ("gericht", "richen"), ("haft", "hafen")])
def test_a_noun_is_no_form_of_a_verb(vocabulary: Vocabulary, noun: str, verb: str) -> None:
    assert vocabulary.german.read(noun) != vocabulary.german.read(verb)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("gestern stand der Strom still, der Zähler ist verplombt und die Stadtwerke wollen Geld", "energieschulden"),
        ("seit dem Beschuss schreckt er bei jedem Knall hoch", "trauma"),
        ("он каждый вечер приносит бутылку и засыпает пьяный", "alkohol"),
        ("he spends every night in his car behind the station", "wohnungslosigkeit"),
    ],
)
def test_words_that_alone_are_no_topic_tell_a_story_together(
    vocabulary: Vocabulary, gazetteer: Gazetteer, text: str, topic: str
) -> None:
    assert topic in topics_of(understand(Question(text), vocabulary, gazetteer))


def test_what_a_story_may_be_about_as_well_is_asked_back(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    question = Question("mein Vater trinkt jeden Tag Schnaps und abends versteckt er den Autoschlüssel, Hannover")
    read = understand(question, vocabulary, gazetteer)
    assert 0 < len(read.likely) <= 3
    assert topics_of(read).isdisjoint(read.likely)
    asked = [one.question for one in relax(question, read, vocabulary, 25.0) if one.sentence == "likely-topic"]
    assert [(each.text, each.topics) for each in asked] == [("hannover", (slug,)) for slug in read.likely]
    likely = loosen(read, Loosened.TO_LIKELY, vocabulary)
    assert likely is not None
    assert set(read.likely) <= likely.named_topics


def test_a_list_of_topics_is_no_story(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    read = understand(Question("Mietschulden Trauer Alkohol Schwangerschaft Asyl Pflege"), vocabulary, gazetteer)
    assert len(read.concepts) == 6
    assert understand(Question("Mietschulden Hannover"), vocabulary, gazetteer).likely == ()


def test_hints_are_of_topics_and_in_languages_that_there_are() -> None:
    found = files.read_topics()
    assert found.lists.hints.keys() <= {topic.slug for topic in found.topics}
    assert len(found.lists.hints) > 150
    for slug, hints in found.lists.hints.items():
        assert "de" in hints, slug
        assert hints.keys() <= {"de", "en", "ar", "uk", "fa", "tr", "ru"}, slug
