"""Texts of pages and documents: English stands in the source, other languages in catalogues of gettext.

Pages have German and English. Documents, which a client takes along, have all the languages that she may be asked in.
"""

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
    return NullTranslations() if language == SOURCE_LANGUAGE else _compiled(catalogue_file(language))


@cache
def document_translations(name: str) -> NullTranslations:
    """What translates the texts of documents into a language that no page has; `name` as its folder is called."""
    return _compiled(document_catalogue_file(name))


def _compiled(file: Path) -> NullTranslations:
    compiled = BytesIO()
    write_mo(compiled, catalogue(file))
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogue(file: Path) -> Catalog:
    """A catalogue as it stands in the repository."""
    with file.open("rb") as opened:
        return read_po(opened, locale=file.parent.name[:2])


def catalogue_file(language: str) -> Path:
    """Where the catalogue of a language of the pages stands."""
    return _LOCALE / language / "pages.po"


def document_catalogue_file(name: str) -> Path:
    """Where a catalogue stands that only documents use."""
    return _LOCALE / name / "documents.po"


def document_catalogues() -> list[Path]:
    """All catalogues that only documents use."""
    return sorted(_LOCALE.glob("*/documents.po"))


def translated_languages() -> list[str]:
    """All languages that have a catalogue."""
    return [language for language in LANGUAGES if language != SOURCE_LANGUAGE]
