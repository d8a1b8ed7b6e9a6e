"""Reporting an error in somebody's entry in two clicks, and the answers on both sides."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.agencies import agency
from gateway.api.v1.staff.reports import (
    ErrorReport,
    NewReport,
    ReportAnswer,
    answer_report,
    list_reports,
    report_error,
)
from gateway.web.coordinator.fields import REPORTED_OF_AGENCY, REPORTED_OF_SERVICE
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from services.common.errors import InvalidArgument, PermissionDenied

router = APIRouter(include_in_schema=False)


@router.get("/stellen/{agency_id}/melden")
async def form(
    agency_id: Id,
    reader: StaffOf,
    having: PartsOf,
    angebot: Annotated[str, Query(max_length=36)] = "",
    feld: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """What is wrong with one field, which the link has chosen already."""
    return await _form(reader, having, agency_id, Form.showing(service_id=angebot, field_name=feld))


@router.post("/stellen/{agency_id}/melden")
async def report(agency_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Send it to the agency."""
    sent = reader.form
    try:
        new = body_of(
            NewReport,
            {
                "agency_id": agency_id,
                "service_id": sent.text("service_id") or None,
                "field_name": sent.text("field_name"),
                "reason": sent.text("reason"),
                "message": sent.text("message"),
            },
        )
        await report_error(new, having.clients, sent.repeat_key)
    except InvalidArgument as error:
        return await _form(reader, having, agency_id, sent.with_faults(error, reader.language), status=400)
    return RedirectResponse("/meldungen#gesendet", 303)


@router.get("/meldungen")
async def reports(reader: StaffOf, having: PartsOf) -> Response:
    """What was reported about us, and what we reported."""
    return await _list(reader, having, Form())


@router.post("/meldungen/{report_id}")
async def answer(report_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """Corrected, or why not."""
    sent = reader.form
    text = f"answer-{report_id}"
    try:
        said = body_of(ReportAnswer, {"state": sent.text("state"), "answer": sent.text(text)})
        await answer_report(report_id, said, having.clients, sent.repeat_key)
    except InvalidArgument as error:
        faulty = sent.with_faults(error, reader.language, {"answer": text})
        return await _list(reader.at_page("/meldungen"), having, faulty, status=400)
    return RedirectResponse("/meldungen", 303)


async def _form(reader: Reader, having: PartsOf, agency_id: str, form: Form, *, status: int = 200) -> Response:
    found = await agency(agency_id, having.clients)
    service = next((one for one in found.services if one.service_id == form.text("service_id")), None)
    return page(
        reader,
        "coordinator/report.html",
        status=status,
        form=form,
        agency=found,
        service=service,
        fields=REPORTED_OF_SERVICE if service is not None else REPORTED_OF_AGENCY,
    )


async def _list(reader: Reader, having: PartsOf, form: Form, *, status: int = 200) -> Response:
    received, sent = await _box(having, "received"), await _box(having, "sent")
    return page(reader, "coordinator/reports.html", status=status, form=form, received=received, sent=sent or [])


async def _box(having: PartsOf, box: str) -> list[ErrorReport] | None:
    """The reports of one side; None for whoever may not see it."""
    try:
        return (await list_reports(having.clients, box, page_size=100, page_token="")).reports  # type: ignore[arg-type]
    except PermissionDenied:
        return None
