"""The languages of the pages, each named as its folder of texts is, and how it is written."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

LANGUAGES: Final = {"de": "Deutsch", "en": "English"}
"""Those of the pages of staff and of everybody, each with what it calls itself."""

CLIENT_LANGUAGES: Final = {
    "de": "Deutsch",
    "de-leichte-sprache": "Leichte Sprache",
    "en": "English",
    "ar": "العربية",
    "fa": "فارسی",
    "ru": "Русский",
    "tr": "Türkçe",
    "uk": "Українська",
}
"""Those of the pages of clients: all that a client may be asked in."""

FALLBACK: Final = "de"
"""Said where a language of clients lacks a text, and to whoever asks for none."""

SOURCE_LANGUAGE: Final = "en"
_LOCALE: Final = Path(__file__).parent / "locale"
_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa"})
_EASY: Final = "leichte-sprache"


def name_of(language: str, variety: str) -> str:
    """The name of a language (ISO 639-1) in a variety, as consent names them; it need not be one of the pages."""
    return f"{language}-{variety}" if variety == _EASY else language


def locale_of(name: str) -> str:
    """The language alone (ISO 639-1), as browsers and Babel know it."""
    return name.partition("-")[0]


def direction_of(name: str) -> Literal["ltr", "rtl"]:
    """Which way it is written."""
    return "rtl" if locale_of(name) in _RIGHT_TO_LEFT else "ltr"


def separator_of(name: str) -> str:
    """What stands between the parts of a list."""
    return "، " if direction_of(name) == "rtl" else ", "


@cache
def texts_of(name: str, file: str) -> dict[str, Any]:
    """A file of texts by their keys; what a language of clients only lacks is there in German."""
    path = _LOCALE / name / file
    own = tomllib.loads(path.read_text()) if name in LANGUAGES or path.exists() else {}
    return own if name in LANGUAGES else {**texts_of(FALLBACK, file), **own}
