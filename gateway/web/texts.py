"""Catalogues of the pages: what the templates and tables say, and bringing a catalogue up to date with it."""

from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from gateway.web.translations import catalogue, catalogue_file, translated_languages

_WEB = Path(__file__).parent
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_JINJA = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false", "extensions": "jinja2.ext.do"}
_OPTIONS = {"templates/**.html": _JINJA}


def said() -> Catalog:
    """Every text of the pages in the language of the source."""
    found = Catalog()
    for _, _, text, _, _ in extract_from_dir(_WEB, method_map=_METHODS, options_map=_OPTIONS):
        found.add(text)
    return found


def update() -> list[str]:
    """Write what is new into each catalogue and drop what nobody says any more; gives languages with gaps."""
    source, gaps = said(), []
    for language in translated_languages():
        known = catalogue(language)
        new = Catalog(
            locale=language, header_comment=known.header_comment, project="Lotsennetz", version="1", fuzzy=False,
            creation_date=known.creation_date, revision_date=known.creation_date,
            msgid_bugs_address="see SECURITY.md", last_translator="the project", language_team="the project",
        )  # fmt: skip
        for message in source:
            if message.id:
                before = known.get(message.id)
                new.add(message.id, before.string if before else "", flags=message.flags)
        with catalogue_file(language).open("wb") as file:
            write_po(file, new, no_location=True, width=140, omit_header=False)
        gaps += [language] if untranslated(language) else []
    return gaps


def untranslated(language: str) -> list[str]:
    """Texts that the catalogue of a language lacks."""
    known = catalogue(language)
    return [str(message.id) for message in said() if message.id and not _is_translated(known.get(message.id))]


def _is_translated(message: Message | None) -> bool:
    if message is None:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)
