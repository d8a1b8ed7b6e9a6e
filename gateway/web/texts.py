"""Catalogues of pages and documents: what the source says, and bringing a catalogue up to date with it."""

from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from gateway.web import vocabulary
from gateway.web.translations import catalogue, catalogue_file, document_catalogues, translated_languages

_WEB = Path(__file__).parent
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_JINJA = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false", "extensions": "jinja2.ext.do"}
_OPTIONS = {"templates/**.html": _JINJA}
_WORDS_OF_DOCUMENTS = ("category", "category_hint", "label", "way_back", "act_kind")


def said() -> Catalog:
    """Every text of pages and documents in the language of the source."""
    return _extracted(_WEB)


def said_in_documents() -> Catalog:
    """Every text of documents, with the words of the vocabulary that they use."""
    found = _extracted(_WEB / "documents")
    for kind in _WORDS_OF_DOCUMENTS:
        for text in vocabulary.ALL[kind].values():
            found.add(text)
    return found


def update() -> list[str]:
    """Write what is new into each catalogue and drop what nobody says any more; gives languages with gaps."""
    for file, source in _sources():
        _bring_up_to_date(file, source)
    return [file.parent.name for file, source in _sources() if _missing(file, source)]


def untranslated(file: Path) -> list[str]:
    """Texts that a catalogue lacks."""
    return _missing(file, dict(_sources())[file])


def superfluous(file: Path) -> list[str]:
    """Texts of a catalogue that nobody says."""
    source = {message.id for message in dict(_sources())[file] if message.id}
    return [str(message.id) for message in catalogue(file) if message.id and message.id not in source]


def catalogue_files() -> list[Path]:
    """All catalogues there are."""
    return [file for file, _ in _sources()]


@cache
def _sources() -> list[tuple[Path, Catalog]]:
    of_pages, of_documents = said(), said_in_documents()
    pages = [(catalogue_file(language), of_pages) for language in translated_languages()]
    return [*pages, *((file, of_documents) for file in document_catalogues())]


def _extracted(folder: Path) -> Catalog:
    found = Catalog()
    for _, _, text, _, _ in extract_from_dir(folder, method_map=_METHODS, options_map=_OPTIONS):
        found.add(text)
    return found


def _bring_up_to_date(file: Path, source: Catalog) -> None:
    known = catalogue(file)
    new = Catalog(
        locale=known.locale, header_comment=known.header_comment, project="Lotsennetz", version="1", fuzzy=False,
        creation_date=known.creation_date, revision_date=known.creation_date,
        msgid_bugs_address="see SECURITY.md", last_translator="the project", language_team="the project",
    )  # fmt: skip
    for message in source:
        if message.id:
            before = known.get(message.id)
            new.add(message.id, before.string if before else "", flags=message.flags)
    with file.open("wb") as opened:
        write_po(opened, new, no_location=True, width=140, omit_header=False)


def _missing(file: Path, source: Catalog) -> list[str]:
    known = catalogue(file)
    return [str(message.id) for message in source if message.id and not _is_translated(known.get(message.id))]


def _is_translated(message: Message | None) -> bool:
    if message is None:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)
