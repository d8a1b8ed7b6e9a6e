"""Questions as people type them become topics, languages, places and words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.directory.model.search import Loosened, Question, Role, Understood
from services.directory.reference_files import read_places
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.loosening import loosen
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
        ("Brief vom Jobcenter", "buergergeld"),
        ("Mein Mann schlägt mich", "haeusliche-gewalt"),
        ("er schlaegt mich", "haeusliche-gewalt"),
        ("Strom abgestellt", "energieschulden"),
        ("will nicht mehr leben", "suizid"),
        ("bin schwanger", "schwangerschaft"),
        ("Beratungsschein", "schwangerschaftskonflikt"),
        ("Zeugnis anerkennen lassen", "anerkennung"),
        ("obdachlos", "wohnungslosigkeit"),
        ("Frauenhausplatz", "frauenhaus"),
        ("MBE", "migration"),
        ("JMD", "jugendmigration"),
        ("SPDi", "psychische-gesundheit"),
        ("mein Freund haut mich, wenn er gesoffen hat", "haeusliche-gewalt"),
        ("mein Mann schlägt mich und ich weiß nicht wohin mit den Kindern", "haeusliche-gewalt"),
        ("hab Post vom Gericht wegen Miete gekriegt", "mietschulden"),
        ("Mietkündigung", "wohnungslosigkeit-vermeiden"),
        ("ich kann nicht mehr", "suizid"),
        ("Spielsucht", "gluecksspiel"),
        ("Schuldner- und Insolvenzberatung", "insolvenz"),
        ("Schulden Beratung", "schulden"),
        ("Schuldnerberatungsstelle", "schulden"),
        ("nichts zu essen", "lebensmittel"),
        ("behind with rent", "mietschulden"),
        ("nowhere to sleep", "notunterkunft"),
        ("Pflegegrad", "pflegegrad"),
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
        ("Sucht Niedersachsen Hannover", "Hannover"),
    ],
)
def test_places_are_recognised(read: Read, text: str, name: str) -> None:
    understood = read(text)
    assert place(understood) == name
    assert understood.words == ()


def test_no_topic_takes_the_name_of_a_city(read: Read) -> None:
    """Such as "Essen": where somebody lives matters more than what one word may mean."""
    codes = Counter((found.name, found.district_code) for found in read_places() if not found.is_bulk)
    cities = {name for (name, _), count in codes.items() if count >= 6}
    assert len(cities) > 50
    assert [name for name in cities if read(f"Schuldnerberatung {name}").area is None] == []


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


def test_who_offers_something_wider_may_help_and_is_told_apart(read: Read) -> None:
    understood = read("Pflegegrad")
    assert understood.named_topics == {"pflegegrad"}
    assert understood.wider_topics == {"pflege"}
    assert "'#pflege'" in (write_tsquery(understood) or "")


AWKWARD = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "'; drop table search_entry; --", "' | '", "a & | b", "!!(", ":*", "\\'", "<->", "#schulden", "$1", "%s",
            "\x00", "\x1b[31m", "\u202e\u200f", "\u200c", "\ufeff", "\ud800", "ich und nicht", "und", "-", "--",
            "a" * 10_000, "mietschulden" * 800, "Wort " * 2_000, "ﷺ" * 500, "a" + "\u0301" * 500, "٣٨١٠٠", "can't",
        ]
    ),
)  # fmt: skip


@given(parts=st.lists(AWKWARD, max_size=6), place=AWKWARD)
@settings(deadline=None)
def test_any_text_is_read_without_harm(
    vocabulary: Vocabulary, gazetteer: Gazetteer, parts: list[str], place: str
) -> None:
    understood = understand(Question(text=" ".join(parts), place=place), vocabulary, gazetteer)
    for reading in (understood, *(loosen(understood, to, vocabulary) for to in list(Loosened)[1:])):
        if reading is not None:
            assert is_well_formed(write_tsquery(reading) or "''")


def is_well_formed(query: str) -> bool:
    """Whether it is what PostgreSQL reads: quoted lexemes with weights, joined by operators, in closed brackets."""
    lexeme = r"'(?:[^'\\]|''|\\\\)*'(?::[*AB]+)?"
    bare = re.sub(lexeme, "x", query)
    while (shorter := re.sub(r"\(x(?: [&|] x)*\)", "x", bare)) != bare:
        bare = shorter
    return re.fullmatch(r"x(?: [&|] x)*", bare) is not None


def test_of_a_text_without_end_the_beginning_is_read(read: Read) -> None:
    assert read("Mietschulden " + "weiter " * 5_000).named_topics == {"mietschulden"}
