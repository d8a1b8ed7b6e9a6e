"""Reports of errors, in the scope of whoever reports, answers or looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.common.database import Connection, Database, Record, Scope, queries_beside
from services.directory.model.entry import ErrorReport

SQL = queries_beside(__file__)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which reports; all conditions hold together."""

    report_id: UUID | None = None
    request_id: UUID | None = None
    about: UUID | None = None
    by: UUID | None = None
    only_unrepresented: bool = False


class ReportStore:
    """`database` needs a pool of the role `edit`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def insert(self, scope: Scope, report: ErrorReport, request_id: UUID) -> ErrorReport | None:
        """The report as it is kept, on a repeat the first one; None where there is no such agency or service."""
        async with self._database.transaction(scope, "edit") as tx:
            await tx.execute(
                SQL.insert_report,
                report.id,
                report.agency_id,
                report.service_id,
                report.field_name,
                report.reason,
                report.message,
                report.reported_at,
                report.reporter_id,
                request_id,
            )
            found = await _list(tx, Chosen(request_id=request_id, by=report.reporter_id), 0, 1)
        return found[0] if found else None

    async def list(self, scope: Scope, chosen: Chosen, start: int, count: int) -> list[ErrorReport]:
        """Open ones first, then the newest; of those that the scope may see."""
        async with self._database.transaction(scope, "edit", read_only=True) as tx:
            return await _list(tx, chosen, start, count)

    async def answer(self, scope: Scope, chosen: Chosen, state: str, answer: str, now: datetime) -> ErrorReport | None:
        """The report with its answer, or with that of whoever was faster; None where it is not for this scope."""
        async with self._database.transaction(scope, "edit") as tx:
            found = await _list(tx, chosen, 0, 1)
            if not found:
                return None
            await tx.execute(SQL.answer_report, found[0].id, state, answer, now)
            return (await _list(tx, Chosen(report_id=found[0].id), 0, 1))[0]


async def _list(tx: Connection, chosen: Chosen, start: int, count: int) -> list[ErrorReport]:
    rows = await tx.fetch(
        SQL.list_reports,
        chosen.report_id,
        chosen.request_id,
        chosen.about,
        chosen.by,
        chosen.only_unrepresented,
        start,
        count,
    )
    return [_report(row) for row in rows]


def _report(row: Record) -> ErrorReport:
    return ErrorReport(
        id=row["id"],
        agency_id=row["organization_id"],
        agency_name=row["agency_name"],
        service_id=row["resource_id"] if row["resource_type"] == "service" else None,
        service_name=row["service_name"],
        field_name=row["field_name"],
        reason=row["reason"],
        message=row["message"],
        reported_at=row["reported_at"],
        reporter_id=row["reporter_agency_id"],
        reporter_name=row["reporter_name"],
        state=row["state"],
        answer=row["answer"],
        answered_at=row["answered_at"],
    )
