"""The root key: of one length, bound to what it wraps, read from a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.referrals.encryption.root_key import FileKeyProvider
from services.referrals.errors import ContentUnreadable


async def test_what_was_wrapped_is_unwrapped_for_the_same_thing_only() -> None:
    provider = FileKeyProvider(os.urandom(32))
    wrapped = await provider.wrap(b"keyset", b"agency 1")
    assert await provider.unwrap(wrapped, b"agency 1") == b"keyset"
    with pytest.raises(ContentUnreadable):
        await provider.unwrap(wrapped, b"agency 2")
    with pytest.raises(ContentUnreadable):
        await FileKeyProvider(os.urandom(32)).unwrap(wrapped, b"agency 1")


@pytest.mark.parametrize("position", [0, 1, 12, 13, -1])
async def test_a_changed_wrap_is_unreadable(position: int) -> None:
    provider = FileKeyProvider(os.urandom(32))
    wrapped = bytearray(await provider.wrap(b"keyset", b"x"))
    wrapped[position] ^= 1
    with pytest.raises(ContentUnreadable):
        await provider.unwrap(bytes(wrapped), b"x")


@pytest.mark.parametrize("length", [0, 5, 13])
async def test_a_wrap_that_was_cut_is_unreadable(length: int) -> None:
    provider = FileKeyProvider(os.urandom(32))
    with pytest.raises(ContentUnreadable):
        await provider.unwrap((await provider.wrap(b"keyset", b"x"))[:length], b"x")


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(tmp_path: Path, length: int) -> None:
    (tmp_path / "root-key").write_bytes(bytes(length))
    with pytest.raises(ValueError, match="32 bytes"):
        FileKeyProvider.from_file(tmp_path / "root-key")
