"""What sessions carry, and how it is sealed: AES-256-GCM bound to the session's id and kind."""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from typing import Any, Self, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class LoginContent:
    """A login that has begun: what must come back, and where to go then."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    return_to: str
    not_before: float = 0.0
    """The person must have proved herself after this time, whatever login is open at Keycloak."""


@dataclass(frozen=True, slots=True)
class StaffContent:
    """A person who is logged in; times in seconds since 1970."""

    access_token: str = field(repr=False)
    access_expires: float
    refresh_token: str = field(repr=False)
    csrf: str = field(repr=False)
    locked_at: float = 0.0
    """Since when a client has the tablet; 0 when nobody has."""

    locked_at_page: str = ""
    """Where to go on after logging in again."""


@dataclass(frozen=True, slots=True)
class ClientContent:
    """A client with her capability token; times in seconds since 1970."""

    token: str = field(repr=False)
    token_expires: float
    session_ends: float
    scopes: tuple[str, ...]
    csrf: str = field(repr=False)
    answers: dict[str, str] = field(default_factory=dict, repr=False)
    """What she has answered so far; nothing is decided before she says so on the last page."""
    text_language: str = ""
    """Language of the texts that she reads (ISO 639-1); "" means the one in which she was asked."""
    text_variety: str = ""
    texts_shown: dict[str, str] = field(default_factory=dict)
    """The version of each text that was on her screen, by subject."""

    named: list[dict[str, str]] = field(default_factory=list, repr=False)
    """Who must not read, each with `side` and `name`; kept here until she decides."""

    has_named: bool = False
    """She named somebody in this sitting, so what she sends in the end takes the place of what went before."""

    handed_over: bool = False
    """On the agency's tablet: leaving leads to the page that asks to give it back."""


@dataclass(frozen=True, slots=True)
class SearchContent:
    """A search that somebody made; nobody else finds it."""

    owner: str
    """Hash of the session that made it, in hexadecimal digits."""

    question: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class HandOverContent:
    """The code that a handed-over tablet redeems, on its way from one host to the other."""

    access_code: str = field(repr=False)


AnyContent = LoginContent | StaffContent | ClientContent | SearchContent | HandOverContent
Content = TypeVar("Content", LoginContent, StaffContent, ClientContent, SearchContent, HandOverContent)


class UnreadableSession(Exception):
    """The content was not sealed with this key for this session."""


class Sealer:
    """Seals content for one session, so that rows cannot be exchanged."""

    def __init__(self, key: bytes) -> None:
        """`key`: 32 bytes; raises ValueError otherwise."""
        if len(key) != 32:
            raise ValueError("the session key must have 32 bytes")
        self._cipher = AESGCM(key)

    @classmethod
    def from_file(cls, path: os.PathLike[str]) -> Self:
        """With the key of a file."""
        with open(path, "rb") as file:  # noqa: PTH123 - a PathLike
            return cls(file.read())

    def seal(self, content: AnyContent, id_hash: bytes) -> bytes:
        """The bytes to keep."""
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps(asdict(content)).encode()
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, _bound(type(content), id_hash))

    def open(self, kind: type[Content], sealed: bytes, id_hash: bytes) -> Content:
        """The content; raises UnreadableSession when it was made for something else."""
        if sealed[:1] != _VERSION:
            raise UnreadableSession
        nonce, cipher = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            values: dict[str, Any] = json.loads(self._cipher.decrypt(nonce, cipher, _bound(kind, id_hash)))
        except (InvalidTag, ValueError):
            raise UnreadableSession from None
        if "scopes" in values:
            values["scopes"] = tuple(values["scopes"])
        return kind(**values)


def _bound(kind: type, id_hash: bytes) -> bytes:
    return b"lotse-session-v1|" + kind.__name__.encode() + b"|" + id_hash


def new_id() -> str:
    """A session id for a cookie: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(value: str) -> bytes:
    """What the database knows of an id."""
    return hashlib.sha256(value.encode()).digest()
