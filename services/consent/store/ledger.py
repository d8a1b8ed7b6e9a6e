"""How the rows of proof are read back for verification."""

from pathlib import Path

from services.common.database import Queries, queries_beside
from services.common.ledger import RowReader

SQL = queries_beside(__file__)

READERS = tuple(RowReader(kind, sql) for kind, sql in SQL)
"""One for each kind of entry that consent writes."""

JOURNAL_KINDS = ("granted", "revised", "withdrawn")
"""What a restore must not undo: whatever changes what is permitted, so that a case that lost some of it is known."""

DAMAGE = Queries(Path(__file__).with_name("rehearsal.sql")).damage
"""Changes one bit of the newest disclosure that was logged."""
