"""A ciphertext opens only with its key, as the item it was made for, and unchanged to the last bit."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.encryption.envelope import KEY_BYTES, ItemName, decrypt, encrypt, new_data_key
from services.referrals.errors import ContentUnreadable

NAME = ItemName(UUID(int=1), UUID(int=2), 3, "housing")
KEY = bytes(range(KEY_BYTES))
PLAIN = b'{"fields": {}, "note": "N"}'


@given(plain=st.binary(max_size=5000))
def test_what_was_encrypted_comes_back(plain: bytes) -> None:
    key = new_data_key()
    assert decrypt(key, encrypt(key, plain, NAME), NAME) == plain


def test_the_format_is_the_one_that_is_written_down() -> None:
    bound = b"lotse-item-v1|00000000-0000-0000-0000-000000000001|00000000-0000-0000-0000-000000000002|3|housing"
    sealed = encrypt(KEY, PLAIN, NAME)
    assert sealed[:1] == b"\x01"
    assert AESGCM(KEY).decrypt(sealed[1:13], sealed[13:], bound) == PLAIN


@pytest.mark.parametrize(
    "other",
    [
        replace(NAME, case_id=uuid4()),
        replace(NAME, item_id=uuid4()),
        replace(NAME, version=4),
        replace(NAME, category="money"),
    ],
)
def test_it_opens_as_no_other_item(other: ItemName) -> None:
    with pytest.raises(ContentUnreadable):
        decrypt(KEY, encrypt(KEY, PLAIN, NAME), other)


def test_it_opens_with_no_other_key() -> None:
    with pytest.raises(ContentUnreadable):
        decrypt(new_data_key(), encrypt(KEY, PLAIN, NAME), NAME)


@given(data=st.data())
def test_a_changed_or_cut_ciphertext_is_unreadable(data: st.DataObject) -> None:
    sealed = bytearray(encrypt(KEY, PLAIN, NAME))
    if data.draw(st.booleans(), label="cut"):
        sealed = sealed[: data.draw(st.integers(0, len(sealed) - 1), label="length")]
    else:
        bit = data.draw(st.integers(0, len(sealed) * 8 - 1), label="bit")
        sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ContentUnreadable):
        decrypt(KEY, bytes(sealed), NAME)


def test_the_same_words_are_never_the_same_bytes() -> None:
    assert len({encrypt(KEY, PLAIN, NAME) for _ in range(50)}) == 50
    assert len({new_data_key() for _ in range(50)}) == 50
