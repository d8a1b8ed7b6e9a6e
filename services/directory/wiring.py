"""Puts the directory together: the only other place, beside `__main__`, that knows concrete classes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import grpc
from lotse.directory.v1 import (
    agency_pb2_grpc,
    entry_pb2_grpc,
    import_pb2_grpc,
    note_pb2_grpc,
    publication_pb2_grpc,
    report_pb2_grpc,
    search_pb2_grpc,
)

from services.common.channel import connect
from services.common.clock import Clock
from services.common.database import Database
from services.common.health import Readiness
from services.common.identity.jwks import KeyCache
from services.common.server import Gates, Registration, gates
from services.common.worker import BackgroundTasks
from services.directory.client_keys import consent_keys
from services.directory.editing.editor import Editor
from services.directory.finding import Finder
from services.directory.importing.importer import Importer
from services.directory.publishing.publisher import Publisher
from services.directory.reading import Knowledge, read_knowledge
from services.directory.servicer.agency import AgencyServicer, RegimeServicer
from services.directory.servicer.coverage import CoverageServicer
from services.directory.servicer.entry import EntryServicer, FreshnessServicer
from services.directory.servicer.imports import ImportRunServicer, ImportServicer
from services.directory.servicer.notes import PartnerNoteServicer
from services.directory.servicer.publication import PublicationServicer
from services.directory.servicer.reports import ReportServicer
from services.directory.servicer.search import SearchServicer, TopicServicer
from services.directory.settings import DirectorySettings
from services.directory.store.agencies import AgencyStore
from services.directory.store.coverage import CoverageStore, UnmetWriter
from services.directory.store.entries import EntryStore, forget_changes
from services.directory.store.imports import ImportStore
from services.directory.store.notes import NoteStore
from services.directory.store.publication import PublicationStore
from services.directory.store.reports import ReportStore
from services.directory.store.runs import ImportRunStore
from services.directory.store.search import SearchStore
from services.directory.unmet import UnmetNeeds

IMPORT = "/lotse.directory.v1.ImportService/Import"
STREAM = "/lotse.directory.v1.PublicationService/StreamRecords"


@dataclass(frozen=True, slots=True)
class Wiring:
    """The service put together: what it serves, and whether it can work."""

    registrations: tuple[Registration, ...]
    ready: Readiness


@asynccontextmanager
async def wired(settings: DirectorySettings, clock: Clock) -> AsyncIterator[Wiring]:
    """The whole service on its database, ready to be served; closes its pools at the end."""
    async with (
        await Database.open(settings, ("run", "worker")) as database,
        await Database.open(settings, ("import",), size=4, command_seconds=settings.import_seconds) as imports,
        await Database.open(settings, ("edit",)) as edits,
        await Database.open(settings, ("run",), size=settings.streams, command_seconds=60.0) as streaming,
    ):
        known = await read_knowledge(database)
        unmet = UnmetNeeds(UnmetWriter(database), known.vocabulary)
        runs = ImportRunStore(database)
        tasks = BackgroundTasks(settings)
        tasks.lasting("unmet-needs", unmet.run)
        tasks.every(timedelta(hours=6), "import-sweep", lambda: runs.sweep(clock.now()))
        tasks.every(timedelta(hours=6), "change-sweep", lambda: forget_changes(database, clock.now()))
        registrations = (
            *_asking(database, known, unmet, clock),
            *_importing(imports, known, settings, clock),
            *_keeping(edits, known, clock),
            _publishing(PublicationStore(database, streaming, settings.stream_seconds), known),
        )
        async with tasks:
            yield Wiring(registrations, database.check)
        await unmet.flush()


def _asking(database: Database, known: Knowledge, unmet: UnmetNeeds, clock: Clock) -> tuple[Registration, ...]:
    """What answers questions."""
    finder = Finder(SearchStore(database), known.vocabulary, known.gazetteer, clock, unmet.count)
    search = SearchServicer(finder, known.vocabulary, clock)
    coverage = CoverageServicer(CoverageStore(database), known.vocabulary, clock)
    agencies = AgencyStore(database)
    return (
        _served("SearchService", search_pb2_grpc.add_SearchServiceServicer_to_server, search),
        _served("CoverageService", search_pb2_grpc.add_CoverageServiceServicer_to_server, coverage),
        _served("TopicService", search_pb2_grpc.add_TopicServiceServicer_to_server, TopicServicer(known.vocabulary)),
        _served("AgencyService", agency_pb2_grpc.add_AgencyServiceServicer_to_server, AgencyServicer(agencies, clock)),
        _served("RegimeService", agency_pb2_grpc.add_RegimeServiceServicer_to_server, RegimeServicer(agencies)),
    )


def _importing(
    imports: Database, known: Knowledge, settings: DirectorySettings, clock: Clock
) -> tuple[Registration, ...]:
    """What loads directories, and what is known of it afterwards."""
    runs = ImportRunStore(imports)
    importer = Importer(ImportStore(imports), runs, known.reference, known.vocabulary, clock)
    return (
        _served(
            "ImportService",
            import_pb2_grpc.add_ImportServiceServicer_to_server,
            ImportServicer(importer, settings.import_bytes),
        ),
        _served("ImportRunService", import_pb2_grpc.add_ImportRunServiceServicer_to_server, ImportRunServicer(runs)),
    )


def _keeping(edits: Database, known: Knowledge, clock: Clock) -> tuple[Registration, ...]:
    """What agencies write themselves."""
    entries = EntryStore(edits)
    editor = Editor(entries, known.reference, known.vocabulary, clock)
    ages, reports = FreshnessServicer(entries, clock), ReportServicer(ReportStore(edits), clock)
    return (
        _served("EntryService", entry_pb2_grpc.add_EntryServiceServicer_to_server, EntryServicer(editor)),
        _served("FreshnessService", entry_pb2_grpc.add_FreshnessServiceServicer_to_server, ages),
        _served("ReportService", report_pb2_grpc.add_ReportServiceServicer_to_server, reports),
        _served(
            "PartnerNoteService",
            note_pb2_grpc.add_PartnerNoteServiceServicer_to_server,
            PartnerNoteServicer(NoteStore(edits), clock),
        ),
    )


def _publishing(store: PublicationStore, known: Knowledge) -> Registration:
    """What gives the public part away."""
    servicer = PublicationServicer(Publisher(store, known.vocabulary, known.gazetteer))
    return _served("PublicationService", publication_pb2_grpc.add_PublicationServiceServicer_to_server, servicer)


def _served(name: str, add: Callable[[Any, grpc.aio.Server], None], servicer: object) -> Registration:
    return Registration(f"lotse.directory.v1.{name}", add, servicer)


@asynccontextmanager
async def opened_gates(settings: DirectorySettings, clock: Clock) -> AsyncIterator[Gates]:
    """The gates of the service; client tokens are taken where consent's address is set."""
    longer = {IMPORT: settings.import_seconds, STREAM: settings.stream_seconds}
    if not settings.consent_target:
        yield gates(settings, clock=clock, longer_seconds=longer)
        return
    channel = connect(settings.consent_target, settings, "lotse-consent")
    try:
        yield gates(settings, client_keys=KeyCache(consent_keys(channel)), clock=clock, longer_seconds=longer)
    finally:
        await channel.close()
