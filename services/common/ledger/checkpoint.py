"""Signed statements "the log had this root at this size", in the C2SP formats tlog-checkpoint and signed-note.

Whoever holds the verifier line can check a checkpoint with any tool of that ecosystem; no format of our own.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519 = b"\x01"
_DASH = "\u2014"


class InvalidCheckpointError(ValueError):
    """The text is no checkpoint, or not signed by the expected key."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed: which log, how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The signed text, ending with a line break."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads the text of a note; further lines are allowed by the format and ignored."""
        lines = text.split("\n")
        try:
            origin, size, root = lines[0], lines[1], from_base64(lines[2])
        except (IndexError, binascii.Error):
            raise InvalidCheckpointError("The text is no checkpoint.") from None
        if not origin or not size.isascii() or not size.isdigit() or str(int(size)) != size or len(root) != 32:
            raise InvalidCheckpointError("The text is no checkpoint.")
        return cls(origin, int(size), root)


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """A name with its public key; checks signed notes."""

    name: str
    key: Ed25519PublicKey

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256 over name and key, which lead a signature to its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + _raw(self.key)).digest()[:4]

    def line(self) -> str:
        """The verifier as one line of text to hand out, `name+id+key`."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + _raw(self.key)).decode()}"

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Reads a verifier line; refuses one whose id does not fit its key."""
        try:
            name, key_id, encoded = line.strip().split("+", 2)
            key = base64.b64decode(encoded, validate=True)
            verifier = cls(name, Ed25519PublicKey.from_public_bytes(key[1:]))
        except ValueError:
            raise InvalidCheckpointError("The line is no Ed25519 verifier.") from None
        if key[:1] != _ED25519 or verifier.key_id.hex() != key_id:
            raise InvalidCheckpointError("The line is no Ed25519 verifier.")
        return verifier

    def open(self, note: str) -> str:
        """The text of a note, when this verifier's signature on it holds; signatures of others are ignored."""
        text, separator, signatures = note.rpartition("\n\n")
        if not separator:
            raise InvalidCheckpointError("The text is no signed note.")
        text += "\n"
        *lines, end = signatures.split("\n")
        for line in lines if not end else []:
            parts = line.split(" ")
            if len(parts) == 3 and parts[0] == _DASH and parts[1] == self.name and self._holds(text, parts[2]):
                return text
        raise InvalidCheckpointError("The note has no valid signature of the expected key.")

    def _holds(self, text: str, encoded: str) -> bool:
        try:
            signature = from_base64(encoded)
            if signature[:4] != self.key_id:
                return False
            self.key.verify(signature[4:], text.encode())
        except (binascii.Error, InvalidSignature):
            return False
        return True


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A name with its private key; signs notes."""

    name: str
    key: Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        """A name with a space or plus could not be told from the rest of a line."""
        if not self.name or any(letter.isspace() or letter == "+" for letter in self.name):
            raise ValueError("The name of a signer has no spaces and no plus sign.")

    @property
    def verifier(self) -> NoteVerifier:
        """The public half."""
        return NoteVerifier(self.name, self.key.public_key())

    def sign(self, text: str) -> str:
        """The text as signed note; it has to end with a line break."""
        if not text.endswith("\n"):
            raise ValueError("A note ends with a line break.")
        signature = base64.b64encode(self.verifier.key_id + self.key.sign(text.encode())).decode()
        return f"{text}\n{_DASH} {self.name} {signature}\n"


def from_base64(text: str) -> bytes:
    """The bytes of a base64 text in its one proper form; raises binascii.Error for every other.

    Python ignores the bits behind the last byte, so a changed last letter would pass unseen.
    """
    try:
        decoded = base64.b64decode(text, validate=True)
    except ValueError:
        raise binascii.Error from None
    if base64.b64encode(decoded).decode() != text:
        raise binascii.Error
    return decoded


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
