"""Referrals, their items and their transitions. Row-level security shows each side its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.common.errors import RepeatKeyReused, StaleEtag
from services.referrals.model import Action, CoverSheet, Draft, Item, Outcome, Referral, SectionVersion, State
from services.referrals.rules import FEWEST_DECLINES, HINT_DAYS
from services.referrals.store.cases import section

SQL = queries_beside(__file__)
FIRST_PAGE = (datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))
NEWEST_PAGE = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=(1 << 128) - 1))


@dataclass(frozen=True, slots=True)
class Move:
    """A transition to write down, and what changes with it."""

    action: Action
    to: State
    agency_id: UUID | None
    person_id: UUID | None
    request_id: UUID
    reason: str = ""
    recipient_case_id: UUID | None = None
    assigned_person_id: UUID | None = None
    answer_by: datetime | None = None
    keys_due: bool = False
    unused_due: bool = False


def referral(row: Record) -> Referral:
    """A referral from its row."""
    values = dict(row)
    sheet = CoverSheet(
        tuple(values.pop("topics")), values.pop("urgency"), values.pop("language"), values.pop("answer_by")
    )
    return Referral(**{**values, "state": State(values["state"])}, cover_sheet=sheet)


async def insert(
    tx: Connection,
    case_id: UUID,
    referral_id: UUID,
    discloser_id: UUID,
    draft: Draft,
    person_id: UUID,
    request_id: UUID,
) -> bool:
    """Make a draft; False when the request was carried out before."""
    sheet = draft.cover_sheet
    made = await tx.fetchval(
        SQL.insert_referral, case_id, referral_id, discloser_id, draft.recipient_id, draft.service_id, draft.kind,
        draft.purpose, list(sheet.topics), sheet.urgency, sheet.language, person_id, request_id,
    )  # fmt: skip
    return made is not None


async def id_by_request(tx: Connection, discloser_id: UUID, request_id: UUID, case_id: UUID) -> UUID:
    """The referral that a request made; raises RepeatKeyReused when it was made in another case."""
    row = await tx.fetchrow(SQL.referral_by_request, discloser_id, request_id)
    if row is None or row["case_id"] != case_id:
        raise RepeatKeyReused
    found: UUID = row["referral_id"]
    return found


async def find(tx: Connection, referral_id: UUID) -> Referral | None:
    """The referral, when this scope may see it."""
    row = await tx.fetchrow(SQL.get_referral, referral_id)
    return referral(row) if row else None


async def lock(tx: Connection, referral_id: UUID) -> Referral | None:
    """The same, held until the transaction ends, so that one of many wins and the others see what it did."""
    row = await tx.fetchrow(SQL.lock_referral, referral_id)
    return referral(row) if row else None


async def inbox(
    tx: Connection, agency_id: UUID, states: Sequence[str], after: tuple[datetime, UUID], limit: int
) -> list[Referral]:
    """What was sent to an agency, by deadline."""
    return [referral(row) for row in await tx.fetch(SQL.inbox, agency_id, states, *after, limit)]


async def outbox(
    tx: Connection, agency_id: UUID, states: Sequence[str], before: tuple[datetime, UUID], limit: int, person_id: UUID
) -> list[Referral]:
    """What a person's cases gave, newest first."""
    return [referral(row) for row in await tx.fetch(SQL.outbox, agency_id, states, *before, limit, person_id)]


async def count_declines(
    tx: Connection, agency_id: UUID, reason: str, since: datetime | None
) -> tuple[datetime, list[tuple[UUID | None, int]]]:
    """Since when was counted, and how often an agency declined by service, most often first; few are left out."""
    rows = await tx.fetch(SQL.count_declines, agency_id, reason, since, HINT_DAYS, FEWEST_DECLINES)
    return rows[0]["at"], [(row["service_id"], row["declines"]) for row in rows if row["declines"] is not None]


async def update_draft(tx: Connection, current: Referral, draft: Draft) -> None:
    """Write a locked draft anew; its revision rises."""
    sheet = draft.cover_sheet
    await tx.execute(
        SQL.update_draft, current.referral_id, draft.recipient_id, draft.service_id, draft.kind, draft.purpose,
        list(sheet.topics), sheet.urgency, sheet.language,
    )  # fmt: skip


async def pin(tx: Connection, referral_id: UUID, sections: Sequence[SectionVersion]) -> None:
    """These versions belong to the draft, and no others."""
    await tx.execute(SQL.delete_items, referral_id)
    await tx.executemany(
        SQL.insert_item, [(one.case_id, referral_id, one.item_id, one.version, one.category) for one in sections]
    )


async def move(tx: Connection, current: Referral, to: Move) -> None:
    """Carry out a transition; raises StaleEtag when somebody was faster."""
    row_version = await tx.fetchval(
        SQL.move, current.referral_id, current.row_version, to.to.value, to.reason, to.recipient_case_id,
        to.assigned_person_id, to.answer_by, to.keys_due, to.unused_due,
    )  # fmt: skip
    if row_version is None:
        raise StaleEtag
    await tx.execute(
        SQL.insert_transition, current.case_id, current.referral_id, row_version, to.action.value,
        current.state.value, to.to.value, to.agency_id, to.person_id, to.reason, to.request_id,
    )  # fmt: skip


async def was_done(tx: Connection, referral_id: UUID, request_id: UUID, action: Action) -> bool:
    """Whether this request was carried out before; raises RepeatKeyReused when it was another action."""
    found = await tx.fetchval(SQL.transition_by_request, referral_id, request_id)
    if found is not None and found != action.value:
        raise RepeatKeyReused
    return found is not None


async def items(tx: Connection, referral_id: UUID) -> list[Item]:
    """The pinned versions of a referral, by category."""
    return (await items_of(tx, [referral_id]))[referral_id]


async def items_of(tx: Connection, referral_ids: Sequence[UUID]) -> dict[UUID, list[Item]]:
    """The pinned versions of several referrals."""
    found: dict[UUID, list[Item]] = {referral_id: [] for referral_id in referral_ids}
    for row in await tx.fetch(SQL.items_of_referrals, referral_ids):
        found[row["referral_id"]].append(Item(section(row), row["sent_at"], row["ended_at"]))
    return found


async def mark_sent(tx: Connection, referral_id: UUID, items: Sequence[UUID]) -> None:
    """These items crossed."""
    await tx.execute(SQL.mark_sent, referral_id, items)


async def insert_outcome(tx: Connection, outcome: Outcome, person_id: UUID) -> None:
    """Keep the encrypted outcome."""
    await tx.execute(
        SQL.insert_outcome, outcome.case_id, outcome.referral_id, outcome.item_id, outcome.agency_id, person_id,
        outcome.ciphertext, outcome.sent_back_at,
    )  # fmt: skip


async def find_outcome(tx: Connection, referral_id: UUID) -> Outcome | None:
    """The encrypted outcome, when there is one."""
    row = await tx.fetchrow(SQL.get_outcome, referral_id)
    return Outcome(**row) if row else None


async def mark_sent_back(tx: Connection, referral_id: UUID) -> None:
    """The discloser holds a key of the outcome."""
    await tx.execute(SQL.mark_sent_back, referral_id)


async def withdrawn_since(tx: Connection, of: Referral, at: datetime, categories: Sequence[str]) -> bool:
    """Whether consent told of a withdrawal of one of these categories since a decision; hold the case's lock."""
    found: bool = await tx.fetchval(
        SQL.withdrawn_since, of.case_id, of.discloser_id, of.recipient_id, at, list(categories)
    )
    return found
