"""The taxonomy lotse-themen is whole: what a reviewer may rely on when she looks at the words."""

from __future__ import annotations

from collections import Counter

import pytest

from services.directory import reference_files as files
from services.directory.model.search import Question
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.understanding import understand
from services.directory.rules.vocabulary import Vocabulary
from services.directory.rules.words import tokens

TOPICS = files.read_topics()
LANGUAGES = ("de", "de-x-leicht", "en", "ar", "uk", "fa", "tr", "ru")
SPOKEN = tuple(language for language in LANGUAGES if language != "de-x-leicht")
FIRST = frozenset(
    """
    schulden insolvenz mietschulden energieschulden wohnungslosigkeit-vermeiden wohnungslosigkeit wohnen sozialrecht
    familienleistungen rente migration jugendmigration asyl aufenthalt rueckkehr sucht alkohol drogen gluecksspiel
    schwangerschaft schwangerschaftskonflikt haeusliche-gewalt sexualisierte-gewalt taeterarbeit erziehung
    alleinerziehend trennung paare jugend jugendberufshilfe arbeit anerkennung sprache behinderung pflege betreuung
    psychische-gesundheit trauma suizid trauer hiv queer straffaelligkeit opferhilfe diskriminierung menschenhandel
    krankheit lebensmittel
    """.split()  # noqa: SIM905 - a list of words reads better
)
"""Slugs that directories of agencies have been tagged with."""


def test_there_are_topics_for_the_whole_field_and_no_slug_was_taken_back() -> None:
    slugs = [topic.slug for topic in TOPICS.topics]
    assert len(slugs) == len(set(slugs)) >= 120
    assert set(slugs) >= FIRST
    assert TOPICS.lists.general_topic in slugs


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_has_a_label_of_its_own_in_every_language(language: str) -> None:
    labels = [" ".join(tokens(topic.labels.get(language, ""))) for topic in TOPICS.topics]
    assert "" not in labels
    assert [label for label, count in Counter(labels).items() if count > 1] == []


def test_every_topic_is_explained_and_has_words_in_every_language() -> None:
    for topic in TOPICS.topics:
        assert topic.labels.keys() == set(LANGUAGES), topic.slug
        assert [topic.explanations[language][-1:] for language in ("de", "en")] == [".", "."], topic.slug
        assert min(len(topic.synonyms[language]) for language in SPOKEN) >= 3, topic.slug


def test_reviews_name_every_language() -> None:
    assert TOPICS.reviews.keys() == set(LANGUAGES)


def test_no_topic_stands_above_itself() -> None:
    parents = {topic.slug: topic.parent for topic in TOPICS.topics}
    for slug, above in parents.items():
        line = [slug]
        while above:
            assert above not in line
            line.append(above)
            above = parents[above]  # noqa: PLW2901 - one step up


def test_every_phrase_leads_to_its_topic(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    """A phrase may be read as something narrower, but never be lost or taken for another topic."""
    lost = []
    for topic in vocabulary.topics.values():
        texts = [text for language, text in topic.labels.items() if language in SPOKEN]
        texts += [text for words in topic.synonyms.values() for text in words]
        for text in texts:
            named = understand(Question(text=text), vocabulary, gazetteer).named_topics
            if not vocabulary.with_descendants(topic.slug) & named:
                lost.append((topic.slug, text, sorted(named)))
    assert lost == []
