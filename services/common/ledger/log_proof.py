"""That a leaf stands in the log, in the C2SP format tlog-proof: its place, the path to the root, the checkpoint."""

import base64
import binascii
from dataclasses import dataclass
from typing import Final, Self

from services.common.ledger.checkpoint import Checkpoint, InvalidCheckpointError, NoteVerifier
from services.common.ledger.merkle import verify_inclusion

_HEAD: Final = "c2sp.org/tlog-proof@v1"


class InvalidLogProofError(ValueError):
    """The text is no proof, or does not lead from the leaf to its checkpoint; the message says which."""


@dataclass(frozen=True, slots=True)
class LogProof:
    """The place of a leaf, the audit path (RFC 6962) from it to the root, and the signed note of the checkpoint."""

    seq: int
    path: tuple[bytes, ...]
    signed_note: str

    def text(self) -> str:
        """The proof as it is handed out."""
        steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in self.path)
        return f"{_HEAD}\nindex {self.seq}\n{steps}\n{self.signed_note}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads a proof; raises InvalidLogProofError for what is not written as it would be written here."""
        head, separator, note = text.partition("\n\n")
        lines = head.split("\n")
        try:
            seq = int(lines[1].removeprefix("index "))
            proof = cls(seq, tuple(base64.b64decode(line, validate=True) for line in lines[2:]), note)
        except (IndexError, ValueError, binascii.Error):
            raise InvalidLogProofError("The proof of its place in the log cannot be read.") from None
        if not separator or lines[0] != _HEAD or proof.text() != text:
            raise InvalidLogProofError("The proof of its place in the log cannot be read.")
        return proof

    def checkpoint(self, verifier: NoteVerifier) -> Checkpoint:
        """The checkpoint; raises InvalidCheckpointError unless the log's key signed it for this log."""
        checkpoint = Checkpoint.parse(verifier.open(self.signed_note))
        if checkpoint.origin != verifier.name:
            raise InvalidCheckpointError("The checkpoint is one of another log.")
        return checkpoint

    def check(self, leaf: bytes, checkpoint: Checkpoint) -> None:
        """Returns when the path leads from this leaf to the checkpoint's root; raises InvalidLogProofError."""
        if not verify_inclusion(leaf, self.seq, checkpoint.size, self.path, checkpoint.root):
            raise InvalidLogProofError("The path does not lead from this entry to the root that was signed.")
