"""What a question is decided on, and the disclosures that were permitted."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.common.ledger import SALT_LENGTH, leaf_hash
from services.consent.model.consent import RegimeRow, StatutoryAct
from services.consent.model.question import Circumstances, Grounds
from services.consent.model.record import Disclosure
from services.consent.model.vocabulary import Category, Direction, DisclosureKind
from services.consent.store.columns import of_disclosure
from services.consent.store.consents import read_consent

SQL = queries_beside(__file__)

REPEAT_TIME = timedelta(seconds=10)
"""A repeat of a read within this time is the same read."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SeenDisclosure:
    """A disclosure as she sees it; its id only says where the next page begins."""

    disclosure_id: UUID
    at: datetime
    agency_id: UUID
    role: str
    category: Category
    kind: DisclosureKind
    direction: Direction


async def grounds_of(
    tx: Connection, questions: Sequence[Circumstances], request_id: UUID
) -> list[tuple[Grounds, datetime]]:
    """What each question is decided on and the legal time of that, in one statement.

    Run after the case's lock was had: what is read here is then what holds until the transaction ends. Repeats of one
    `request_id` wait for each other here, so that the next statement sees what the one before wrote.
    """
    rows = await tx.fetch(
        SQL.grounds,
        [question.case_id for question in questions],
        [question.discloser_id for question in questions],
        [question.recipient_id for question in questions],
        str(request_id),
    )
    return [(_grounds(question, row), row["asked_at"]) for question, row in zip(questions, rows, strict=True)]


async def insert(tx: Connection, disclosures: Sequence[Disclosure]) -> None:
    """Writes down what is disclosed together, and logs it, in one statement; a repeat within ten seconds is left out.

    All share circumstances, reader, time and consent.
    """
    columns = [of_disclosure(disclosure) for disclosure in disclosures]
    salts = [os.urandom(SALT_LENGTH) for _ in columns]
    leaves = [leaf_hash("disclosed", row, salt) for row, salt in zip(columns, salts, strict=True)]
    shared, at = columns[0], disclosures[0].at
    await tx.execute(
        SQL.insert_disclosures,
        shared["case_id"],
        at,
        shared["basis"],
        shared["consent_id"],
        shared["revision"],
        shared["referral_id"],
        shared["discloser_id"],
        shared["recipient_id"],
        shared["direction"],
        shared["purpose"],
        shared["disclosure_kind"],
        shared["reader_id"],
        shared["reader_agency_id"],
        shared["reader_role"],
        shared["request_id"],
        at - REPEAT_TIME,
        at + REPEAT_TIME,
        [row["disclosure_id"] for row in columns],
        [row["item_id"] for row in columns],
        [row["item_version"] for row in columns],
        [row["category"] for row in columns],
        [",".join(sorted(disclosure.decision.item.labels or ())) for disclosure in disclosures],
        [row["written_on"] for row in columns],
        [row["authoring_agency_id"] for row in columns],
        salts,
        leaves,
    )


async def list_of_case(tx: Connection, case_id: UUID, before: UUID, limit: int) -> list[SeenDisclosure]:
    """Disclosures of a case older than one of them, newest first, at most so many."""
    return [
        SeenDisclosure(
            disclosure_id=row["disclosure_id"],
            at=row["at"],
            agency_id=row["reader_agency_id"],
            role=row["reader_role"],
            category=Category(row["category"]),
            kind=DisclosureKind(row["disclosure_kind"]),
            direction=Direction(row["direction"]),
        )
        for row in await tx.fetch(SQL.list_of_case, case_id, before, limit)
    ]


def _grounds(question: Circumstances, row: Record) -> Grounds:
    return Grounds(
        consent=read_consent(row) if row["consent_id"] is not None else None,
        regimes=tuple(
            RegimeRow(
                agency_id=UUID(agency_id),
                regime=regime,
                overlays=tuple(overlays),
                valid_from=date.fromisoformat(valid_from),
                valid_until=date.fromisoformat(valid_until) if valid_until else None,
            )
            for agency_id, regime, overlays, valid_from, valid_until in row["regimes"] or ()
        ),
        acts=tuple(
            StatutoryAct(
                case_id=question.case_id,
                discloser_id=question.discloser_id,
                recipient_id=question.recipient_id,
                categories=frozenset(map(Category, categories)),
                until=_EPOCH + timedelta(microseconds=int(until)),
            )
            for categories, until in row["acts"] or ()
        ),
    )
