"""Rows laid beside their entries by PostgreSQL, and each row hashed here as its writer hashed it.

PostgreSQL gives the values as JSON, the program the names between them, in half the time of either alone. Fields
and quotes are marked with characters that JSON never holds as they are, so no text can be taken for them.
"""

import hashlib
import json
from binascii import unhexlify
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

from services.common.database.queries import queries_beside
from services.common.database.target import Connection
from services.common.ledger.leaf import template

SQL = queries_beside(__file__)

_NEEDED = frozenset({"ledger_row_id", "ledger_revision", "ledger_salt", "ledger_written_at"})
_QUOTED = frozenset({"uuid", "bytea"})
_WITH_WRITTEN_FORM = _QUOTED | frozenset(
    {"bool", "int2", "int4", "int8", "text", "varchar", "date", "timestamptz"}
    | {"bool[]", "int2[]", "int4[]", "int8[]", "text[]", "varchar[]", "uuid[]", "date[]"}
)
_FIELD, _QUOTE, _ABSENT = b"\x01", b"\x02", b"null"


@dataclass(frozen=True, slots=True)
class Span:
    """Rows and entries whose row ids lie from `begin` up to, and without, `end`; None is no bound."""

    begin: UUID | None
    end: UUID | None


@dataclass(frozen=True, slots=True)
class OddPair:
    """A row and an entry that PostgreSQL found not to fit each other, or one of them alone."""

    what: str
    """`without-row`, `without-entry`, `changed` or `other-case`."""

    row_id: UUID
    revision: int
    case_id: UUID | None
    """Which case the entry names."""

    is_recent: bool | None
    seq: int | None
    entry_hash: bytes | None
    row_hash: bytes | None
    """What the row that stands there now gives."""


@dataclass(slots=True)
class Compared:
    """What a comparison found; pairs that fit are only counted."""

    rows: int = 0
    changed: list[int] = field(default_factory=list)
    """Positions of the entries whose row gives another hash."""

    odd: list[OddPair] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How rows of one kind are read, written and hashed."""

    kind: str
    sql: str
    names: Sequence[str]
    types: Sequence[str]
    keeps_hash: bool
    preimage: bytes
    """0x00, salt and JSON with a place for the salt and each value."""

    @classmethod
    async def of(cls, connection: Connection, kind: str, sql: str) -> Self:
        """Reads the form of a query; raises ValueError where it is not the one of the README."""
        columns = (await connection.prepare(sql)).get_attributes()
        types = {column.name: column.type.name for column in columns}
        if not types.keys() >= _NEEDED or not "".join(types).isascii():
            raise ValueError(f"The reader of {kind!r} does not give {', '.join(sorted(_NEEDED))}.")
        if odd := [name for name, type_name in types.items() if type_name not in _WITH_WRITTEN_FORM]:
            raise ValueError(f"Columns of {kind!r} have no written form in a leaf: {', '.join(odd)}.")
        text, names = template(kind, [name for name in types if not name.startswith("ledger_")])
        keeps_hash = "ledger_leaf_hash" in types
        return cls(kind, sql, names, [types[name] for name in names], keeps_hash, b"\x00%b" + text)

    async def run(self, connection: Connection, span: Span, recent: tuple[datetime, datetime]) -> Compared:
        """Lays rows and entries side by side; a row without entry is recent if written between these times."""
        statement = await connection.fetchval(
            SQL.format_comparison, self.sql, self.names, self.types, self.kind, self.keeps_hash,
            span.begin, span.end, *recent,
        )  # fmt: skip
        compared, rest = Compared(), b""

        async def take(data: bytes) -> None:
            nonlocal rest
            *lines, rest = (rest + data).replace(_QUOTE, b'"').split(b"\n")
            compared.rows += len(lines)
            self._take(lines, compared)

        quoted = [name for name, type_name in zip(self.names, self.types, strict=True) if type_name in _QUOTED]
        await connection.copy_from_query(
            statement, output=take, format="csv", delimiter=_FIELD.decode(), quote=_QUOTE.decode(),
            null=_ABSENT.decode(), force_quote=quoted or None,
        )  # fmt: skip
        return compared

    def _take(self, lines: Iterable[bytes], compared: Compared) -> None:
        preimage, sha256 = self.preimage, hashlib.sha256
        for line in lines:
            odd, seq, entry_hash, salt, *values = line.split(_FIELD)
            if odd != _ABSENT:
                compared.odd.append(self._odd(odd, seq, entry_hash, salt, values))
            elif sha256(preimage % (unhexlify(salt[2:]), *values)).digest() != unhexlify(entry_hash[2:]):
                compared.changed.append(int(seq))

    def _odd(self, odd: bytes, seq: bytes, entry_hash: bytes, salt: bytes, values: Sequence[bytes]) -> OddPair:
        what, row_id, revision, case_id, is_recent = json.loads(odd)
        return OddPair(
            what, UUID(row_id), revision, UUID(case_id) if case_id else None, is_recent,
            None if seq == _ABSENT else int(seq), _bytes(entry_hash),
            None if salt == _ABSENT else hashlib.sha256(self.preimage % (_bytes(salt), *values)).digest(),
        )  # fmt: skip


def _bytes(text: bytes) -> bytes | None:
    return None if text == _ABSENT else unhexlify(text[2:])
