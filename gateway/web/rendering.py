"""Pages out of templates: escaped, in the reader's language, with nothing undefined."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

import segno
from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gateway.languages import CLIENT_LANGUAGES, LANGUAGES, direction_of, locale_of, name_of, separator_of
from gateway.web import vocabulary
from gateway.web.assets import address, icon
from gateway.web.forms import Form
from gateway.web.sections import SECTIONS
from gateway.web.translations import translations

_GERMAN_TIME = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page: her language, what proves her forms, and what she sent with this request."""

    language: str
    csrf: str = field(default="", repr=False)
    session_id: str = field(default="", repr=False)
    agency_id: str = ""
    agency_name: str = ""
    """Of the agency that she is logged in for; "" for clients, and while the directory is away."""

    roles: frozenset[str] = frozenset()
    """Her roles in that agency, only to show her the way: what she may is decided by the services."""

    form: Form = field(default_factory=Form)
    at: str = "/"
    """Path of the page, for the way back after changing the language."""

    has_chosen: bool = False
    """Whether the language is the one that she chose on a page."""

    @property
    def locale(self) -> str:
        """The language alone (ISO 639-1), for browsers, dates and numbers."""
        return locale_of(self.language)

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Which way it is written."""
        return direction_of(self.language)

    def asked_in(self, language: str, variety: str) -> "Reader":
        """The same in the language that she is asked in, where there are pages in it and she chose no other."""
        name = name_of(language, variety)
        return self if self.has_chosen or name not in CLIENT_LANGUAGES else replace(self, language=name)

    def at_page(self, path: str) -> "Reader":
        """The same on a page of its own that answers a form: the way back leads to this path."""
        return replace(self, at=path)


def page(reader: Reader, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The page as an answer. `form` is what the forms on it show; empty unless one is given."""
    known = {"reader": reader, "form": Form(), **values}
    text = _environment(reader.language).get_template(template).render(known)
    return HTMLResponse(text, status, {"Content-Language": reader.locale})


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("gateway.web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    texts = translations(language)
    environment.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {"asset": address, "new_key": lambda: str(uuid4()), "sections": SECTIONS, "qr": _qr}
    environment.globals |= {"words": vocabulary.ALL, "icon": icon}
    environment.globals |= {"staff_languages": LANGUAGES, "client_languages": CLIENT_LANGUAGES}

    def word(value: str, kind: str) -> str:
        """What a word of the vocabulary is called; itself where it is not known, so that nothing is hidden."""
        table: Mapping[str, str] = vocabulary.ALL[kind]
        return texts.gettext(table[value]) if value in table else value

    def listed(values: Iterable[str], kind: str) -> str:
        """What words of the vocabulary are called, one after the other; "" for none."""
        return separator_of(language).join(word(value, kind) for value in values)

    def isolated(name: str) -> str:
        """A name in Latin letters within a sentence that may run the other way; its brackets and dots stay its own."""
        return f"\u2068{name}\u2069" if name and direction_of(language) == "rtl" else name

    def named(kind: str) -> list[tuple[str, str]]:
        """All words of a vocabulary with what each is called, to choose from."""
        return [(value, word(value, kind)) for value in vocabulary.ALL[kind]]

    locale = locale_of(language)

    def day(moment: datetime) -> str:
        return _day(moment, locale)

    def time(moment: datetime) -> str:
        return time_in(moment, locale)

    def ago(moment: datetime, now: datetime) -> str:
        """How long before `now`, in the largest whole unit."""
        return format_timedelta(moment - now, add_direction=True, locale=locale)

    def language_name(code: str) -> str:
        return _language_name(code, locale)

    environment.globals["named"] = named
    environment.filters |= {"word": word, "listed": listed, "isolated": isolated, "language_name": language_name}
    environment.filters |= {"day": day, "time": time, "ago": ago}
    environment.filters["moment"] = datetime.fromisoformat
    # For what is written in another language than the page, as a card to take along.
    environment.filters |= {"language_name_in": _language_name, "day_in": _day}
    return environment


def _language_name(code: str, language: str) -> str:
    try:
        return Locale.parse(code).get_display_name(language) or code
    except (UnknownLocaleError, ValueError):
        return code


def _day(moment: datetime, language: str) -> str:
    return format_date(moment.astimezone(_GERMAN_TIME).date(), "long", locale=language)


def time_in(moment: datetime, language: str) -> str:
    """Day and minute in Germany, as a language writes them."""
    pattern = "d. MMM y, HH:mm" if language == "de" else "d MMM y, HH:mm"
    return format_datetime(moment, pattern, tzinfo=_GERMAN_TIME, locale=language)


def _qr(text: str) -> Markup:
    """A QR code as SVG that takes the colour of the page's text; for whoever cannot see it the text stands beside."""
    code = segno.make(text, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff", omitsize=True)
    return Markup(code.replace("<svg ", '<svg aria-hidden="true" focusable="false" '))  # noqa: S704 - segno's own markup
