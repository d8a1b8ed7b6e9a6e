"""What a coordinator does to her agency's entry; after each act the search finds what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.common.clock import Clock
from services.common.database import Scope
from services.common.errors import FieldViolation, InvalidArgument, NotFound, StaleEtag
from services.directory.editing.checks import SOURCE, Wanted
from services.directory.editing.composing import compose, name_of
from services.directory.editing.fields import GROUPS, SAID_ALONE, all_kinds, kinds_of, show
from services.directory.editing.undoing import undone
from services.directory.importing.entries import EntryBuilder
from services.directory.importing.identity import make_id
from services.directory.importing.tables import TABLES
from services.directory.model.entry import Change, Entry, GivenRow, LogLine, Row, Value
from services.directory.model.reference import Reference
from services.directory.rules.freshness import CAPACITY_HOLDS
from services.directory.rules.vocabulary import Vocabulary
from services.directory.store.entries import EntryStore, EntryTransaction
from services.directory.store.merging import SaveStatement

SAVES = tuple(SaveStatement(kind, TABLES[kind].columns) for kind in all_kinds())
_NOT_INDEXED = frozenset(
    {"accessibility", "phone", "cost_option", "required_document", "service_capacity", "partner_capacity",
     "partner_answer_time", "partner_contact", "partner_phone"}
)  # fmt: skip
"""Kinds of which the index holds nothing, or only what is refreshed without making it anew."""

_PLACED_BY = ("address_1", "postal_code", "city")


@dataclass(frozen=True, slots=True)
class Author:
    """Whoever acts, and for which agency."""

    scope: Scope
    agency_id: UUID
    person: UUID


class Editor:
    """All acts raise NotFound for an agency that the directory does not have."""

    def __init__(self, store: EntryStore, reference: Reference, vocabulary: Vocabulary, clock: Clock) -> None:
        self._store = store
        self._reference = reference
        self._vocabulary = vocabulary
        self._clock = clock

    async def read(self, author: Author) -> Entry:
        """The entry as it stands."""
        async with self._store.reading(author.scope, author.agency_id) as tx:
            return await self._composed(tx, await _rows(tx))

    async def update(self, author: Author, group: str, etag: str, given: Sequence[GivenRow]) -> Entry:
        """One group as it is to be, which is then confirmed; raises InvalidArgument, StaleEtag."""
        if group == SAID_ALONE:
            raise InvalidArgument(violations=[FieldViolation("field_group", "said-service-by-service")])
        async with self._store.writing(author.scope, author.agency_id) as tx:
            rows = await _rows(tx)
            wanted = Wanted(author.agency_id, group, rows, self._reference).read(given)
            changed = _changed(group, rows, wanted)
            if not changed:
                return await self._composed(tx, rows)
            if (await self._composed(tx, rows)).part(group).etag != etag:
                raise StaleEtag
            await self._write(tx, changed, rows, [group])
            return await self._composed(tx, await _rows(tx))

    async def set_capacity(self, author: Author, service_id: UUID, state: str, weeks: int | None) -> Entry:
        """Whether a service has room, which holds for two weeks; raises NotFound for a service that is not hers."""
        if weeks is not None and state != "waiting-list":
            raise InvalidArgument(violations=[FieldViolation("weeks", "only-with-waiting-list")])
        now = self._clock.now()
        said: dict[str, Value] = {
            "state": state, "available": None, "updated": now.isoformat(),
            "expires_at": (now + CAPACITY_HOLDS).isoformat(),
        }  # fmt: skip
        async with self._store.writing(author.scope, author.agency_id) as tx:
            rows = await _rows(tx)
            if not any(row.kind == "service" and row.id == service_id for row in rows):
                raise NotFound
            changed = _only("service_capacity", rows, service_id, said)
            changed += _only("partner_capacity", rows, service_id, {"weeks": weeks} if weeks is not None else None)
            await self._write(tx, changed, rows, [SAID_ALONE])
            return await self._composed(tx, await _rows(tx))

    async def confirm(self, author: Author, etag: str, groups: Sequence[str]) -> Entry:
        """All, or these groups, are still right; raises StaleEtag when it is not what she looked at."""
        async with self._store.writing(author.scope, author.agency_id) as tx:
            rows = await _rows(tx)
            if (await self._composed(tx, rows)).etag != etag:
                raise StaleEtag
            await self._write(tx, [], rows, groups or list(GROUPS))
            return await self._composed(tx, await _rows(tx))

    async def list_changes(self, author: Author, before: datetime | None, count: int) -> list[Change]:
        """The newest changes before a time, newest first."""
        async with self._store.reading(author.scope, author.agency_id) as tx:
            lines = await tx.changes(author.person, list(all_kinds()), before, count)
            names = {row.id: name_of(row) for row in await _rows(tx, inactive=True)}
        by_time: dict[datetime, list[LogLine]] = {}
        for line in lines:
            by_time.setdefault(line.at, []).append(line)
        return [Change(tuple(found), names) for found in by_time.values()]

    async def undo(self, author: Author, change_id: UUID) -> Entry:
        """Puts back what one change replaced; raises NotFound, ChangedSince, ChangeNotKept."""
        async with self._store.writing(author.scope, author.agency_id) as tx:
            rows = await _rows(tx, inactive=True)
            lines = await tx.lines_of_change(author.person, list(all_kinds()), change_id)
            if not lines:
                raise NotFound
            await self._write(tx, undone(lines, rows), rows, [])
            return await self._composed(tx, await _rows(tx))

    async def _write(
        self, tx: EntryTransaction, changed: Sequence[Row], before: Sequence[Row], groups: Sequence[str]
    ) -> None:
        now = self._clock.now()
        protected = [row.id for row in changed if row.values.get("protected")]
        if protected:
            await tx.delete_addresses(protected)
            changed = [row for row in changed if not (row.kind == "address" and row.parent_id in protected)]
        await tx.save(SAVES, _moved(changed, before), now)
        if any(row.kind in {"service", "location"} for row in changed):
            await tx.link_places(now)
        if groups:
            await tx.confirm(groups, len(GROUPS), now)
        was_confirmed = any(row.values["confirmed_at"] for row in before if row.kind == "organization")
        if all(row.kind in _NOT_INDEXED for row in changed) and (was_confirmed or not groups):
            await tx.refresh_index(now)
            return
        names = {row.values["name"] for row in [*before, *changed] if row.kind == "organization"}
        build = EntryBuilder(self._vocabulary, self._reference).build
        await tx.rebuild_index(build, now, is_renamed=len(names) > 1)

    async def _composed(self, tx: EntryTransaction, rows: Sequence[Row]) -> Entry:
        return compose(rows, await tx.confirmations(), self._clock.now())


async def _rows(tx: EntryTransaction, *, inactive: bool = False) -> list[Row]:
    rows = await tx.rows(inactive=inactive)
    if not rows:
        raise NotFound
    return rows


def _changed(group: str, current: Sequence[Row], wanted: Sequence[Row]) -> list[Row]:
    kinds, known = kinds_of(group), {row.id: row for row in current}

    def differs(row: Row) -> bool:
        before = known.get(row.id)
        if before is None or not row.values["active"]:
            return True
        return show(kinds[row.kind], before.values) != show(kinds[row.kind], row.values)

    return [row for row in wanted if differs(row)]


def _moved(changed: Sequence[Row], before: Sequence[Row]) -> list[Row]:
    """Beside what changed, the places whose address did: their old point would mislead, the postcode's will do."""
    rows = {row.id: row for row in changed}
    known = {row.id: row for row in before}
    for row in changed:
        old = known.get(row.id)
        if row.kind != "address" or row.parent_id is None:
            continue
        if old is not None and all(old.values[name] == row.values[name] for name in _PLACED_BY):
            continue
        place = rows.get(row.parent_id) or known.get(row.parent_id)
        if place is not None and place.values.get("latitude") is not None:
            rows[place.id] = Row(place.kind, place.id, None, {**place.values, "latitude": None, "longitude": None})
    return list(rows.values())


def _only(kind: str, rows: Sequence[Row], service_id: UUID, said: Mapping[str, Value] | None) -> list[Row]:
    """The one row of a kind that holds for a service, or none; others turn inactive."""
    present = [row for row in rows if row.kind == kind and row.parent_id == service_id]
    newest = max(present, key=lambda row: str(row.values.get("updated")), default=None)
    changed = [
        Row(kind, row.id, service_id, {**row.values, "active": False})
        for row in present
        if said is None or row is not newest
    ]
    if said is None:
        return changed
    key = str(service_id)
    new: dict[str, Value] = {
        "id": str(make_id(SOURCE, kind, key)), "source": SOURCE, "source_id": key, "active": True, "digest": "\\x",
        "service_id": key,
    }  # fmt: skip
    values = {**(newest.values if newest else new), **said, "active": True}
    return [*changed, Row(kind, UUID(str(values["id"])), service_id, values)]
