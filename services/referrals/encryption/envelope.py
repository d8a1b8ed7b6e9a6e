"""AES-256-GCM of one item with a key of its own, bound to where it belongs."""

import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.referrals.errors import ContentUnreadable

VERSION = b"\x01"
KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class ItemName:
    """Which item a ciphertext is; it opens as no other."""

    case_id: UUID
    item_id: UUID
    version: int
    category: str

    def bound(self) -> bytes:
        """The associated data."""
        return f"lotse-item-v1|{self.case_id}|{self.item_id}|{self.version}|{self.category}".encode()


def new_data_key() -> bytes:
    """32 random bytes for one item."""
    return os.urandom(KEY_BYTES)


def encrypt(data_key: bytes, plain: bytes, name: ItemName) -> bytes:
    """The ciphertext, with a byte before it that names this format."""
    nonce = os.urandom(_NONCE_BYTES)
    return VERSION + nonce + AESGCM(data_key).encrypt(nonce, plain, name.bound())


def decrypt(data_key: bytes, sealed: bytes, name: ItemName) -> bytes:
    """The content; raises ContentUnreadable when key, bytes or name do not fit."""
    if sealed[:1] != VERSION or len(sealed) < len(VERSION) + _NONCE_BYTES + _TAG_BYTES:
        raise ContentUnreadable
    nonce, cipher = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(data_key).decrypt(nonce, cipher, name.bound())
    except InvalidTag:
        raise ContentUnreadable from None
