"""Reads topics, languages and places at start, into what questions and imports are read with."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.database import Database
from services.directory import reference_files as files
from services.directory.model.reference import Reference
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.vocabulary import Vocabulary
from services.directory.stemming import STEMMERS
from services.directory.store.reference import NotMigrated, ReferenceReader


class ReferenceMissing(Exception):
    """The database holds no topics or places; the migrate command loads them."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the process knows before any agency is looked at."""

    vocabulary: Vocabulary
    gazetteer: Gazetteer
    reference: Reference


_KNOWN: dict[tuple[bytes, ...], Knowledge] = {}
"""By the checksums of what was loaded: making it takes a second, and the same data make the same knowledge."""


async def read_knowledge(database: Database) -> Knowledge:
    """Topics and places come from the database, languages and word lists from the program's own files."""
    reader = ReferenceReader(database)
    try:
        state = await reader.list_checksums()
        if state in _KNOWN:
            return _KNOWN[state]
        topics = await reader.list_topics(files.TAXONOMY)
        places = await reader.list_places()
        districts = await reader.list_districts()
    except NotMigrated:
        raise ReferenceMissing("The database is not ready; run the create-database and migrate commands.") from None
    if not topics or not places or not districts:
        raise ReferenceMissing("The database holds no topics or places; run the migrate command.")
    languages = files.read_languages()
    gazetteer = Gazetteer(places, districts, files.read_exonyms())
    reference = Reference(
        districts={district.code: district for district in districts},
        points=gazetteer.points(),
        topics={topic.slug: topic.id for topic in topics},
        languages=frozenset(language.code for language in languages),
        language_names={
            name.casefold(): language.code for language in languages for name in (language.german, language.english)
        },
    )
    vocabulary = Vocabulary(topics, languages, files.read_topics().lists, STEMMERS)
    known = Knowledge(vocabulary, gazetteer, reference)
    if state:
        _KNOWN[state] = known
    return known
