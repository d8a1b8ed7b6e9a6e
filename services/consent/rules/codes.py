"""Access code and pass: how they are made, read back from what somebody typed, and kept as keyed digests."""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford base 32: no I, L, O, U, so it can be dictated and read from bad handwriting."""

_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_IGNORED: Final = frozenset(
    " -‐‑‒–—\t\r\n\u00a0\u202f"  # noqa: RUF001 - what keyboards and copies make of a hyphen
    "\u061c\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # what turns the direction
)


class SecretKind(StrEnum):
    """Which of the two somebody holds; told apart by length."""

    ACCESS_CODE = "access-code"
    PASS = "pass"  # noqa: S105 - the name of a kind


_NAMING: Final = {SecretKind.ACCESS_CODE: 4, SecretKind.PASS: 6}
_LENGTH: Final = {SecretKind.ACCESS_CODE: 10, SecretKind.PASS: 20}


@dataclass(frozen=True, slots=True)
class TypedSecret:
    """A code or pass; `naming` leads to its row, `proving` opens it."""

    kind: SecretKind
    characters: str

    @property
    def naming(self) -> str:
        """The first four or six characters."""
        return self.characters[: _NAMING[self.kind]]

    def __repr__(self) -> str:
        """Shows nothing of the characters."""
        return f"TypedSecret({self.kind.value})"

    def grouped(self) -> str:
        """The characters as they are written down, in groups of five."""
        return "-".join(self.characters[start : start + 5] for start in range(0, len(self.characters), 5))


def new_secret(kind: SecretKind) -> TypedSecret:
    """A fresh one from the system's random source."""
    return TypedSecret(kind, "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH[kind])))


class UnreadableSecretError(ValueError):
    """What was typed can be neither code nor pass; `rule` says why, and of what was typed only what no secret has."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def read_typed(text: str) -> TypedSecret:
    """What somebody meant to type: case, blanks and hyphens do not count, o is 0, i and l are 1, digits of any script.

    Raises UnreadableSecretError with the first character that no secret has, or else with the number of characters.
    """
    meant = [letter for letter in text if letter not in _IGNORED]
    characters = "".join(map(_read, meant))
    for letter in meant:
        if not set(_read(letter)) <= set(ALPHABET):
            shown = letter if letter.isprintable() else f"U+{ord(letter):04X}"
            raise UnreadableSecretError(f"no-such-character:{shown}")
    for kind in SecretKind:
        if _LENGTH[kind] == len(characters):
            return TypedSecret(kind, characters)
    raise UnreadableSecretError(f"neither-code-nor-pass:{len(characters)}")


def _read(letter: str) -> str:
    """A letter as the alphabet of the secrets has it; the keyboards of some languages write digits of their own."""
    return str(unicodedata.decimal(letter, letter)).upper().translate(_READ_AS)


@dataclass(frozen=True, slots=True)
class Digests:
    """Keyed digests with a key that is not in the database: a dump of it opens nothing."""

    key: bytes

    def __repr__(self) -> str:
        """Shows nothing of the key."""
        return "Digests()"

    def name(self, secret: TypedSecret) -> bytes:
        """Digest of the naming part, by which the row is found."""
        return self._digest("name", secret.kind.value, secret.naming)

    def proof(self, secret: TypedSecret) -> bytes:
        """Digest of the whole secret."""
        return self._digest("proof", secret.kind.value, secret.characters)

    def second_secret(self, pass_id: str, digits: str) -> bytes:
        """Digest of the six digits that belong to one pass."""
        return self._digest("second", pass_id, digits)

    def _digest(self, *parts: str) -> bytes:
        return hmac.digest(self.key, "\0".join(("lotse-consent-v1", *parts)).encode(), "sha256")


def same(left: bytes, right: bytes) -> bool:
    """Equality that takes the same time wherever the two differ."""
    return hmac.compare_digest(left, right)
