"""Withdrawals and what was done about them, each written once with its leaf."""

import os
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.common.ledger import SALT_LENGTH, leaf_hash
from services.consent.model.record import Acknowledgement, Proof, Withdrawal, WithdrawalStep
from services.consent.model.vocabulary import Category
from services.consent.store.columns import of_acknowledgement, of_withdrawal

SQL = queries_beside(__file__)


@dataclass(frozen=True, slots=True)
class Course:
    """A withdrawal with what came of it, as she sees it."""

    withdrawal_id: UUID
    consent_id: UUID
    revision: int
    at: datetime
    due_at: datetime
    everything: bool
    categories: tuple[Category, ...]
    acknowledged_at: datetime | None
    keys_destroyed_at: datetime | None
    objected_at: datetime | None
    objection_closed_at: datetime | None
    """When the last objection was closed; None while one is open."""

    kept: tuple[Category, ...]
    """What agencies keep by objections; none where one keeps all, or there is no objection."""

    partly_deleted: bool
    """An agency keeps a part and has deleted the rest: it can be put back as little as what is deleted whole."""

    reinstated_at: datetime | None
    by_service: bool = False
    """It ended unused, because another agency of the sitting took the case."""


async def insert(tx: Connection, withdrawal: Withdrawal) -> Proof:
    """Writes a withdrawal down and logs it."""
    columns, salt = of_withdrawal(withdrawal), os.urandom(SALT_LENGTH)
    leaf = leaf_hash("withdrawn", columns, salt)
    await tx.execute(SQL.insert_withdrawal, *columns.values(), salt, leaf)
    return Proof(withdrawal.receipt_id, leaf, withdrawal.at)


async def insert_acknowledgement(tx: Connection, acknowledgement: Acknowledgement) -> None:
    """Writes a step down and logs it."""
    columns, salt = of_acknowledgement(acknowledgement), os.urandom(SALT_LENGTH)
    kind = "kept" if acknowledgement.kept else "acknowledged"
    leaf = leaf_hash(kind, columns, salt)
    values = {**columns, "categories": columns.get("categories")}
    await tx.execute(SQL.insert_acknowledgement, *values.values(), salt, leaf, kind)


async def find_by_repeat(tx: Connection, case_id: UUID, request_id: UUID) -> list[tuple[Withdrawal, Proof]]:
    """The withdrawals that this repeat key made."""
    return [_with_proof(row) for row in await tx.fetch(SQL.find_by_repeat, case_id, request_id)]


async def newest_of_pair(tx: Connection, case_id: UUID, discloser_id: UUID, recipient_id: UUID) -> Proof | None:
    """Proof of the last withdrawal of everything between two agencies."""
    row = await tx.fetchrow(SQL.newest_of_pair, case_id, discloser_id, recipient_id)
    return _with_proof(row)[1] if row else None


async def exists(tx: Connection, case_id: UUID, withdrawal_id: UUID) -> bool:
    """Whether this scope sees the withdrawal."""
    found: bool = await tx.fetchval(SQL.exists, case_id, withdrawal_id)
    return found


async def acknowledged_at(
    tx: Connection, case_id: UUID, withdrawal_id: UUID, step: WithdrawalStep, request_id: UUID
) -> datetime | None:
    """When this step was done, if it was; objections of several agencies are told apart by their repeat keys."""
    moment: datetime | None = await tx.fetchval(
        SQL.find_acknowledgement, case_id, withdrawal_id, step.value, request_id
    )
    return moment


async def list_of_case(tx: Connection, case_id: UUID) -> list[Course]:
    """All withdrawals of a case with their steps, oldest first within a consent."""
    return [
        Course(
            withdrawal_id=row["withdrawal_id"],
            consent_id=row["consent_id"],
            revision=row["revision"],
            at=row["at"],
            due_at=row["due_at"],
            everything=row["everything"],
            categories=tuple(map(Category, row["categories"])),
            acknowledged_at=row["acknowledged_at"],
            keys_destroyed_at=row["keys_destroyed_at"],
            objected_at=row["objected_at"],
            objection_closed_at=row["objection_closed_at"],
            kept=tuple(map(Category, row["kept"] or ())),
            partly_deleted=row["partly_deleted"],
            reinstated_at=row["reinstated_at"],
            by_service=row["by_service"],
        )
        for row in await tx.fetch(SQL.list_of_case, case_id)
    ]


def _with_proof(row: Record) -> tuple[Withdrawal, Proof]:
    withdrawal = Withdrawal(
        case_id=row["case_id"],
        withdrawal_id=row["withdrawal_id"],
        consent_id=row["consent_id"],
        discloser_id=row["discloser_id"],
        recipient_id=row["recipient_id"],
        referral_id=row["referral_id"],
        revision=row["revision"],
        everything=row["everything"],
        categories=frozenset(map(Category, row["categories"])),
        at=row["at"],
        due_at=row["due_at"],
        receipt_id=row["receipt_id"],
        request_id=row["request_id"],
        agency_id=row["agency_id"],
        person_id=row["person_id"],
    )
    return withdrawal, Proof(row["receipt_id"], row["leaf_hash"], row["at"])
