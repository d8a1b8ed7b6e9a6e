"""A file with rows of a log and what proves them, and its check by whoever holds the log's public key.

Nothing else is needed: no database, no service, no network. The file is JSON; checkpoint and key are the C2SP formats,
leaves and audit paths those of RFC 6962 (README.md beside).
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from services.common.ledger.checkpoint import Checkpoint, InvalidCheckpointError, NoteVerifier
from services.common.ledger.leaf import SALT_LENGTH, leaf_hash
from services.common.ledger.merkle import verify_inclusion

FORMAT = "lotse-evidence-v1"
_ERASED = "erased"


class UnreadableEvidence(ValueError):
    """The text is no file of evidence; the message says what is wrong and holds nothing of a row."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as it was logged; `row` is None when it was erased and only its hash is left."""

    seq: int
    kind: str
    row_id: str
    revision: int
    leaf_hash: bytes
    proof: tuple[bytes, ...]
    row: Mapping[str, Any] | None = field(default=None, repr=False)
    salt: bytes = field(default=b"", repr=False)

    def written(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {
            "seq": self.seq,
            "kind": self.kind,
            "row_id": self.row_id,
            "revision": self.revision,
            "row": self.row,
            "salt": self.salt.hex(),
            "leaf_hash": self.leaf_hash.hex(),
            "proof": [base64.b64encode(step).decode() for step in self.proof],
        }


@dataclass(frozen=True, slots=True)
class Evidence:
    """The entries of one case under one checkpoint."""

    case_id: str
    exported_at: str
    checkpoint: str
    verifier: str
    entries: tuple[Entry, ...]

    def text(self) -> str:
        """The file."""
        document = {
            "format": FORMAT,
            "case_id": self.case_id,
            "exported_at": self.exported_at,
            "key": self.verifier,
            "checkpoint": self.checkpoint,
            "entries": [entry.written() for entry in self.entries],
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def read(cls, text: str) -> Self:
        """The evidence of a file; raises UnreadableEvidence."""
        try:
            document = json.loads(text)
            _check_format(document["format"])
            return cls(
                str(document["case_id"]),
                str(document["exported_at"]),
                str(document["checkpoint"]),
                str(document["key"]),
                tuple(_entry(each) for each in document["entries"]),
            )
        except UnreadableEvidence:
            raise
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise UnreadableEvidence(f"The file is no evidence of Lotsennetz ({type(error).__name__}).") from None


@dataclass(frozen=True, slots=True)
class EvidenceFinding:
    """What does not hold; `seq` is the position of the entry, None where it is about the whole file."""

    detail: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """What a check found out."""

    size: int
    rows: int
    erased: int
    findings: tuple[EvidenceFinding, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify_evidence(evidence: Evidence, verifier: NoteVerifier) -> EvidenceReport:
    """Whether each row has the hash that it was logged with, and each hash stands in the tree that the key signed.

    `verifier` has to come from elsewhere than the file: the one inside proves nothing. That entries were left out of
    the file is not told; whoever doubts it compares two exports, or asks for `lotse ledger verify`.
    """
    try:
        checkpoint = Checkpoint.parse(verifier.open(evidence.checkpoint))
    except InvalidCheckpointError as error:
        return EvidenceReport(0, 0, 0, (EvidenceFinding(str(error)),))
    erased = _named_by_erasures(evidence.entries)
    findings = [
        EvidenceFinding(detail, entry.seq)
        for entry in evidence.entries
        for detail in _faults(entry, evidence.case_id, checkpoint, erased)
    ]
    if len({entry.seq for entry in evidence.entries}) != len(evidence.entries):
        findings.append(EvidenceFinding("two entries claim the same position"))
    gone = sum(entry.row is None for entry in evidence.entries)
    return EvidenceReport(checkpoint.size, len(evidence.entries) - gone, gone, tuple(findings))


def _faults(
    entry: Entry, case_id: str, checkpoint: Checkpoint, erased: frozenset[tuple[str, str, int]]
) -> Sequence[str]:
    faults = []
    if entry.row is None:
        if (entry.kind, entry.row_id, entry.revision) not in erased:
            faults.append("the row is missing and no erasure names it")
    elif not _has_hash(entry, entry.row):
        faults.append("the row does not have the hash that was logged")
    elif entry.row.get("case_id") != case_id:
        faults.append("the row belongs to another case")
    if not verify_inclusion(entry.leaf_hash, entry.seq, checkpoint.size, entry.proof, checkpoint.root):
        faults.append("the entry does not stand at this place of the signed log")
    return faults


def _has_hash(entry: Entry, row: Mapping[str, Any]) -> bool:
    columns = {name: value for name, value in row.items() if name not in {"v", "kind"}}
    if row.get("kind") != entry.kind or row.get("v") != 1:
        return False
    try:
        return leaf_hash(entry.kind, columns, entry.salt) == entry.leaf_hash
    except (TypeError, ValueError):
        return False


def _named_by_erasures(entries: Sequence[Entry]) -> frozenset[tuple[str, str, int]]:
    return frozenset(
        (str(entry.row.get("erased_kind")), str(entry.row.get("erased_row_id")), int(entry.row["erased_revision"]))
        for entry in entries
        if entry.kind == _ERASED and entry.row is not None and isinstance(entry.row.get("erased_revision"), int)
    )


def _check_format(given: object) -> None:
    if given != FORMAT:
        raise UnreadableEvidence(f"The format is not {FORMAT}.")


def _entry(written: Mapping[str, Any]) -> Entry:
    row = written["row"]
    if row is not None and not isinstance(row, dict):
        raise UnreadableEvidence("A row is no table of columns.")
    salt = bytes.fromhex(written["salt"])
    if row is not None and len(salt) != SALT_LENGTH:
        raise UnreadableEvidence(f"A salt does not have {SALT_LENGTH} bytes.")
    try:
        proof = tuple(base64.b64decode(step, validate=True) for step in written["proof"])
    except binascii.Error:
        raise UnreadableEvidence("A proof is not written in base64.") from None
    return Entry(
        seq=int(written["seq"]),
        kind=str(written["kind"]),
        row_id=str(written["row_id"]),
        revision=int(written["revision"]),
        leaf_hash=bytes.fromhex(written["leaf_hash"]),
        proof=proof,
        row=row,
        salt=salt,
    )
