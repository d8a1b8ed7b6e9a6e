"""What people mean by a place."""

from __future__ import annotations

import pytest

from services.directory.model.search import Question
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.scripts import skeleton
from services.directory.rules.understanding import understand
from services.directory.rules.vocabulary import Vocabulary
from services.directory.rules.words import tokens


@pytest.mark.parametrize(
    ("text", "first", "also"),
    [
        ("Nienburg", "Nienburg (Weser)", "Nienburg (Saale) (Salzlandkreis)"),
        ("Frankfurt", "Frankfurt am Main", "Frankfurt (Oder) (Frankfurt (Oder))"),
        ("Neustadt", "Neustadt an der Weinstraße", "Neustadt am Rübenberge (Region Hannover)"),
        ("Freiburg", "Freiburg im Breisgau", "Freiburg (Elbe) (Landkreis Stade)"),
        ("Offenbach", "Offenbach", "Offenbach an der Queich (Landkreis Südliche Weinstraße)"),
        ("Mühlhausen", "Mühlhausen", "Mühlhausen im Täle (Göppingen)"),
        ("Brandenburg", "Brandenburg", "Brandenburg an der Havel (Kreisfreie Stadt Brandenburg an der Havel)"),
    ],
)
def test_of_several_places_the_largest_is_taken_and_the_others_are_offered(
    gazetteer: Gazetteer, text: str, first: str, also: str
) -> None:
    named = gazetteer.find(text)
    assert named is not None
    assert named.area.name == first
    assert named.choices[0].label.startswith(first.removeprefix("Land ")) or named.choices[0].label == f"Land {first}"
    assert also in [choice.label for choice in named.choices]
    for choice in named.choices:
        chosen = gazetteer.find(choice.place)
        assert chosen is not None
        assert chosen.choices == ()


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("Frankfurt/Main", "06412"), ("Frankfurt a. M.", "06412"), ("Frankfurt Oder", "12053"),
        ("Freiburg i. Br.", "08311"), ("Offenbach am Main", "06413"), ("Nienburg an der Weser", "03256"),
        ("Neustadt Weinstr.", "07316"), ("Rothenburg o.d.T.", "09571"), ("Halle Westfalen", "05754"),
    ],
)  # fmt: skip
def test_what_stands_with_the_name_tells_which_one_is_meant(
    vocabulary: Vocabulary, gazetteer: Gazetteer, text: str, district: str
) -> None:
    named = gazetteer.find(text)
    assert named is not None
    assert named.area.districts == (district,)
    assert named.choices == ()
    area = understand(Question(f"Schulden {text}"), vocabulary, gazetteer).area
    assert area is not None
    assert area.districts == (district,)


@pytest.mark.parametrize(
    ("text", "name"),
    [("Bad Kreuznach", "Bad Kreuznach"), ("Kreuznach", "Bad Kreuznach"), ("Sachsen", "Sachsen")],
)
def test_a_place_that_everybody_means_is_not_asked_back(gazetteer: Gazetteer, text: str, name: str) -> None:
    named = gazetteer.find(text)
    assert named is not None
    assert named.area.name == name
    assert named.choices == ()
    assert len(named.area.postcodes) > 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ганновер", "Hannover"), ("Хановер", "Hannover"), ("هانوفر", "Hannover"), ("в Ганновері", "Hannover"),
        ("Гамбург", "Hamburg"), ("هامبورگ", "Hamburg"), ("Брауншвейг", "Braunschweig"), ("براونشفايغ", "Braunschweig"),
        ("Вольфенбюттель", "Wolfenbüttel"), ("Гифхорн", "Gifhorn"), ("Люнебург", "Lüneburg"),
        ("زالتسغيتر", "Salzgitter"), ("Cologne", "Köln"), ("Münih", "München"), ("Munich", "München"),
        ("کلن", "Köln"), ("Hanover", "Hannover"),
    ],
)  # fmt: skip
def test_a_town_is_found_as_other_languages_write_it(gazetteer: Gazetteer, text: str, name: str) -> None:
    named = gazetteer.find(text)
    assert named is not None
    assert named.area.name == name


@pytest.mark.parametrize(
    "text", ["долги в Гамбурге", "ديون في هامبورغ", "بدهی دارم در هامبورگ", "Hamburg'da borcum var"]
)
def test_a_town_in_another_script_is_found_in_a_sentence(
    vocabulary: Vocabulary, gazetteer: Gazetteer, text: str
) -> None:
    read = understand(Question(text), vocabulary, gazetteer)
    assert read.area is not None
    assert read.area.name == "Hamburg"
    assert "schulden" in read.named_topics


def test_no_word_of_the_vocabulary_is_a_town_by_chance(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    texts = [
        text
        for topic in vocabulary.topics.values()
        for code in ("uk", "ru", "ar", "fa")
        for text in topic.synonyms[code]
    ]
    words = {word for text in texts for word in tokens(text)}
    assert [word for word in words if gazetteer.find_name([word], in_text=True) is not None] == []


def test_what_may_be_several_towns_of_like_size_is_none(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Мгтр") is None
    assert skeleton("hannover") == skeleton("ганновер") == skeleton("هانوفر")
