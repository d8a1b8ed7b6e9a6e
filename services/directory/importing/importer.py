"""One import from bytes to a report: read, check, stage, merge; a fault of a file changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from services.common.clock import Clock
from services.common.identifiers import uuid7
from services.directory.importing.checks import Checker, StagedRow
from services.directory.importing.csvfiles import ODD_LINE, read_csv
from services.directory.importing.entries import build_entry
from services.directory.importing.hsds import read_hsds
from services.directory.importing.mapping import read_mapping
from services.directory.importing.tables import TABLES
from services.directory.model.imports import FileFault, Finding, ImportFormat, ImportOrder, RawRow, Report
from services.directory.model.reference import Reference
from services.directory.rules.vocabulary import Vocabulary
from services.directory.store.imports import ImportStore

STALE_AFTER = timedelta(hours=6)
VANISHING_AT_LEAST = 10
VANISHING_SHARE = 0.3


class _DryRun(Exception):
    """Rolls the last transaction back."""


class Importer:
    """Imports whole sources. What it answers is also what happened: `loaded` is true exactly when it was committed."""

    def __init__(self, store: ImportStore, reference: Reference, vocabulary: Vocabulary, clock: Clock) -> None:
        self._store = store
        self._reference = reference
        self._vocabulary = vocabulary
        self._clock = clock

    async def run(self, order: ImportOrder) -> Report:
        """Loads the files as the whole of their source: rows that it no longer has turn inactive.

        A file that is broken as a whole ends the import with one finding and nothing loaded.
        """
        report = Report()
        import_id = uuid7()
        try:
            protected = await self._store.list_protected(order.source)
            staged = await asyncio.to_thread(self._read, order, protected, report)
            await self._store.stage(import_id, staged)
            await self._merge(order, import_id, report)
        except FileFault as fault:
            return Report(findings=[fault.finding])
        except _DryRun:
            return report
        finally:
            await self._store.drop_staged(import_id, older_than=_uuid7_before(import_id, STALE_AFTER))
        report.loaded = True
        return report

    def _read(self, order: ImportOrder, protected: frozenset[UUID], report: Report) -> list[StagedRow]:
        checker = Checker(
            order.source,
            self._reference,
            protected,
            report,
            joins_repeats=order.format is ImportFormat.HSDS_JSON,
        )
        return checker.check(_take_rows(_read_files(order), report))

    async def _merge(self, order: ImportOrder, import_id: UUID, report: Report) -> None:
        async with self._store.last_transaction(import_id, order.source, self._clock.now()) as last:
            if await last.ends_protection():
                raise FileFault(_race_finding(order))
            await last.merge(TABLES, report)
            if not order.accept_vanishing:
                _refuse_vanishing(order, report)
            if order.dry_run:
                raise _DryRun
            await last.rebuild_index(lambda indexed: build_entry(indexed, self._vocabulary, self._reference))


def _read_files(order: ImportOrder) -> Iterator[RawRow | Finding]:
    if order.format is ImportFormat.CSV:
        yield from read_csv(order.files, read_mapping(order.mapping))
        return
    for file in order.files:
        yield from read_hsds(file)


def _take_rows(items: Iterable[RawRow | Finding], report: Report) -> Iterator[RawRow]:
    """The rows; findings of the reader go to the report, each as a line that was read and not loaded."""
    for item in items:
        if isinstance(item, RawRow):
            yield item
        else:
            report.findings.append(item)
            report.may_deactivate = False
            counts = report.of(ODD_LINE)
            counts.read += 1
            counts.quarantined += 1


def _refuse_vanishing(order: ImportOrder, report: Report) -> None:
    """Raises FileFault when so much of a table would turn inactive that the file may be cut."""
    for table, counts in report.counts.items():
        present = counts.deactivated + counts.unchanged + counts.changed
        if counts.deactivated > max(VANISHING_AT_LEAST, present * VANISHING_SHARE):
            reason = f"{counts.deactivated} of {present} rows of {table} would vanish; the file may be cut."
            suggestion = "Check the file; if it is right, accept the vanishing."
            raise FileFault(Finding(_name_of(order), 1, table, "", reason, suggestion))


def _race_finding(order: ImportOrder) -> Finding:
    reason = "Another import made a location protected that would be open again by this one."
    return Finding(_name_of(order), 1, "location.protected", "", reason, "Import again.")


def _name_of(order: ImportOrder) -> str:
    return order.files[0].name if order.files else ""


def _uuid7_before(moment: UUID, span: timedelta) -> UUID:
    """The least id of the time that lies `span` before an id."""
    milliseconds = (moment.int >> 80) - int(span.total_seconds() * 1000)
    return UUID(int=milliseconds << 80)
