"""Drafts of texts and what persons did with texts: written once, each act with its leaf."""

import os
from collections.abc import Iterable
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.common.errors import NotFound
from services.common.ledger import SALT_LENGTH, leaf_hash
from services.consent.model.draft import Hand, Revision, TextAct, TextActKind, TextDraft
from services.consent.model.text import Text
from services.consent.store.columns import of_text_act

SQL = queries_beside(__file__)


async def lock(tx: Connection, draft_id: UUID) -> None:
    """Nobody else acts on this draft until the transaction ends. Read in a later statement."""
    await tx.execute(SQL.lock_draft, draft_id)


async def get(tx: Connection, draft_id: UUID) -> TextDraft:
    """The draft; NotFound when there is none."""
    row = await tx.fetchrow(SQL.newest_revision, draft_id)
    if row is None:
        raise NotFound
    return TextDraft(_revision(row), tuple(_act(act) for act in await tx.fetch(SQL.acts_of_drafts, [draft_id])))


async def list_open(tx: Connection) -> list[TextDraft]:
    """Those that are neither published nor discarded, newest first, without their bodies."""
    revisions = [_revision(row) for row in await tx.fetch(SQL.open_drafts)]
    acts: dict[UUID, list[TextAct]] = {revision.draft_id: [] for revision in revisions}
    for row in await tx.fetch(SQL.acts_of_drafts, list(acts)):
        acts[row["draft_id"]].append(_act(row))
    drafts = [TextDraft(revision, tuple(acts[revision.draft_id])) for revision in revisions]
    return sorted(drafts, key=lambda draft: draft.written_at, reverse=True)


async def acts_of_version(tx: Connection, text_version_id: UUID) -> list[TextAct]:
    """What was done with a version and the draft that it was, oldest first."""
    return [_act(row) for row in await tx.fetch(SQL.acts_of_version, text_version_id)]


async def writers_of_words(tx: Connection, text_version_id: UUID) -> frozenset[Hand]:
    """Who wrote the words of a version; nobody for what came from a file."""
    return _hands(await tx.fetch(SQL.writers_of_words, text_version_id))


async def find_act(tx: Connection, request_id: UUID) -> TextAct | None:
    """The act of this repeat key."""
    row = await tx.fetchrow(SQL.find_act, request_id)
    return _act(row) if row else None


async def insert_revision(tx: Connection, new: Revision) -> None:
    """Writes down the words."""
    text = new.text
    await tx.execute(
        SQL.insert_revision,
        new.draft_id,
        new.revision,
        text.subject,
        text.language,
        text.variety,
        text.title,
        text.body,
        text.translator,
        text.material,
        new.content_hash,
    )


async def insert_act(tx: Connection, act: TextAct) -> None:
    """Writes down the act, and logs it."""
    columns, salt = of_text_act(act), os.urandom(SALT_LENGTH)
    await tx.execute(SQL.insert_act, *columns.values(), salt, leaf_hash("text", columns, salt))


def _hands(rows: Iterable[Record]) -> frozenset[Hand]:
    return frozenset(Hand(row["person_id"], row["role"]) for row in rows)


def _revision(row: Record) -> Revision:
    text = Text(
        subject=row["subject"],
        language=row["language"],
        variety=row["variety"],
        title=row["title"],
        body=row["body"],
        translator=row["translator"],
        reviewer="",
        reviewed_on=None,
        demo=False,
        material=row["material"],
    )
    return Revision(row["draft_id"], row["revision"], text, row["content_hash"])


def _act(row: Record) -> TextAct:
    return TextAct(
        act_id=row["act_id"],
        at=row["at"],
        act=TextActKind(row["act"]),
        draft_id=row["draft_id"],
        revision=row["revision"],
        text_version_id=row["text_version_id"],
        content_hash=row["content_hash"],
        hand=Hand(row["person_id"], row["role"]),
        request_id=row["request_id"],
        reviewer=row["reviewer"],
        reviewed_on=row["reviewed_on"],
    )
