"""Data keys of items, kept for agencies: made, read, passed on to a second agency, destroyed."""

from dataclasses import dataclass
from uuid import UUID

import tink
from tink import aead, secret_key_access

from services.referrals.encryption.envelope import new_data_key
from services.referrals.encryption.root_key import KeyProvider
from services.referrals.errors import ContentUnreadable
from services.referrals.store.keys import KeyStore

_WRAP_VERSION = b"\x01"
_MOST_CACHED = 512

aead.register()


@dataclass(frozen=True, slots=True)
class Holding:
    """One agency's reason to read one version of one item: its own case, or a referral."""

    item_id: UUID
    version: int
    agency_id: UUID
    held_for: UUID

    def bound(self) -> bytes:
        """The associated data of the wrap."""
        return f"lotse-wrap-v1|{self.item_id}|{self.version}|{self.agency_id}|{self.held_for}".encode()


class Keyring:
    """Keys in their own database; nothing is kept in memory but the agencies' unwrapped keysets, bounded."""

    def __init__(self, store: KeyStore, provider: KeyProvider) -> None:
        self._store = store
        self._provider = provider
        self._keysets: dict[UUID, aead.Aead] = {}

    async def make(self, holding: Holding) -> bytes:
        """The data key of a new item; when a row is there already (a retry, a race) its key, never a second one."""
        cipher = await self._of(holding.agency_id)
        wrapped = _wrap(cipher, new_data_key(), holding)
        return _unwrap(cipher, await self._store.put(holding.item_id, holding.version, holding.agency_id,
                                                     holding.held_for, wrapped), holding)  # fmt: skip

    async def read(self, holding: Holding) -> bytes:
        """The data key; raises ContentUnreadable when it was destroyed."""
        wrapped = await self._store.get(holding.item_id, holding.version, holding.agency_id, holding.held_for)
        if wrapped is None:
            raise ContentUnreadable
        return _unwrap(await self._of(holding.agency_id), wrapped, holding)

    async def pass_on(self, own: Holding, other: Holding) -> None:
        """Let a second agency read the same item for a reason of its own; content is not copied."""
        data_key = await self.read(own)
        wrapped = _wrap(await self._of(other.agency_id), data_key, other)
        await self._store.put(other.item_id, other.version, other.agency_id, other.held_for, wrapped)

    async def destroy(self, held_for: UUID, agency_id: UUID, items: list[UUID] | None) -> None:
        """Remove an agency's rows of one reason, all of them or those of some items."""
        await self._store.delete(held_for, agency_id, items)

    async def _of(self, agency_id: UUID) -> aead.Aead:
        cached = self._keysets.get(agency_id)
        if cached is not None:
            return cached
        bound = f"lotse-keyset-v1|{agency_id}".encode()
        wrapped = await self._store.keyset(agency_id)
        if wrapped is None:
            handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
            plain = tink.proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
            wrapped = await self._store.put_keyset(agency_id, await self._provider.wrap(plain, bound))
        plain = await self._provider.unwrap(wrapped, bound)
        cipher = tink.proto_keyset_format.parse(plain, secret_key_access.TOKEN).primitive(aead.Aead)
        if len(self._keysets) >= _MOST_CACHED:
            self._keysets.pop(next(iter(self._keysets)))
        self._keysets[agency_id] = cipher
        return cipher


def _wrap(cipher: aead.Aead, data_key: bytes, holding: Holding) -> bytes:
    wrapped: bytes = cipher.encrypt(data_key, holding.bound())
    return _WRAP_VERSION + wrapped


def _unwrap(cipher: aead.Aead, wrapped: bytes, holding: Holding) -> bytes:
    if wrapped[:1] != _WRAP_VERSION:
        raise ContentUnreadable
    try:
        plain: bytes = cipher.decrypt(wrapped[1:], holding.bound())
    except tink.TinkError:
        raise ContentUnreadable from None
    return plain
