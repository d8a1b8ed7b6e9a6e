"""Brings the repository's topics and gazetteer into the database; part of the migrate command, safe to repeat."""

from __future__ import annotations

from services.common.database import Connection
from services.directory import reference_files as files
from services.directory.model.reference import District, Language, Place
from services.directory.rules.vocabulary import Vocabulary
from services.directory.rules.words import tokens
from services.directory.stemming import STEMMERS
from services.directory.store.reference import ReferenceWriter

SHORTEST_LEXICON_WORD = 4


async def load_reference(connection: Connection) -> tuple[str, ...]:
    """Loads what changed since the last time and names it; `connection` is the owner's."""
    loaded = []
    async with connection.transaction():
        writer = ReferenceWriter(connection)
        gazetteer = files.checksum(files.PLACES, files.DISTRICTS)
        if not await writer.is_current("gazetteer", gazetteer):
            await writer.put_places(files.read_districts(), files.read_places())
            await writer.mark("gazetteer", gazetteer)
            loaded.append("gazetteer")
        topics = files.checksum(files.TOPICS, files.HINTS, files.LANGUAGES)
        if not await writer.is_current("topics", topics):
            found = files.read_topics()
            await writer.put_topics(files.TAXONOMY, found.description, found.version, found.topics)
            await writer.mark("topics", topics)
            loaded.append("topics")
        if loaded:
            await writer.put_words(_lexicon())
    return tuple(loaded)


def _lexicon() -> list[tuple[str, str]]:
    """Every word by which topics, languages and places are known, with its stem."""
    found = files.read_topics()
    languages = files.read_languages()
    vocabulary = Vocabulary(found.topics, languages, found.lists, STEMMERS)
    texts = [text for topic in found.topics for text in topic.labels.values()]
    texts += [text for topic in found.topics for words in topic.synonyms.values() for text in words]
    lists = found.lists
    texts += [word for words in lists.general.values() for word in words]
    texts += [word for families in lists.families.values() for family in families for word in family]
    texts += [word for hints in lists.hints.values() for words in hints.values() for word in words]
    texts += [*lists.parts, *(name for row in languages for name in _names(row))]
    texts += [*(row.name for row in files.read_places()), *(_plain(row) for row in files.read_districts())]
    words = {word.rstrip("-") for text in texts for word in tokens(text)}
    return sorted((word, vocabulary.stem(word)) for word in words if len(word) >= SHORTEST_LEXICON_WORD)


def _names(language: Language) -> tuple[str, ...]:
    return (language.german, language.english, *language.also)


def _plain(district: District | Place) -> str:
    return district.name
