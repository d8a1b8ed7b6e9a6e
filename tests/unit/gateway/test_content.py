"""What is sealed for one session can be opened for that session, of that kind, with that key."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.sessions.content import (
    ClientContent,
    LoginContent,
    Sealer,
    StaffContent,
    UnreadableSession,
    hash_of,
    new_id,
)

SEALER = Sealer(bytes(range(32)))
STAFF = StaffContent("access", 1.5, "refresh", "csrf")


@given(st.text(), st.text(), st.floats(0, 4e9), st.lists(st.text()))
def test_what_was_sealed_comes_back(token: str, csrf: str, expires: float, scopes: list[str]) -> None:
    id_hash = hash_of(new_id())
    staff = StaffContent(token, expires, token, csrf)
    client = ClientContent(token, expires, expires, tuple(scopes), csrf)
    login = LoginContent(token, csrf, token, "/")
    assert SEALER.open(StaffContent, SEALER.seal(staff, id_hash), id_hash) == staff
    assert SEALER.open(ClientContent, SEALER.seal(client, id_hash), id_hash) == client
    assert SEALER.open(LoginContent, SEALER.seal(login, id_hash), id_hash) == login


def test_the_same_content_is_never_sealed_to_the_same_bytes() -> None:
    id_hash = hash_of("x")
    assert len({SEALER.seal(STAFF, id_hash) for _ in range(100)}) == 100


@pytest.mark.parametrize("position", [0, 1, 12, 13, -1])
def test_a_changed_byte_is_noticed(position: int) -> None:
    id_hash = hash_of("x")
    sealed = bytearray(SEALER.seal(STAFF, id_hash))
    sealed[position] ^= 1
    with pytest.raises(UnreadableSession):
        SEALER.open(StaffContent, bytes(sealed), id_hash)


@pytest.mark.parametrize("length", [0, 1, 12, 13, 28])
def test_what_was_cut_is_noticed(length: int) -> None:
    id_hash = hash_of("x")
    with pytest.raises(UnreadableSession):
        SEALER.open(StaffContent, SEALER.seal(STAFF, id_hash)[:length], id_hash)


def test_it_opens_for_no_other_session_kind_or_key() -> None:
    sealed = SEALER.seal(STAFF, hash_of("x"))
    with pytest.raises(UnreadableSession):
        SEALER.open(StaffContent, sealed, hash_of("y"))
    with pytest.raises(UnreadableSession):
        SEALER.open(ClientContent, sealed, hash_of("x"))
    with pytest.raises(UnreadableSession):
        Sealer(os.urandom(32)).open(StaffContent, sealed, hash_of("x"))


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(bytes(length))


def test_secrets_are_not_shown_when_content_is() -> None:
    shown = (
        repr(STAFF) + repr(ClientContent("client-token", 1, 1, (), "a-csrf")) + repr(LoginContent("s", "n", "v", "/"))
    )
    for secret in ("access'", "refresh'", "client-token", "a-csrf"):
        assert secret not in shown
