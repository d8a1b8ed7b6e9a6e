"""Versions of texts."""

from collections.abc import Sequence
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.common.errors import NotFound
from services.consent.model.text import Text, TextVersion
from services.consent.rules.texts import content_hash

SQL = queries_beside(__file__)


async def publish(
    tx: Connection, text: Text, *, text_version_id: UUID, by: UUID | None, request_id: UUID
) -> TextVersion | None:
    """The version with this content, new or there already; None when the repeat key was used for another content."""
    digest = content_hash(text)
    await tx.execute(
        SQL.insert_text,
        text_version_id,
        text.subject,
        text.language,
        text.variety,
        text.title,
        text.body,
        text.translator,
        text.reviewer,
        text.reviewed_on,
        text.demo,
        digest,
        by,
        request_id,
    )
    row = await tx.fetchrow(SQL.find_text_by_hash, digest)
    return _version(row) if row else None


async def retire(tx: Connection, text_version_id: UUID, *, by: UUID | None) -> TextVersion:
    """The version, retired now or before; NotFound when there is none."""
    if not await tx.fetch(SQL.get_texts, [text_version_id]):
        raise NotFound
    await tx.execute(SQL.retire_text, text_version_id, by)
    return (await get(tx, [text_version_id]))[0]


async def get(tx: Connection, ids: Sequence[UUID]) -> list[TextVersion]:
    """These versions in the order asked; NotFound when one is missing."""
    found = {row["text_version_id"]: _version(row) for row in await tx.fetch(SQL.get_texts, list(ids))}
    if missing := set(ids) - found.keys():
        raise NotFound(metadata={"text_version_id": str(missing.pop())})
    return [found[id_] for id_ in ids]


async def list_all(tx: Connection) -> list[TextVersion]:
    """All versions, newest first."""
    return [_version(row) for row in await tx.fetch(SQL.list_texts)]


async def current(
    tx: Connection, subjects: Sequence[str], *, language: str, variety: str, demo: bool
) -> dict[str, UUID]:
    """The newest reviewed version in force by subject, absent where there is none. `demo` lets invented ones pass."""
    rows = await tx.fetch(SQL.current_texts, language, variety, list(subjects), demo)
    return {row["subject"]: row["text_version_id"] for row in rows}


def _version(row: Record) -> TextVersion:
    return TextVersion(
        text_version_id=row["text_version_id"],
        text=Text(
            subject=row["subject"],
            language=row["language"],
            variety=row["variety"],
            title=row["title"],
            body=row["body"],
            translator=row["translator"],
            reviewer=row["reviewer"],
            reviewed_on=row["reviewed_on"],
            demo=row["demo"],
        ),
        content_hash=row["content_hash"],
        published_at=row["published_at"],
        retired_at=row["retired_at"],
    )
