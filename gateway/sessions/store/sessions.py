"""Rows of sessions; everything personal in them is sealed before it comes here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from services.common.database import SERVICE_SCOPE, Database
from services.common.database.queries import queries_beside

SQL = queries_beside(__file__)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that has not ended."""

    sealed: bytes
    created_at: datetime
    used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Resealed:
    """New content of a session and its new end."""

    sealed: bytes
    expires_at: datetime


Renew = Callable[[SessionRow], Awaitable[Resealed | None]]


class SessionStore:
    """Sessions by the hash of their id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def insert(
        self, id_hash: bytes, kind: str, sealed: bytes, expires_at: datetime, sid_hash: bytes | None = None
    ) -> None:
        """Keep a new session."""
        async with self._database.statements() as connection:
            await connection.execute(SQL.insert_session, id_hash, kind, sealed, sid_hash, expires_at)

    async def find(self, id_hash: bytes, kind: str) -> SessionRow | None:
        """The session, or None when there is none or it has ended."""
        async with self._database.statements() as connection:
            row = await connection.fetchrow(SQL.session_by_id, id_hash, kind)
        return SessionRow(**row) if row else None

    async def take(self, id_hash: bytes, kind: str) -> SessionRow | None:
        """The session, ended by this: of several who ask at once one gets it."""
        async with self._database.statements() as connection:
            row = await connection.fetchrow(SQL.take_session, id_hash, kind)
        return SessionRow(**row) if row else None

    async def touch(self, id_hash: bytes, expires_at: datetime) -> None:
        """It was used; it ends then unless it is used again."""
        async with self._database.statements() as connection:
            await connection.execute(SQL.touch_session, id_hash, expires_at)

    async def renew(self, id_hash: bytes, kind: str, renew: Renew) -> SessionRow | None:
        """Change the content while nobody else can; a second one who waited sees what the first one made.

        `renew` answers the new content, or None to leave it. Answers the session afterwards, None when it has ended.
        """
        async with self._database.transaction(SERVICE_SCOPE) as tx:
            found = await tx.fetchrow(SQL.lock_session, id_hash, kind)
            if found is None:
                return None
            row = SessionRow(**found)
            new = await renew(row)
            if new is None:
                return row
            await tx.execute(SQL.reseal_session, id_hash, new.sealed, new.expires_at)
            return SessionRow(new.sealed, row.created_at, row.used_at, new.expires_at)

    async def delete(self, id_hash: bytes) -> None:
        """End a session."""
        async with self._database.statements() as connection:
            await connection.execute(SQL.delete_session, id_hash)

    async def delete_of_login(self, sid_hash: bytes) -> None:
        """End all sessions of one login at Keycloak."""
        async with self._database.statements() as connection:
            await connection.execute(SQL.delete_sessions_of_login, sid_hash)

    async def sweep(self) -> None:
        """Remove what has ended."""
        async with self._database.statements("worker") as connection:
            await connection.execute(SQL.delete_expired)
