"""The operator's log of imports: what each did, and what it found. Findings go with their run after ninety days."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from services.common.database import SERVICE_SCOPE, Database, queries_beside
from services.directory.model.imports import Finding, ImportOrder, ImportRun, Report

SQL = queries_beside(__file__)
KEPT_FOR = timedelta(days=90)
MOST_KEPT = 20_000
"""Findings of one import that the log holds; the answer of the import itself has all."""
PARTNER_ONLY = "partner_"
COLUMNS = ("import_id", "number", "file", "row", "field", "value", "reason", "suggestion", "mended")


class ImportRunStore:
    """Written by the import role, swept by the worker; `database` needs pools of the roles that are used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, import_id: UUID, order: ImportOrder, report: Report, at: datetime) -> None:
        """Notes an import that ended, loaded or not. Values of partner-only tables are no matter of the log."""
        counts = {table: asdict(each) for table, each in report.counts.items() if any(asdict(each).values())}
        findings = sorted(report.findings, key=lambda finding: finding.mended)
        records = [
            (
                import_id,
                number,
                each.file,
                each.row,
                each.field,
                _shown(each),
                each.reason,
                each.suggestion,
                each.mended,
            )
            for number, each in enumerate(findings[:MOST_KEPT], start=1)
        ]
        run = (import_id, order.source, report.format, at, order.dry_run, report.loaded, counts, len(findings))
        async with self._database.transaction(SERVICE_SCOPE, "import") as tx:
            await tx.execute(SQL.insert_run, *run)
            await tx.copy_records_to_table("import_finding", records=records, columns=COLUMNS)

    async def list_runs(self, before: UUID | None, size: int) -> list[ImportRun]:
        """Imports, the newest first."""
        async with self._database.transaction(SERVICE_SCOPE, "import", read_only=True) as tx:
            return [ImportRun(**row) for row in await tx.fetch(SQL.list_runs, before, size)]

    async def recall(self, import_id: UUID) -> tuple[ImportRun, list[Finding]] | None:
        """An import with all that the log holds of its findings; None when the log does not have it."""
        async with self._database.transaction(SERVICE_SCOPE, "import", read_only=True) as tx:
            row = await tx.fetchrow(SQL.get_run, import_id)
        found = await self.list_findings(import_id, 0, MOST_KEPT)
        return None if row is None or found is None else (ImportRun(**row), [finding for _, finding in found])

    async def list_findings(self, import_id: UUID, after: int, size: int) -> list[tuple[int, Finding]] | None:
        """Findings of an import by number, those that were not loaded first; None when there is no such import."""
        async with self._database.transaction(SERVICE_SCOPE, "import", read_only=True) as tx:
            if not await tx.fetchval(SQL.run_exists, import_id):
                return None
            rows = await tx.fetch(SQL.list_findings, import_id, after, size)
        return [(row["number"], Finding(**{name: row[name] for name in COLUMNS[2:]})) for row in rows]

    async def sweep(self, now: datetime) -> None:
        """Forgets imports that ended more than ninety days ago, with all that they found."""
        async with self._database.transaction(SERVICE_SCOPE, "worker") as tx:
            await tx.execute(SQL.sweep_runs, now - KEPT_FOR)


def _shown(finding: Finding) -> str:
    return "" if finding.field.startswith(PARTNER_ONLY) else finding.value
