"""Vocabulary and gazetteer from the repository's own files."""

from __future__ import annotations

import pytest

from services.directory import reference_files as files
from services.directory.rules.gazetteer import Gazetteer
from services.directory.rules.vocabulary import Vocabulary
from services.directory.stemming import STEMMERS


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    found = files.read_topics()
    return Vocabulary(found.topics, files.read_languages(), found.lists, STEMMERS)


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer(files.read_places(), files.read_districts(), files.read_exonyms())
