"""For whoever runs the installation: what imports did, and how old the entries are."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from lotse.directory.v1 import entry_pb2, import_pb2

from gateway.api.v1.dependencies import ClientsOf, as_staff
from gateway.api.v1.schemas import Answer, Id, moment, number, word

router = APIRouter(prefix="/api/v1", tags=["operation"], dependencies=[Depends(as_staff)])
PageToken = Annotated[str, Query(max_length=500)]
OrderQuery = Annotated[str, Query(max_length=20, description='`name`, `open-reports`, or "": oldest first.')]


class ImportCount(Answer):
    """What became of the rows of one table."""

    table: str
    read: int
    created: int
    changed: int
    unchanged: int
    quarantined: int
    deactivated: int
    kept: int


class ImportRun(Answer):
    """An import that ended."""

    import_id: Id
    source: str
    format: str
    finished_at: datetime | None
    dry_run: bool
    loaded: bool
    counts: list[ImportCount]
    findings: int


class ImportRuns(Answer):
    """The newest first."""

    runs: list[ImportRun]
    next_page_token: str


class Finding(Answer):
    """A row that was not loaded, or with `mended` one that was changed and loaded; `value` "" where it is protected."""

    file: str
    row: int
    field: str
    value: str
    reason: str
    suggestion: str
    mended: bool


class Findings(Answer):
    """Rows that were not loaded first."""

    findings: list[Finding]
    next_page_token: str


class Freshness(Answer):
    """How old the entry of an agency is: `fresh`, `due` or `unconfirmed`."""

    agency_id: Id
    name: str
    source: str
    confirmed_at: datetime | None
    confirmed_how: str
    standing: str
    open_reports: int
    is_represented: bool


class FreshnessList(Answer):
    """In the order asked."""

    entries: list[Freshness]
    next_page_token: str


@router.get("/import-runs", summary="Imports")
async def import_runs(
    having: ClientsOf, page_size: Annotated[int, Query(ge=0, le=500)] = 50, page_token: PageToken = ""
) -> ImportRuns:
    """With the counts of each table."""
    request = import_pb2.ListImportRunsRequest(page_size=page_size, page_token=page_token)
    found = await having.import_runs.ListImportRuns(request)
    return ImportRuns(runs=[_run(run) for run in found.runs], next_page_token=found.next_page_token)


@router.get("/import-runs/{import_id}/findings", summary="What an import found")
async def findings(
    import_id: Id, having: ClientsOf, page_size: Annotated[int, Query(ge=0, le=4000)] = 1000, page_token: PageToken = ""
) -> Findings:
    """What was quarantined, why, and what to do."""
    request = import_pb2.ListImportFindingsRequest(import_id=import_id, page_size=page_size, page_token=page_token)
    found = await having.import_runs.ListImportFindings(request)
    return Findings(
        findings=[
            Finding(
                file=each.file,
                row=each.row,
                field=each.field,
                value=each.value,
                reason=each.reason,
                suggestion=each.suggestion,
                mended=each.mended,
            )
            for each in found.findings
        ],
        next_page_token=found.next_page_token,
    )


@router.get("/freshness", summary="How old the entries of agencies are")
async def freshness(
    having: ClientsOf,
    order: OrderQuery = "",
    only_unconfirmed: bool = False,  # noqa: FBT001, FBT002 - a parameter of the address
    page_size: Annotated[int, Query(ge=0, le=200)] = 50,
    page_token: PageToken = "",
) -> FreshnessList:
    """All agencies with a service, or those whose entries count as unconfirmed."""
    request = entry_pb2.ListFreshnessRequest(
        order=number(entry_pb2.FreshnessOrder, order, "order"),  # type: ignore[arg-type]
        only_unconfirmed=only_unconfirmed,
        page_size=page_size,
        page_token=page_token,
    )
    found = await having.freshness.ListFreshness(request)
    return FreshnessList(entries=[_fresh(each) for each in found.entries], next_page_token=found.next_page_token)


def _run(run: import_pb2.ImportRun) -> ImportRun:
    return ImportRun(
        import_id=run.import_id,
        source=run.source,
        format=word(import_pb2.ImportFormat, run.format),
        finished_at=moment(run.finished_at, present=run.HasField("finished_at")),
        dry_run=run.dry_run,
        loaded=run.loaded,
        counts=[
            ImportCount(
                table=each.table,
                read=each.read,
                created=each.created,
                changed=each.changed,
                unchanged=each.unchanged,
                quarantined=each.quarantined,
                deactivated=each.deactivated,
                kept=each.kept,
            )
            for each in run.counts
        ],
        findings=run.findings,
    )


def _fresh(each: entry_pb2.Freshness) -> Freshness:
    return Freshness(
        agency_id=each.agency_id,
        name=each.name,
        source=each.source,
        confirmed_at=moment(each.confirmed_at, present=each.HasField("confirmed_at")),
        confirmed_how=each.confirmed_how,
        standing=word(entry_pb2.Standing, each.standing),
        open_reports=each.open_reports,
        is_represented=each.is_represented,
    )
