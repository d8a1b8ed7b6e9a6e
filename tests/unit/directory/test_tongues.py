"""Clients ask in their own language, with what their keyboard and grammar make of a word."""

from __future__ import annotations

import pytest

from services.directory.model.search import Question
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.understanding import understand
from services.directory.rules.vocabulary import Vocabulary
from services.directory.rules.words import tokens


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("ديون", "schulden"),
        ("الديون", "schulden"),
        ("والديون كثيرة", "schulden"),
        ("دُيُون", "schulden"),
        ("حــامل", "schwangerschaft"),
        ("زوجي بيضربني", "haeusliche-gewalt"),
        ("لا استطيع دفع الايجار", "mietschulden"),
        ("насильство вдома", "haeusliche-gewalt"),
        ("боргами", "schulden"),
        ("про возз\u2019єднання сім\u02bcї", "familiennachzug"),  # noqa: RUF001 - Ukrainian
        ("я беременна", "schwangerschaft"),
        ("о долгах", "schulden"),  # noqa: RUF001 - Russian
        ("پناهندگی", "asyl"),
        ("نمی‌توانم اجاره بدهم", "mietschulden"),
        ("نمی توانم اجاره بدهم", "mietschulden"),
        ("نمیتوانم اجاره بدهم", "mietschulden"),
        ("بدهي", "schulden"),
        ("kiramı ödeyemiyorum", "mietschulden"),  # noqa: RUF001 - Turkish
        ("KİRAMI ÖDEYEMİYORUM", "mietschulden"),
        ("kirami odeyemiyorum", "mietschulden"),
        ("borçlarımdan", "schulden"),  # noqa: RUF001 - Turkish
        ("kocam beni dovuyor", "haeusliche-gewalt"),
        ("I want to die", "suizid"),
        ("can't pay my rent", "mietschulden"),
        ("cant pay my rent", "mietschulden"),
    ],
)
def test_a_topic_is_found_in_every_form_that_people_type(
    vocabulary: Vocabulary, gazetteer: Gazetteer, text: str, topic: str
) -> None:
    assert topic in understand(Question(text), vocabulary, gazetteer).named_topics


def test_a_word_of_one_language_alone_is_none_of_another(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    """Both "war" and "die" mean something in English and nothing in German."""
    assert understand(Question("Ich war die ganze Zeit in Hannover"), vocabulary, gazetteer).named_topics == frozenset()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("٣٨١٠٠", ["38100"]),
        ("۳۸۱۰۰", ["38100"]),
        ("\u202bحمل\u202c", ["حمل"]),
        ("Schuld\u00adner\u200bberatung", ["schuldner", "beratung"]),
        ("Beträge", ["betrage"]),  # a and the dots as two characters
        ("Hannover'de", ["hannover"]),
        ("здоров'я", ["здоровя"]),
        ("O'Neill", ["oneill"]),
    ],
)
def test_marks_that_nobody_sees_change_no_word(typed: str, read: list[str]) -> None:
    assert list(tokens(typed)) == read


def test_a_place_with_a_turkish_ending_is_found(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    area = understand(Question("borcum var, Hannover'de"), vocabulary, gazetteer).area
    assert (area.name if area else "") == "Hannover"
