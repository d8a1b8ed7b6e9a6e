"""What a referral card says in each of its languages. The texts stand in `card_texts.toml`, with who reviewed them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

_FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class CardTexts:
    """The card in one language; `tag` for `lang`, `reviewed` "" while no native speaker has read it."""

    name: str
    tag: str
    direction: Literal["ltr", "rtl"]
    reviewed: str
    original: str
    protected: str
    page: str
    confirmed: str
    outdated: str
    named: Mapping[str, str]
    ways: Mapping[str, str]
    interpreting: Mapping[str, str]


@cache
def card_texts() -> dict[str, CardTexts]:
    """By the name that addresses use: ISO 639-1, and `plain` for German in plain words."""
    with _FILE.open("rb") as file:
        return {variety: CardTexts(**texts) for variety, texts in tomllib.load(file).items()}
