"""Texts of pages and documents: English stands in the source, other languages in catalogues of gettext.

Pages of staff and of everybody have German and English. What clients read, pages as well as documents that they take
along, has all the languages that they may be asked in; what one of these lacks is said in German.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from gateway.languages import CLIENT_LANGUAGES, FALLBACK, LANGUAGES, SOURCE_LANGUAGE, locale_of

_LOCALE = Path(__file__).parents[1] / "locale"


def marked(text: str) -> str:
    """The text itself, marked for the catalogues; it is translated where it is shown."""
    return text


@cache
def translations(language: str) -> NullTranslations:
    """What translates texts into a language, named as its folder among the catalogues is."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    found = _compiled(catalogue_file(language))
    if language not in LANGUAGES:
        found.add_fallback(translations(FALLBACK))
    return found


def _compiled(file: Path) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, catalogue(file))
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogue(file: Path) -> Catalog:
    """A catalogue as it stands in the repository."""
    with file.open("rb") as opened:
        return read_po(opened, locale=locale_of(file.parent.name))


def catalogue_file(language: str) -> Path:
    """Where the catalogue of a language stands: of all texts, or only of those that clients read."""
    return _LOCALE / language / ("pages.po" if language in LANGUAGES else "client.po")


def translated_languages() -> list[str]:
    """All languages that have a catalogue."""
    return [language for language in CLIENT_LANGUAGES if language != SOURCE_LANGUAGE]
