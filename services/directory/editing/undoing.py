"""The rows as they were before a change, as long as nothing came after it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from services.common.errors import FieldViolation
from services.directory.errors import ChangedSince, ChangeNotKept
from services.directory.model.entry import LogLine, Row, Value


def undone(lines: Sequence[LogLine], rows: Sequence[Row]) -> list[Row]:
    """The rows that one change touched, as they were; none when they are like that already.

    Raises ChangedSince that names the fields that were changed later, ChangeNotKept where the log holds no values.
    """
    known = {row.id: row for row in rows}
    withheld = [_at(line) for line in lines if line.is_final or line.row_id not in known]
    if withheld:
        raise ChangeNotKept(violations=[FieldViolation(at, "not-kept") for at in dict.fromkeys(withheld)])
    if all(_now(known[line.row_id], line) == _before(line) for line in lines):
        return []
    later = [_at(line) for line in lines if _now(known[line.row_id], line) != _after(line)]
    if later:
        raise ChangedSince(violations=[FieldViolation(at, "changed-since") for at in dict.fromkeys(later)])
    values: dict[UUID, dict[str, Value]] = {}
    for line in lines:
        row = known[line.row_id]
        values.setdefault(row.id, dict(row.values))[line.field_name or "active"] = _put_back(row, line)
    return [Row(known[id_].kind, id_, known[id_].parent_id, of_row) for id_, of_row in values.items()]


def _at(line: LogLine) -> str:
    return f"{line.kind}.{line.field_name or 'active'}"


def _before(line: LogLine) -> str | None:
    return line.previous if line.field_name else "false"


def _after(line: LogLine) -> str | None:
    return line.replacement if line.field_name else "true"


def _now(row: Row, line: LogLine) -> str | None:
    """The value as the log would write it."""
    value = row.values.get(line.field_name or "active")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return None if value is None else str(value)


def _put_back(row: Row, line: LogLine) -> Value:
    if not line.field_name:
        return False
    if line.previous is not None and isinstance(row.values.get(line.field_name), list | bool):
        found: list[str] | bool = json.loads(line.previous)
        return found
    return line.previous
