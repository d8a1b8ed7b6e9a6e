"""Questions as people type them become topics, languages, places and words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.model.search import Question, Role, Understood
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.tsquery import write_tsquery
from services.directory.rules.understanding import understand
from services.directory.rules.vocabulary import Vocabulary

Read = Callable[..., Understood]


@pytest.fixture
def read(vocabulary: Vocabulary, gazetteer: Gazetteer) -> Read:
    def reading(text: str, **more: object) -> Understood:
        return understand(Question(text=text, **more), vocabulary, gazetteer)  # type: ignore[arg-type]

    return reading


def place(understood: Understood) -> str:
    return understood.area.name if understood.area else ""


def test_the_main_question(read: Read) -> None:
    understood = read("Mietschulden, Arabisch, Braunschweig")
    assert understood.named_topics == {"mietschulden"}
    assert understood.languages == ("ar",)
    assert place(understood) == "Braunschweig"
    assert understood.words == ()


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Ich kann meine Miete nicht mehr zahlen", "mietschulden"),
        ("kann Miete nicht bezahlen", "wohnungslosigkeit-vermeiden"),
        ("Brief vom Jobcenter", "sozialrecht"),
        ("Mein Mann schlägt mich", "haeusliche-gewalt"),
        ("er schlaegt mich", "haeusliche-gewalt"),
        ("Strom abgestellt", "energieschulden"),
        ("will nicht mehr leben", "suizid"),
        ("bin schwanger", "schwangerschaft"),
        ("Beratungsschein", "schwangerschaftskonflikt"),
        ("Zeugnis anerkennen lassen", "anerkennung"),
        ("obdachlos", "wohnungslosigkeit"),
        ("Frauenhausplatz", "haeusliche-gewalt"),
        ("MBE", "migration"),
        ("JMD", "jugendmigration"),
        ("SPDi", "psychische-gesundheit"),
        ("Spielsucht", "gluecksspiel"),
        ("Schuldner- und Insolvenzberatung", "insolvenz"),
        ("Schulden Beratung", "schulden"),
        ("Schuldnerberatungsstelle", "schulden"),
        ("nichts zu essen", "lebensmittel"),
        ("behind with rent", "mietschulden"),
        ("nowhere to sleep", "wohnungslosigkeit"),
        ("Pflegegrad", "pflege"),
    ],
)
def test_everyday_words_lead_to_topics(read: Read, text: str, topic: str) -> None:
    assert topic in read(text).named_topics


def test_somebody_who_is_beaten_is_not_led_to_work_with_offenders(read: Read) -> None:
    assert "taeterarbeit" not in read("Er schlägt mich").named_topics


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Trauer Kind", "schwangerschaftskonflikt"),
        ("Kinder weg, Jugendamt", "schwangerschaftskonflikt"),
        ("mein Kind isst nicht", "schwangerschaftskonflikt"),
        ("Leben mit Behinderung", "suizid"),
        ("gut schlafen", "psychische-gesundheit"),
    ],
)
def test_one_word_of_a_phrase_is_not_the_phrase(read: Read, text: str, topic: str) -> None:
    assert topic not in read(text).named_topics


def test_every_phrase_of_the_taxonomy_leads_to_its_topic(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    """A phrase may be read as a narrower topic or another way round, but never be lost."""
    lost = []
    for topic in vocabulary.topics.values():
        for text in (word for words in topic.synonyms.values() for word in words):
            understood = understand(Question(text=text), vocabulary, gazetteer)
            allowed = vocabulary.with_descendants(topic.slug) | {topic.parent}
            if not allowed & understood.named_topics:
                lost.append((topic.slug, text, sorted(understood.named_topics)))
    assert lost == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Arabisch", "ar"),
        ("arabischsprachig", "ar"),
        ("spricht Farsi", "fa"),
        ("Persisch", "fa"),
        ("Gebärdensprache", "gsg"),
        ("Ukrainian", "uk"),
        ("auf Türkisch", "tr"),
        ("tuerkische Beraterin", "tr"),
    ],
)
def test_languages_are_recognised(read: Read, text: str, code: str) -> None:
    assert read(text).languages == (code,)


def test_german_is_no_condition(read: Read) -> None:
    assert read("Schulden auf Deutsch").languages == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Schulden 38100", "Braunschweig"),
        ("Schulden bei Hannover", "Hannover"),
        ("Sucht Bad Harzburg", "Bad Harzburg"),
        ("Sucht in Göttingen", "Göttingen"),
        ("Sucht goettingen", "Göttingen"),
        ("Sucht Region Hannover", "Region Hannover"),
        ("Sucht Landkreis Gifhorn", "Landkreis Gifhorn"),
        ("Sucht Niedersachsen", "Niedersachsen"),
        ("Sucht Castrop-Rauxel", "Castrop-Rauxel"),
    ],
)
def test_places_are_recognised(read: Read, text: str, name: str) -> None:
    understood = read(text)
    assert place(understood) == name
    assert understood.words == ()


def test_a_lost_leading_zero_is_repaired_and_told(read: Read) -> None:
    understood = read("", place="6886")
    assert understood.area is not None
    assert understood.area.postcode == "06886"
    assert [repair.kind for repair in understood.repairs] == ["postcode"]


def test_an_unknown_place_is_told(read: Read) -> None:
    understood = read("Sucht", place="Atlantis")
    assert understood.area is None
    assert understood.unknown_place == "atlantis"


def test_the_place_field_goes_before_a_place_in_the_text(read: Read) -> None:
    understood = read("Sucht Hannover", place="Göttingen")
    assert place(understood) == "Göttingen"
    assert [word.text for word in understood.words] == ["hannover"]


def test_a_district_reaches_as_far_as_it_goes(read: Read) -> None:
    area = read("Sucht Landkreis Emsland").area
    assert area is not None
    assert 30 < area.reach_km < 100
    assert area.districts == ("03454",)


def test_general_words_are_left_out_when_anything_else_was_said(read: Read) -> None:
    assert read("Beratung und Hilfe bei Schulden").words == ()
    assert [word.text for word in read("Beratung").words] == ["beratung"]


def test_two_topics_are_two_conditions_and_one_topic_twice_is_one(read: Read) -> None:
    assert len(read("Schwangerschaft und Schulden").concepts) == 2
    assert len(read("Mietschulden Mietrückstand").concepts) == 1


def test_roles_tell_what_each_word_was(read: Read) -> None:
    roles = {piece.text: piece.role for piece in read("Mietschulden Arabisch Braunschweig Leinetor").pieces}
    assert roles == {
        "mietschulden": Role.TOPIC,
        "arabisch": Role.LANGUAGE,
        "braunschweig": Role.PLACE,
        "leinetor": Role.WORD,
    }


@given(text=st.text(max_size=120), field=st.text(max_size=40))
def test_any_text_is_read_without_harm(vocabulary: Vocabulary, gazetteer: Gazetteer, text: str, field: str) -> None:
    understood = understand(Question(text=text, place=field), vocabulary, gazetteer)
    query = write_tsquery(understood)
    assert query is None or query.count("(") == query.count(")") or "'" in query
