"""A file of evidence in the hands of somebody who has it, the public key, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.common.ledger import Checkpoint, NoteSigner, leaf_hash
from services.common.ledger.evidence import Entry, Evidence, UnreadableEvidence, verify_evidence
from services.common.ledger.leaf import canonical
from services.common.ledger.merkle import inclusion_proof, root_of

SIGNER = NoteSigner("log.test", Ed25519PrivateKey.generate())
CASE = UUID(int=7)
SALT = bytes(range(16))


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash("event", {"number": number}, SALT) for number in range(size)]


def evidence(*, erase: bool = False) -> Evidence:
    """Three rows of a case in a log of ten entries; the middle one is erased on demand."""
    rows: dict[int, tuple[str, dict[str, Any]]] = {
        2: ("event", {"case_id": CASE, "number": 2}),
        5: ("event", {"case_id": CASE, "number": 5}),
        9: (
            "erased",
            {"case_id": CASE, "erased_kind": "event", "erased_row_id": UUID(int=5), "erased_revision": 0, "at": 1},
        ),
    }
    leaves = leaves_of(10)
    for seq, (kind, columns) in rows.items():
        leaves[seq] = leaf_hash(kind, columns, SALT)
    entries = tuple(
        Entry(
            seq, kind, str(UUID(int=seq)), 0, leaves[seq], tuple(inclusion_proof(leaves, seq)),
            None if erase and seq == 5 else json.loads(canonical(kind, columns)), b"" if erase and seq == 5 else SALT,
        )
        for seq, (kind, columns) in rows.items()
    )  # fmt: skip
    note = SIGNER.sign(Checkpoint(SIGNER.name, 10, root_of(leaves)).text())
    return Evidence(str(CASE), "2026-11-26T06:00:00+00:00", note, SIGNER.verifier.line(), entries)


def test_untouched_evidence_holds_after_the_way_through_a_file() -> None:
    report = verify_evidence(Evidence.read(evidence().text()), SIGNER.verifier)
    assert (report.holds, report.rows, report.erased, report.size) == (True, 3, 0, 10)


def test_an_erased_row_is_told_from_a_missing_one() -> None:
    assert verify_evidence(evidence(erase=True), SIGNER.verifier).erased == 1
    without = json.loads(evidence(erase=True).text())
    without["entries"].pop()
    report = verify_evidence(Evidence.read(json.dumps(without)), SIGNER.verifier)
    assert [finding.detail for finding in report.findings] == ["the row is missing and no erasure names it"]


def _case(document: dict[str, Any]) -> None:
    document["entries"][0]["row"]["case_id"] = str(UUID(int=8))


def _number(document: dict[str, Any]) -> None:
    document["entries"][0]["row"]["number"] = 3


def _salt(document: dict[str, Any]) -> None:
    document["entries"][0]["salt"] = bytes(16).hex()


def _place(document: dict[str, Any]) -> None:
    document["entries"][0]["seq"] = 3


def _path(document: dict[str, Any]) -> None:
    document["entries"][0]["proof"].pop()


def _kind(document: dict[str, Any]) -> None:
    document["entries"][0]["kind"] = "note"


def _root(document: dict[str, Any]) -> None:
    document["checkpoint"] = document["checkpoint"].replace("\n10\n", "\n11\n")


def _twice(document: dict[str, Any]) -> None:
    document["entries"].append(document["entries"][0])


def _of_another_case(document: dict[str, Any]) -> None:
    document["case_id"] = str(UUID(int=8))


@pytest.mark.parametrize("change", [_case, _number, _salt, _place, _path, _kind, _root, _twice, _of_another_case])
def test_whatever_is_changed_is_found(change: Callable[[dict[str, Any]], None]) -> None:
    document = json.loads(evidence().text())
    change(document)
    assert not verify_evidence(Evidence.read(json.dumps(document)), SIGNER.verifier).holds


def test_the_key_in_the_file_is_not_believed() -> None:
    other = NoteSigner("log.test", Ed25519PrivateKey.generate())
    assert not verify_evidence(evidence(), other.verifier).holds


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "other"}', '{"format": "lotse-evidence-v1"}'])
def test_what_is_no_evidence_is_said_to_be_none(text: str) -> None:
    with pytest.raises(UnreadableEvidence):
        Evidence.read(text)
