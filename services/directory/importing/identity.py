"""Ids and digests of imported rows."""

from __future__ import annotations

import hashlib
from uuid import NAMESPACE_URL, UUID

from services.directory.model.imports import RawRow

MENDED = b"\0"
"""Ends the digest of a row that was mended: no raw row has such a one, so it is checked and told of each time."""
_NAMESPACE = NAMESPACE_URL.bytes


def make_id(source: str, table: str, key: str) -> UUID:
    """The id of a row: UUIDv5, the same for the same source, table and key, and no two tables share one."""
    return UUID(hex=make_hex_id(source, table, key))


def make_hex_id(source: str, table: str, key: str) -> str:
    """The same id as 32 hexadecimal digits, at a third of the time."""
    text = hashlib.sha1(_NAMESPACE + f"{source}/{table}/{key}".encode(), usedforsecurity=False).hexdigest()
    return f"{text[:12]}5{text[13:16]}{'89ab'[int(text[16], 16) & 3]}{text[17:32]}"


def row_digest(row: RawRow) -> bytes:
    """What the file says of the row, as 20 bytes of BLAKE2b: equal only when every field and reference is."""
    text = "\x1f".join((*row.fields, "", *row.fields.values(), "", *row.references, "", *row.references.values()))
    return hashlib.blake2b(text.encode(), digest_size=20).digest()
