"""Texts of the pages: English stands in the source, other languages in catalogues of gettext."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from gateway.errors import LANGUAGES

SOURCE_LANGUAGE = "en"
_LOCALE = Path(__file__).parents[1] / "locale"


def marked(text: str) -> str:
    """The text itself, marked for the catalogues; it is translated where it is shown."""
    return text


@cache
def translations(language: str) -> NullTranslations:
    """What translates the texts of the pages into a language."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogue(language: str) -> Catalog:
    """The catalogue of a language as it stands in the repository."""
    with catalogue_file(language).open("rb") as file:
        return read_po(file, locale=language)


def catalogue_file(language: str) -> Path:
    """Where the catalogue of a language stands."""
    return _LOCALE / language / "pages.po"


def translated_languages() -> list[str]:
    """All languages that have a catalogue."""
    return [language for language in LANGUAGES if language != SOURCE_LANGUAGE]
