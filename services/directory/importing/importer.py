"""One import from bytes to a report: read, check, stage, merge; a fault of a file changes nothing."""

from __future__ import annotations

import asyncio
import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from services.common.clock import Clock
from services.common.identifiers import uuid7
from services.directory.importing.checks import Checker, Circumstances
from services.directory.importing.entries import EntryBuilder
from services.directory.importing.formats import ReadItem, open_order
from services.directory.importing.languages import part_languages
from services.directory.importing.notes import ODD_LINE, Note
from services.directory.importing.repeats import content_digest, report_again
from services.directory.importing.tables import TABLES
from services.directory.model.imports import (
    FileFault,
    Finding,
    Follow,
    ImportFormat,
    ImportOrder,
    Progress,
    RawRow,
    Report,
    StagedTable,
)
from services.directory.model.reference import Reference
from services.directory.reference_files import LANGUAGES, TAXONOMY
from services.directory.rules.vocabulary import Vocabulary
from services.directory.store.imports import ImportStore, LastTransaction, State
from services.directory.store.merging import MergeStatements
from services.directory.store.runs import ImportRunStore

CHECKS = 2
"""Raise it when a check or the index changes, so that rows that are the same as last time are looked at again."""
VANISHING_AT_LEAST = 10
VANISHING_SHARE = 0.3
GROWN = 100
STATEMENTS: Mapping[str, MergeStatements] = {
    table.name: MergeStatements(table.name, table.columns, table.keeps_itself) for table in TABLES.values()
}
KEPT_TABLES = tuple(each for each in STATEMENTS.values() if each.keeps_itself)


class _DryRun(Exception):
    """Rolls the last transaction back."""


@dataclass(frozen=True)
class _Work:
    """One import under way."""

    id: UUID
    order: ImportOrder
    state: State
    version: bytes
    checker: Checker
    report: Report
    follow: Follow

    def tell(self, phase: str, done: int, total: int) -> None:
        """Says how far it is."""
        self.follow(Progress(phase, done, total))


