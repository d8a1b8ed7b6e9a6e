"""Imports: what came, what was refused and why."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.operation import ImportRun, PageToken, findings, freshness, import_runs
from gateway.web.dependencies import StaffOf
from gateway.web.rendering import page

router = APIRouter(include_in_schema=False)
_FEW, _RUNS, _FINDINGS = 5, 25, 50


@router.get("/betrieb")
async def overview(reader: StaffOf, having: PartsOf) -> Response:
    """The newest imports, and entries that were not confirmed for the longest."""
    runs = await import_runs(having.clients, page_size=_FEW)
    old = await freshness(having.clients, only_unconfirmed=True, page_size=_FEW)
    return page(reader, "operator/overview.html", runs=[(run, _sums(run)) for run in runs.runs], old=old.entries)


@router.get("/betrieb/importe")
async def runs(reader: StaffOf, having: PartsOf, page_token: PageToken = "") -> Response:
    """All imports, the newest first."""
    found = await import_runs(having.clients, page_size=_RUNS, page_token=page_token)
    return page(
        reader, "operator/imports.html", runs=[(run, _sums(run)) for run in found.runs], next_page=found.next_page_token
    )


@router.get("/betrieb/importe/{import_id}")
async def run(
    import_id: Id,
    reader: StaffOf,
    having: PartsOf,
    page_token: PageToken = "",
    quelle: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """What one import found: rows that were not loaded first, then what was mended."""
    found = await findings(import_id, having.clients, page_size=_FINDINGS, page_token=page_token)
    return page(reader, "operator/findings.html", import_id=import_id, source=quelle, found=found)


def _sums(run: ImportRun) -> dict[str, int]:
    """Rows of all tables together."""
    names = ("read", "created", "changed", "unchanged", "quarantined", "deactivated", "kept")
    return {name: sum(getattr(count, name) for count in run.counts) for name in names}
