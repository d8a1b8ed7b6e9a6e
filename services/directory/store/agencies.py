"""Public facts about agencies, their services and their law; inactive ones do not exist here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.common.database import Connection, Database, Record, queries_beside
from services.directory.model.agency import Agency, AgencyService, Confirmation, RegimeRow, ServiceArea, WayIn
from services.directory.store.indexing import read_schedule

SQL = queries_beside(__file__)


class AgencyStore:
    """Reads only, and only what everybody may know."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_agencies(self, ids: Sequence[UUID], today: date) -> list[Agency]:
        """The agencies that are known, in the order asked; `regime` is the one valid today."""
        async with self._database.statements() as connection:
            rows = await connection.fetch(SQL.list_agencies, list(ids), today)
        found = {row["id"]: _agency(row) for row in rows}
        return [found[id_] for id_ in ids if id_ in found]

    async def list_services_of(self, agency: UUID, now: datetime) -> list[AgencyService]:
        """The active services of an agency by name."""
        async with self._database.statements() as connection:
            return await _with_areas(connection, await connection.fetch(SQL.list_services, [agency], None, now))

    async def find_service(self, service: UUID, now: datetime) -> AgencyService | None:
        """One active service of an active agency."""
        async with self._database.statements() as connection:
            found = await _with_areas(connection, await connection.fetch(SQL.list_services, None, [service], now))
        return found[0] if found else None

    async def list_regimes(self, after: tuple[UUID, date] | None, page_size: int) -> list[RegimeRow]:
        """A page of all regime rows by agency and day."""
        agency, day = after if after is not None else (None, None)
        async with self._database.statements() as connection:
            rows = await connection.fetch(SQL.list_regimes, agency, day, page_size)
        return [
            RegimeRow(row["agency_id"], row["regime"], tuple(row["overlays"]), row["valid_from"], row["valid_until"])
            for row in rows
        ]


async def _with_areas(connection: Connection, rows: Sequence[Record]) -> list[AgencyService]:
    areas: dict[UUID, list[ServiceArea]] = defaultdict(list)
    for row in await connection.fetch(SQL.list_areas, [row["id"] for row in rows]):
        area = ServiceArea(row["postcode_from"], row["postcode_to"], row["district"], row["state"], row["name"])
        areas[row["service_id"]].append(area)
    return [_service(row, tuple(areas[row["id"]])) for row in rows]


def _agency(row: Record) -> Agency:
    return Agency(
        id=row["id"],
        name=row["name"],
        parent_id=row["parent_id"],
        parent_name=row["parent_name"],
        description=row["description"],
        accepts_handover=row["accepts_handover"],
        regime=row["regime"],
        website=row["website"],
        phones=tuple(row["phones"]),
        address=row["address"],
        protected=row["protected"],
        confirmed_at=row["confirmed_at"],
        state=row["state"],
        source=row["source"],
        source_id=row["source_id"],
        point=None if row["protected"] or row["latitude"] is None else (row["latitude"], row["longitude"]),
        confirmations=tuple(
            Confirmation(each["group"], datetime.fromisoformat(each["at"]), each["how"])
            for each in row["confirmations"]
        ),
        handover_kinds=tuple(row["handover_kinds"]),
        accessibility=tuple(row["accessibility"]),
    )


def _service(row: Record, areas: tuple[ServiceArea, ...]) -> AgencyService:
    return AgencyService(
        id=row["id"],
        agency_id=row["agency_id"],
        name=row["name"],
        description=row["description"],
        topics=tuple(row["topics"]),
        languages=tuple(row["languages"]),
        schedules=tuple(read_schedule(schedule) for schedule in row["schedules"]),
        areas=areas,
        eligibility=row["eligibility"],
        fees=row["fees"],
        interpretation=row["interpretation"],
        capacity_state=row["capacity_state"],
        capacity_said_at=row["capacity_said_at"],
        capacity_expires_at=row["capacity_expires_at"],
        audiences=tuple(row["audiences"]),
        exclusions=tuple(row["exclusions"]),
        exclusions_description=row["exclusions_description"],
        minimum_age=row["minimum_age"],
        maximum_age=row["maximum_age"],
        ways_in=tuple(WayIn(each["way"], each["note"]) for each in row["ways_in"]),
        interpretation_kinds=tuple(row["interpretation_kinds"]),
        spoken=tuple((each["code"], each["level"]) for each in row["spoken"]),
        required_documents=tuple(row["required_documents"]),
        application=row["application"],
        website=row["website"],
        alert=row["alert"],
        state=row["state"],
    )
