"""Versions of texts."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.common.errors import NotFound
from services.consent.model.text import Artefact, Standing, Text, TextVersion
from services.consent.rules.texts import content_hash, rendered

SQL = queries_beside(__file__)


async def publish(
    tx: Connection, text: Text, *, text_version_id: UUID, by: UUID | None, request_id: UUID
) -> TextVersion | None:
    """The version with this content, new or there already; None when the repeat key was used for another content.

    What it looks like is kept with it, also for a version from before that was done.
    """
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
        text.material,
        digest,
        by,
        request_id,
    )
    row = await tx.fetchrow(SQL.find_text_by_hash, digest)
    if row is None:
        return None
    version = _version(row)
    if version.html_hash is None:
        artefact = rendered(version.text)
        await tx.execute(SQL.insert_artefact, version.text_version_id, artefact.html, artefact.html_hash)
        version = replace(version, html_hash=artefact.html_hash)
    return version


async def find_by_hash(tx: Connection, digest: bytes) -> tuple[TextVersion, Artefact | None]:
    """The version with this content hash and what it was rendered to, None when that was not kept; NotFound without."""
    row = await tx.fetchrow(SQL.find_text_by_hash, digest)
    if row is None:
        raise NotFound
    artefact = await tx.fetchrow(SQL.get_artefact, row["text_version_id"])
    return _version(row), Artefact(artefact["html"], artefact["html_hash"]) if artefact else None


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


async def list_all(tx: Connection, *, with_words: bool) -> list[TextVersion]:
    """All versions, newest first, with or without their bodies."""
    return [_version(row) for row in await tx.fetch(SQL.list_texts, with_words)]


async def standings(tx: Connection, subjects: Sequence[str]) -> list[Standing]:
    """All versions of these subjects in every language, without their words."""
    return [
        Standing(
            text_version_id=row["text_version_id"],
            subject=row["subject"],
            language=row["language"],
            variety=row["variety"],
            words=row["words"],
            published_at=row["published_at"],
            material=row["material"],
            reviewed=row["reviewed"],
            demo=row["demo"],
            retired=row["retired"],
        )
        for row in await tx.fetch(SQL.standings, list(subjects))
    ]


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
            material=row["material"],
        ),
        content_hash=row["content_hash"],
        published_at=row["published_at"],
        retired_at=row["retired_at"],
        html_hash=row["html_hash"],
        recording_type=row["recording_type"] or "",
    )