class Importer:
    """Imports whole sources. What it answers is also what happened: `loaded` is true exactly when it was committed."""

    def __init__(
        self,
        store: ImportStore,
        runs: ImportRunStore,
        reference: Reference,
        vocabulary: Vocabulary,
        clock: Clock,
    ) -> None:
        self._store = store
        self._runs = runs
        self._reference = reference
        self._vocabulary = vocabulary
        self._clock = clock

    async def run(self, order: ImportOrder, follow: Follow = lambda _: None) -> Report:
        """Loads the files as the whole of their source: rows that it no longer has turn inactive.

        A file that is broken as a whole ends the import with one finding and nothing loaded. Every import is noted for
        the operator, the refused ones too.
        """
        report = Report()
        import_id = uuid7()
        try:
            with _rare_collection():
                await self._load(import_id, order, report, follow)
        except FileFault as fault:
            report = Report(findings=[fault.finding], refused=True, format=report.format)
        except _DryRun:
            pass
        else:
            report.loaded = True
        report.import_id = import_id
        report.close_notes()
        await self._runs.note(import_id, order, report, self._clock.now())
        return report

    async def _load(self, import_id: UUID, order: ImportOrder, report: Report, follow: Follow) -> None:
        if order.source == TAXONOMY:
            reason = f"{TAXONOMY} is the taxonomy of this directory and no source of agencies."
            raise FileFault(Finding(_name_of(order), 1, "source", order.source, reason, "Call the source otherwise."))
        follow(Progress("reading", 0, 0))
        version = self._version(order, await self._store.reference_checksums())
        content = await asyncio.to_thread(content_digest, order)
        if not order.dry_run and await self._is_repeated(import_id, order, report, version, content):
            return
        state = await self._store.read_state(order.source, STATEMENTS.values())
        checker = await asyncio.to_thread(self._read, order, state, report, trusts=state.version == version)
        work = _Work(import_id, order, state, version, checker, report, follow)
        async with self._store.last_transaction(order.source, self._clock.now()) as last:
            if not await last.is_still(state):
                raise FileFault(_race_finding(order, "Another import of this source ended meanwhile."))
            await self._merge(work, last)
            if not order.accept_vanishing:
                _refuse_vanishing(order, report)
            if order.dry_run:
                told = {(each.table, each.key) for each in report.differences}
                report.more_differences = sum(count.changed for count in report.counts.values()) > len(told)
                raise _DryRun
            if report.changes_anything or checker.must_protect or state.version != version:
                await last.count_rows(_grown(report))
                await last.rebuild_index(
                    EntryBuilder(self._vocabulary, self._reference).build,
                    lambda done, total: work.tell("indexing", done, total),
                )
            await last.note_source(version, import_id, content, KEPT_TABLES)

    async def _is_repeated(
        self, import_id: UUID, order: ImportOrder, report: Report, version: bytes, content: bytes
    ) -> bool:
        """Whether the last import read the same and nothing has touched its rows; then the report is as then.

        Only files that may be a repeat wait for other imports here; and who has the lock needs no further connection.
        """
        repeated = await self._store.find_same_content(order.source, version, content)
        remembered = await self._runs.recall(repeated) if repeated is not None else None
        again = report_again(*remembered) if remembered is not None else None
        if again is None:
            return False
        async with self._store.last_transaction(order.source, self._clock.now()) as last:
            if not await last.is_repeated(version, content, KEPT_TABLES):
                return False
            report.counts, report.findings, report.format = again.counts, again.findings, again.format
            await last.note_again(import_id)
            return True

    def _read(self, order: ImportOrder, state: State, report: Report, *, trusts: bool) -> Checker:
        found_format, items = open_order(order, self._reference)
        report.format = found_format
        circumstances = Circumstances(
            order.source,
            order.country,
            self._reference,
            state.known,
            state.protected,
            trusts_digests=trusts,
            joins_repeats=found_format in {ImportFormat.HSDS_JSON, ImportFormat.NDJSON},
        )
        checker = Checker(circumstances, report)
        checker.read(_take_rows(part_languages(items, self._reference), report))
        return checker

    async def _merge(self, work: _Work, last: LastTransaction) -> None:
        """Checks the tables one after the other; those that are checked are merged meanwhile, in the same order."""
        merging: asyncio.Task[None] | None = None
        done: list[StagedTable] = []
        try:
            for table in TABLES.values():
                staged = await asyncio.to_thread(work.checker.check, table)
                work.tell("merging", work.checker.checked, work.checker.total)
                done.append(staged)
                merging = asyncio.create_task(self._merge_after(merging, work, last, staged))
            if merging is not None:
                await merging
        finally:
            if merging is not None and not merging.done():
                merging.cancel()
                await asyncio.gather(merging, return_exceptions=True)
        for staged in done:
            await last.deactivate(STATEMENTS[staged.name], staged, work.report)

    async def _merge_after(
        self, before: asyncio.Task[None] | None, work: _Work, last: LastTransaction, staged: StagedTable
    ) -> None:
        if before is not None:
            await before
        await self._merge_table(work, last, staged)

    async def _merge_table(self, work: _Work, last: LastTransaction, staged: StagedTable) -> None:
        if staged.name == "location":
            if await last.ends_protection(staged):
                reason = "Another import made a location protected that would be open again by this one."
                raise FileFault(_race_finding(work.order, reason, "location.protected"))
            await last.protect(staged, work.checker.must_protect)
        await last.merge(STATEMENTS[staged.name], staged, work.report, differences=work.order.dry_run)

    def _version(self, order: ImportOrder, checksums: bytes) -> bytes:
        digest = hashlib.sha256(f"{CHECKS}/{order.country}/".encode())
        digest.update(checksums)
        digest.update(LANGUAGES.read_bytes())
        return digest.digest()


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Rows are many and refer to nothing in circles: looking for circles among them takes a quarter of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(500_000, usual[1], usual[2])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _take_rows(items: Iterable[ReadItem], report: Report) -> Iterator[RawRow]:
    """The rows; what readers found otherwise goes to the report."""
    for item in items:
        if isinstance(item, RawRow):
            yield item
        elif isinstance(item, Note):
            report.note(item.file, item.row, item.field, item.reason, item.suggestion)
        else:
            report.findings.append(item)
            if item.mended:
                continue
            table = item.field.partition(".")[0]
            # A line that could not be told apart may be a row that the directory has.
            report.may_deactivate = report.may_deactivate and table != ODD_LINE
            counts = report.of(table)
            counts.read += 1
            counts.quarantined += 1


def _refuse_vanishing(order: ImportOrder, report: Report) -> None:
    """Raises FileFault when so much of a table would turn inactive that the file may be cut."""
    for table, counts in report.counts.items():
        present = counts.deactivated + counts.unchanged + counts.changed + counts.kept
        if counts.deactivated > max(VANISHING_AT_LEAST, present * VANISHING_SHARE):
            reason = f"{counts.deactivated} of {present} rows of {table} would vanish; the file may be cut."
            suggestion = "Check the file; if it is right, accept the vanishing."
            raise FileFault(Finding(_name_of(order), 1, table, "", reason, suggestion))


def _grown(report: Report) -> list[str]:
    """The tables that got so many rows that a statement has to be planned otherwise."""
    return [
        table for table, count in report.counts.items() if count.created > GROWN and count.created * 5 > count.unchanged
    ]


def _race_finding(order: ImportOrder, reason: str, field: str = "") -> Finding:
    return Finding(_name_of(order), 1, field, "", reason, "Import again.")


def _name_of(order: ImportOrder) -> str:
    return order.files[0].name if order.files else ""
