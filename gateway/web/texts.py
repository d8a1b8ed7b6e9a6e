"""Catalogues of pages and documents: what the source says, and bringing a catalogue up to date with it."""

from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from gateway.languages import LANGUAGES
from gateway.web import vocabulary
from gateway.web.translations import catalogue, catalogue_file, translated_languages

_WEB = Path(__file__).parent
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_JINJA = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false", "extensions": "jinja2.ext.do"}
_OPTIONS = {"templates/**.html": _JINJA}
_CLIENT_SOURCES = (
    "client/", "documents/", "templates/client/", "templates/components.html", "templates/document.html",
    "templates/languages.html", "templates/parts.html", "templates/problem.html", "effects.py", "last_day.py",
)  # fmt: skip
CLIENT_WORDS = (
    "act_kind", "category", "category_hint", "client_reason", "consent_life", "disclosure_kind", "label",
    "recipient_body", "request_state", "role", "statutory_ground", "way_back", "withdrawal_part",
)  # fmt: skip
"""Kinds of words of the vocabulary that stand in what clients read."""


def said() -> Catalog:
    """Every text of pages and documents in the language of the source."""
    return _extracted(("",))


def said_to_clients() -> Catalog:
    """Every text of what clients read, with the words of the vocabulary that stand there."""
    found = _extracted(_CLIENT_SOURCES)
    for kind in CLIENT_WORDS:
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
    of_all, of_clients = said(), said_to_clients()
    return [
        (catalogue_file(language), of_all if language in LANGUAGES else of_clients)
        for language in translated_languages()
    ]


def _extracted(sources: tuple[str, ...]) -> Catalog:
    """What the files say whose path within the folder of the pages begins with one of these."""
    found = Catalog()
    for file, _, text, _, _ in extract_from_dir(_WEB, method_map=_METHODS, options_map=_OPTIONS):
        if file.startswith(sources):
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
