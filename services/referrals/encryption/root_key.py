"""What wraps the agencies' keysets: a file on one machine; a vault or a key service behind the same two calls."""

import os
from pathlib import Path
from typing import Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.referrals.errors import ContentUnreadable

_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_KEY_BYTES = 32


class KeyProvider(Protocol):
    """Wraps and unwraps keysets."""

    async def wrap(self, plain: bytes, bound: bytes) -> bytes:
        """The wrapped bytes, bound to what they are for."""

    async def unwrap(self, wrapped: bytes, bound: bytes) -> bytes:
        """The plain bytes; raises ContentUnreadable when the key or the binding does not fit."""


class FileKeyProvider:
    """The root key in a file that only the service may read."""

    def __init__(self, key: bytes) -> None:
        """Raises ValueError unless the key has 32 bytes."""
        if len(key) != _KEY_BYTES:
            raise ValueError(f"the root key must have {_KEY_BYTES} bytes")
        self._cipher = AESGCM(key)

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """With the key of a file."""
        return cls(path.read_bytes())

    async def wrap(self, plain: bytes, bound: bytes) -> bytes:
        """The wrapped bytes."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, bound)

    async def unwrap(self, wrapped: bytes, bound: bytes) -> bytes:
        """The plain bytes."""
        if wrapped[:1] != _VERSION or len(wrapped) < len(_VERSION) + _NONCE_BYTES + _TAG_BYTES:
            raise ContentUnreadable
        nonce, cipher = wrapped[1 : 1 + _NONCE_BYTES], wrapped[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, cipher, bound)
        except InvalidTag:
            raise ContentUnreadable from None
