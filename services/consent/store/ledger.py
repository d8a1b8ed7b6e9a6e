"""How the rows of proof are read back for verification, all of them or those of one case."""

from pathlib import Path

from services.common.database import Queries, queries_beside
from services.common.database.queries import without_absent
from services.common.ledger import RowReader

SQL = queries_beside(__file__)
_OF_CASE = "case_id = $1"
_OF_NO_CASE = frozenset({"restored", "text"})

READERS = tuple(RowReader(kind, without_absent(sql, frozenset())) for kind, sql in SQL)
"""One for each kind of entry that consent writes."""

READERS_OF_CASE = tuple(
    RowReader(kind, without_absent(sql, frozenset({"case"}))) for kind, sql in SQL if kind not in _OF_NO_CASE
)
"""The same for the rows of the case that is given as the first parameter."""

if everything := [reader.kind for reader in READERS_OF_CASE if _OF_CASE not in reader.sql]:
    raise ValueError(
        f"The statement for {everything[0]!r} has no line for one case, so evidence would hold all of them."
    )

OBJECTED = "objected"
"""Kind of an objection to an act that a law permits."""

JOURNAL_KINDS = ("granted", "revised", "withdrawn", OBJECTED)
"""What a restore must not undo: whatever changes what is permitted, so that a case that lost some of it is known."""

DAMAGE = Queries(Path(__file__).with_name("rehearsal.sql")).damage
"""Changes one bit of the newest disclosure that was logged."""
