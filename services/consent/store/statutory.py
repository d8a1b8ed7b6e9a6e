"""Acts that a law permits and what second persons said of them, each written once with its leaf."""

import os
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.common.errors import NotFound
from services.common.ledger import SALT_LENGTH, leaf_hash
from services.consent.model.statutory import (
    Body,
    Channel,
    Ground,
    RecordedAct,
    Review,
    ReviewedAct,
    Verdict,
    WithheldGround,
)
from services.consent.model.vocabulary import Category
from services.consent.store.columns import of_act, of_review
from services.consent.store.ledger import OBJECTED

SQL = queries_beside(__file__)
MOST_ACTS = 200


async def insert(tx: Connection, act: RecordedAct) -> None:
    """Writes an act down and logs it."""
    columns, salt = of_act(act), os.urandom(SALT_LENGTH)
    await tx.execute(SQL.insert_act, *columns.values(), salt, leaf_hash("acted", columns, salt))


async def insert_review(tx: Connection, review: Review) -> None:
    """Writes down what a second person said, and logs it."""
    columns, salt = of_review(review), os.urandom(SALT_LENGTH)
    kind = OBJECTED if review.act_ended_at else "reviewed"
    values = {**columns, "act_ended_at": review.act_ended_at}
    await tx.execute(SQL.insert_review, *values.values(), salt, leaf_hash(kind, columns, salt), kind)


async def is_unreviewed(tx: Connection, case_id: UUID, act_id: UUID) -> bool:
    """Whether there is such an act and nobody has said anything of it."""
    found: bool = await tx.fetchval(SQL.is_unreviewed, case_id, act_id)
    return found


async def find_repeat(tx: Connection, case_id: UUID, request_id: UUID) -> ReviewedAct | None:
    """The act that this repeat key made."""
    row = await tx.fetchrow(SQL.find_repeat, case_id, request_id)
    return _act(row) if row else None


async def get(tx: Connection, case_id: UUID, act_id: UUID, discloser_id: UUID) -> ReviewedAct:
    """An act of this agency, or NotFound."""
    row = await tx.fetchrow(SQL.get, case_id, act_id, discloser_id)
    if row is None:
        raise NotFound
    return _act(row)


async def list_of_agency(tx: Connection, discloser_id: UUID) -> list[ReviewedAct]:
    """The acts of an agency, at most 200; those without a review are never left out for one that has it."""
    return [_act(row) for row in await tx.fetch(SQL.list_of_agency, discloser_id, MOST_ACTS)]


async def list_of_case(tx: Connection, case_id: UUID) -> list[ReviewedAct]:
    """The acts of a case that this scope sees, newest first."""
    return [_act(row) for row in await tx.fetch(SQL.list_of_case, case_id)]


def _act(row: Record) -> ReviewedAct:
    act = RecordedAct(
        case_id=row["case_id"],
        act_id=row["act_id"],
        discloser_id=row["discloser_id"],
        recipient_id=row["recipient_id"],
        recipient_body=Body(row["recipient_body"]) if row["recipient_body"] else None,
        referral_id=row["referral_id"],
        ground=Ground(row["ground"]),
        channel=Channel(row["channel"]),
        categories=frozenset(map(Category, row["categories"])),
        at=row["at"],
        until=row["until"],
        confirm_by=row["confirm_by"],
        notice_withheld=WithheldGround(row["notice_withheld"]) if row["notice_withheld"] else None,
        reason_hash=row["reason_hash"],
        recorded_by=row["recorded_by"],
        request_id=row["request_id"],
    )
    if row["review_id"] is None:
        return ReviewedAct(act, None)
    review = Review(
        case_id=act.case_id,
        act_id=act.act_id,
        review_id=row["review_id"],
        verdict=Verdict(row["verdict"]),
        person_id=row["person_id"],
        at=row["reviewed_at"],
        request_id=row["review_request_id"],
    )
    return ReviewedAct(act, review)
