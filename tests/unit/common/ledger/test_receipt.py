"""Receipts that hold, and every way in which one can be made not to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.common.ledger.checkpoint import Checkpoint, NoteSigner
from services.common.ledger.leaf import leaf_hash
from services.common.ledger.log_proof import InvalidLogProofError, LogProof
from services.common.ledger.merkle import inclusion_proof, root_of
from services.common.ledger.receipt import Check, LoggedEntry, UnreadableReceiptError, check_receipt, issue

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
SIGNER = NoteSigner("lotse-consent/test", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
NUMBER = UUID(int=7)
ENTRY = LoggedEntry("granted", {"receipt_id": NUMBER, "at": AT, "permits": True, "parts": ["a", "b"]}, bytes(range(16)))
LEAF = leaf_hash(ENTRY.kind, ENTRY.columns, ENTRY.salt)
LEAVES = [bytes([number]) * 32 for number in range(9)]
LEAVES[5] = LEAF
DOCUMENT = {"@context": ["https://w3id.org/security/data-integrity/v2"], "dct:identifier": str(NUMBER), "said": "grüß"}


def a_proof() -> LogProof:
    checkpoint = Checkpoint(SIGNER.name, len(LEAVES), root_of(LEAVES))
    return LogProof(5, tuple(inclusion_proof(LEAVES, 5)), SIGNER.sign(checkpoint.text()))


def a_receipt(*, names: bool = True, logged: bool = True) -> bytes:
    return issue(DOCUMENT, LEAF, SIGNER, AT, entry=ENTRY if names else None, log_proof=a_proof() if logged else None)


def found(content: bytes) -> dict[str, bool | None]:
    return {check.about: check.holds for check in check_receipt(content, SIGNER.verifier)}


def is_sound(content: bytes) -> bool:
    """As issued, character by character."""
    try:
        return all(found(content).values())
    except UnreadableReceiptError:
        return False


def test_a_receipt_holds_in_every_part() -> None:
    assert found(a_receipt()) == dict.fromkeys(["signature", "characters", "entry", "checkpoint", "log"], True)


def test_without_names_or_before_its_place_is_known_those_parts_are_said_to_be_absent() -> None:
    checks = found(a_receipt(names=False, logged=False))
    assert checks == {"signature": True, "characters": True, "entry": None, "log": None}


def test_a_receipt_written_anew_with_blanks_says_the_same() -> None:
    checks = found(json.dumps(json.loads(a_receipt()), indent=2).encode())
    assert checks.pop("characters") is None
    assert all(checks.values())


def test_another_key_finds_neither_signature_nor_checkpoint() -> None:
    other = NoteSigner(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    checks = {check.about: check.holds for check in check_receipt(a_receipt(), other.verifier)}
    assert (checks["signature"], checks["checkpoint"]) == (False, False)


def test_the_checkpoint_of_another_log_of_the_same_key_is_refused() -> None:
    other = NoteSigner("lotse-consent/other", SIGNER.key)
    checkpoint = Checkpoint(other.name, len(LEAVES), root_of(LEAVES))
    foreign = LogProof(5, a_proof().path, SIGNER.sign(checkpoint.text()))
    content = issue(DOCUMENT, LEAF, SIGNER, AT, entry=ENTRY, log_proof=foreign)
    assert found(content)["checkpoint"] is False


def test_the_entry_of_another_receipt_is_refused() -> None:
    content = issue({**DOCUMENT, "dct:identifier": str(UUID(int=8))}, LEAF, SIGNER, AT, entry=ENTRY)
    assert found(content)["entry"] is False


def test_whoever_has_the_key_cannot_make_an_entry_fit_the_log() -> None:
    forged = LoggedEntry(ENTRY.kind, {**ENTRY.columns, "permits": False}, ENTRY.salt)
    content = issue(DOCUMENT, LEAF, SIGNER, AT, entry=forged, log_proof=a_proof())
    assert found(content)["entry"] is False
    leaf = leaf_hash(forged.kind, forged.columns, forged.salt)
    content = issue(DOCUMENT, leaf, SIGNER, AT, entry=forged, log_proof=a_proof())
    assert found(content)["log"] is False


def test_each_byte_that_is_changed_is_found() -> None:
    content = a_receipt()
    assert is_sound(content)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        assert not is_sound(bytes(changed)), place


def test_each_field_that_is_changed_added_or_taken_out_breaks_it() -> None:
    document = json.loads(a_receipt())
    ways = list(_damaged(document))
    assert len(ways) > 40
    for way in ways:
        try:
            checks: list[Check] = check_receipt(json.dumps(way).encode(), SIGNER.verifier)
        except UnreadableReceiptError:
            continue
        assert any(check.holds is False for check in checks), way


def _damaged(value: Any) -> Iterator[Any]:
    """The value with one of its parts changed, taken out or doubled, for every part."""
    match value:
        case dict():
            yield {**value, "added": 1}
            for name, part in value.items():
                yield {other: value[other] for other in value if other != name}
                yield from ({**value, name: worse} for worse in _damaged(part))
        case list():
            yield [*value, *value[-1:], "x"]
            for place, part in enumerate(value):
                yield value[:place] + value[place + 1 :]
                yield from ([*value[:place], worse, *value[place + 1 :]] for worse in _damaged(part))
        case bool():
            yield not value
        case int():
            yield from (value + 1, -value - 1)
        case str():
            yield from (value + "x", value[1:], value.swapcase() if value.swapcase() != value else value + "y")
        case _:
            yield "x"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"lotse:leafHash": 1, "lotse:leafHash": 2}',
        b"[" * 100_000,
        b'{"lotse:leafHash": NaN}',
    ],
    ids=["empty", "bytes", "list", "other", "twice", "deep", "nan"],
)
def test_what_is_no_receipt_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(UnreadableReceiptError):
        check_receipt(content, SIGNER.verifier)


@pytest.mark.parametrize(
    ("before", "after"), [("@v1", "@v2"), ("index 5", "index 05"), ("\n\n", "\n"), ("index 5\n", "index 5\n!\n")]
)
def test_a_proof_of_another_form_is_not_read(before: str, after: str) -> None:
    text = a_proof().text()
    assert LogProof.parse(text) == a_proof()
    with pytest.raises(InvalidLogProofError):
        LogProof.parse(text.replace(before, after, 1))
