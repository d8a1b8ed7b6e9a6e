"""Access codes and passes: made, typed, kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.consent.rules.codes import (
    ALPHABET,
    Digests,
    SecretKind,
    TypedSecret,
    UnreadableSecretError,
    new_secret,
    read_typed,
)

DIGESTS = Digests(bytes(range(32)))


noise = st.lists(st.sampled_from([" ", "-", "–", "\u00a0", "\n"]), max_size=3).map("".join)  # noqa: RUF001


@given(kind=st.sampled_from(SecretKind), noises=st.lists(noise, min_size=20, max_size=20))
def test_what_was_made_is_read_back_however_it_was_typed(kind: SecretKind, noises: list[str]) -> None:
    secret = new_secret(kind)
    careless = secret.characters.lower().replace("0", "o").replace("1", "l")
    assert read_typed("".join(letter + some for letter, some in zip(careless, noises, strict=False))) == secret
    assert read_typed(secret.grouped()) == secret


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("", "neither-code-nor-pass:0"),
        (" - ", "neither-code-nor-pass:0"),
        ("ABC", "neither-code-nor-pass:3"),
        ("0" * 11, "neither-code-nor-pass:11"),
        ("0" * 19, "neither-code-nor-pass:19"),
        ("0" * 21, "neither-code-nor-pass:21"),
        ("ABCDu12345", "no-such-character:u"),
        ("AB-ÄÖÜ00000", "no-such-character:Ä"),
        ("ABCDE:2345", "no-such-character::"),
        ("ABCDE\u200b2345", "no-such-character:U+200B"),
        ("ABCDE1234!5", "no-such-character:!"),
    ],
)
def test_what_can_be_neither_code_nor_pass_is_named(typed: str, rule: str) -> None:
    with pytest.raises(UnreadableSecretError) as caught:
        read_typed(typed)
    assert caught.value.rule == rule


def test_letters_that_are_no_part_of_it_are_read_as_the_digits_they_look_like() -> None:
    assert read_typed("OoIiL-l2345").characters == "0011112345"


def test_digits_of_any_keyboard_are_read_and_what_only_turns_the_direction_is_not() -> None:
    persian, arabic = ("".join(chr(zero + digit) for digit in range(10)) for zero in (0x06F0, 0x0660))
    assert read_typed(f"\u200e{persian}\u202c") == read_typed(arabic) == read_typed("0123456789")


def test_four_of_ten_and_six_of_twenty_characters_name_it() -> None:
    code, taken = read_typed("ABCD123456"), read_typed("ABCDEF" + "7" * 14)
    assert code is not None
    assert taken is not None
    assert (code.kind, code.naming) == (SecretKind.ACCESS_CODE, "ABCD")
    assert (taken.kind, taken.naming) == (SecretKind.PASS, "ABCDEF")
    assert code.grouped() == "ABCD1-23456"


def test_the_alphabet_has_no_letter_that_is_mistaken_for_another() -> None:
    assert len(ALPHABET) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_a_digest_depends_on_key_kind_use_and_every_character() -> None:
    code = TypedSecret(SecretKind.ACCESS_CODE, "0123456789")
    other = TypedSecret(SecretKind.ACCESS_CODE, "0123456780")
    assert DIGESTS.name(code) == DIGESTS.name(other)
    digests = {
        DIGESTS.name(code),
        DIGESTS.proof(code),
        DIGESTS.proof(other),
        Digests(bytes(32)).proof(code),
        DIGESTS.proof(TypedSecret(SecretKind.PASS, "0123456789")),
        DIGESTS.second_secret("a", "123456"),
        DIGESTS.second_secret("b", "123456"),
    }
    assert len(digests) == 7


def test_neither_secret_nor_key_shows_in_a_log() -> None:
    shown = repr(TypedSecret(SecretKind.PASS, "S3CRET")) + repr(Digests(b"S3CRET"))
    assert "S3CRET" not in shown
