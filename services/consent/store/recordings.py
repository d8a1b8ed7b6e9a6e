"""Recordings of texts: at most one for each version."""

from uuid import UUID

from services.common.database import Connection, queries_beside
from services.common.errors import NotFound
from services.consent.model.text import Recording

SQL = queries_beside(__file__)


async def put(tx: Connection, text_version_id: UUID, recording: Recording) -> None:
    """Keeps it in the place of the one before."""
    await tx.execute(SQL.put_recording, text_version_id, recording.media_type, recording.content, recording.digest)


async def remove(tx: Connection, text_version_id: UUID) -> bytes | None:
    """The digest of the one that was removed; None where there was none."""
    digest: bytes | None = await tx.fetchval(SQL.remove_recording, text_version_id)
    return digest


async def get(tx: Connection, content_hash: bytes) -> Recording:
    """The recording of the version with this hash; NotFound without."""
    row = await tx.fetchrow(SQL.get_recording, content_hash)
    if row is None:
        raise NotFound
    return Recording(row["content"], row["media_type"], row["digest"])
