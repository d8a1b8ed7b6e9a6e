"""Proof that rows were written, in which order, and not changed since; the README beside says how to use it."""

from services.common.ledger.checkpoint import Checkpoint, InvalidCheckpointError, NoteSigner, NoteVerifier
from services.common.ledger.checkpoint_file import CheckpointFile
from services.common.ledger.findings import Finding, Report, What
from services.common.ledger.journal import Journal, read_journal
from services.common.ledger.leaf import SALT_LENGTH, LeafValue, leaf_hash
from services.common.ledger.sequencer import Sequencer
from services.common.ledger.verify import RowReader, verify_ledger

__all__ = [
    "SALT_LENGTH",
    "Checkpoint",
    "CheckpointFile",
    "Finding",
    "InvalidCheckpointError",
    "Journal",
    "LeafValue",
    "NoteSigner",
    "NoteVerifier",
    "Report",
    "RowReader",
    "Sequencer",
    "What",
    "leaf_hash",
    "read_journal",
    "verify_ledger",
]
