"""Proof that rows were written, in which order, and not changed since; the README beside says how to use it."""

from services.common.ledger.checkpoint import Checkpoint, InvalidCheckpointError, NoteSigner, NoteVerifier
from services.common.ledger.checkpoint_file import CheckpointFile
from services.common.ledger.findings import Finding, Report, What
from services.common.ledger.journal import RESTORED, BrokenJournalError, Journal, JournalEntry, read_journal
from services.common.ledger.leaf import SALT_LENGTH, LeafValue, leaf_hash
from services.common.ledger.log_proof import LogProof
from services.common.ledger.log_state import LedgerBrokenError
from services.common.ledger.outside import Outside
from services.common.ledger.proofs import (
    ConsistencyProof,
    NotProvableError,
    consistency_proof,
    inclusion_proof,
    proof_of_row,
)
from services.common.ledger.sequencer import Sequencer
from services.common.ledger.standing import Standing
from services.common.ledger.verify import RowReader, verify_ledger

__all__ = [
    "RESTORED",
    "SALT_LENGTH",
    "BrokenJournalError",
    "Checkpoint",
    "CheckpointFile",
    "ConsistencyProof",
    "Finding",
    "InvalidCheckpointError",
    "Journal",
    "JournalEntry",
    "LeafValue",
    "LedgerBrokenError",
    "LogProof",
    "NotProvableError",
    "NoteSigner",
    "NoteVerifier",
    "Outside",
    "Report",
    "RowReader",
    "Sequencer",
    "Standing",
    "What",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "proof_of_row",
    "read_journal",
    "verify_ledger",
]
