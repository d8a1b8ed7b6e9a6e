"""Notes between agencies, by the role `edit`; the roles of public questions cannot read them."""

from __future__ import annotations

from uuid import UUID

from services.common.database import Connection, Database, Record, Scope, queries_beside
from services.directory.model.note import Note

SQL = queries_beside(__file__)


class NoteStore:
    """`database` needs a pool of the role `edit`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def insert(self, scope: Scope, note: Note, request_id: UUID) -> Note | None:
        """The note as it is kept, on a repeat the first one; None where there is no such agency or service."""
        async with self._database.transaction(scope, "edit") as tx:
            await tx.execute(
                SQL.insert_note,
                note.id,
                note.agency_id,
                note.service_id,
                note.author_id,
                note.text,
                note.written_at,
                request_id,
            )
            found = await _list(tx, None, note.author_id, request_id, 0, 1)
        return found[0] if found else None

    async def list_about(self, scope: Scope, agency_id: UUID, start: int, count: int) -> list[Note]:
        """The notes about an agency, newest first; those about a service that is gone are left out."""
        async with self._database.transaction(scope, "edit", read_only=True) as tx:
            return await _list(tx, agency_id, None, None, start, count)

    async def delete(self, scope: Scope, note_id: UUID, author_id: UUID, about_id: UUID | None) -> bool:
        """Whether there was such a note, written by this agency or about that one."""
        async with self._database.transaction(scope, "edit") as tx:
            done = await tx.execute(SQL.delete_note, note_id, author_id, about_id)
        return done == "DELETE 1"


async def _list(
    tx: Connection, about: UUID | None, by: UUID | None, request_id: UUID | None, start: int, count: int
) -> list[Note]:
    return [_note(row) for row in await tx.fetch(SQL.list_notes, about, by, request_id, start, count)]


def _note(row: Record) -> Note:
    return Note(
        id=row["id"],
        agency_id=row["organization_id"],
        service_id=row["service_id"],
        service_name=row["service_name"],
        text=row["text"],
        written_at=row["written_at"],
        author_id=row["author_id"],
        author_name=row["author_name"],
    )
