"""Errors in the directory that counsellors report, and the answers."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from lotse.directory.v1 import report_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientsOf, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, PlainText, Word, moment, number, word

router = APIRouter(prefix="/api/v1", tags=["reports"], dependencies=[Depends(as_staff)])


class ErrorReport(Answer):
    """A report; who reported is an agency."""

    report_id: Id
    agency_id: Id
    agency_name: str
    service_id: str
    service_name: str
    field_name: str
    reason: str
    message: str
    reported_at: datetime | None
    reporter_agency_id: Id
    reporter_agency_name: str
    state: str
    answer: str
    answered_at: datetime | None


class ErrorReports(Answer):
    """A page of reports."""

    reports: list[ErrorReport]
    next_page_token: str


class NewReport(Body):
    """An error of an agency's entry."""

    agency_id: Id
    service_id: Id | None = Field(None, description="Left out when it is about the agency itself.")
    field_name: Word = Field(examples=["opening-hours"])
    reason: Word = Field(examples=["outdated"])
    message: PlainText = Field("", max_length=2000, description="Nothing about clients.")


class ReportAnswer(Body):
    """What became of a report."""

    state: Literal["corrected", "answered"]
    answer: PlainText = Field("", max_length=2000, description="Needed when nothing was corrected.")


@router.post("/error-reports", status_code=201, summary="Report an error in the directory")
async def report_error(body: NewReport, having: ClientsOf, repeat_key: RepeatKey) -> ErrorReport:
    """In the name of the own agency, about any agency."""
    request = report_pb2.ReportErrorRequest(
        request_id=repeat_key,
        agency_id=body.agency_id,
        service_id=body.service_id or "",
        field_name=body.field_name,
        reason=number(report_pb2.ReportReason, body.reason, "reason"),  # type: ignore[arg-type]
        message=body.message,
    )
    return _report((await having.reports.ReportError(request)).report)


@router.get("/error-reports", summary="Reports about, or by, the own agency")
async def list_reports(
    having: ClientsOf,
    box: Literal["received", "sent", "unrepresented"],
    page_size: Annotated[int, Query(ge=0, le=200)] = 0,
    page_token: Annotated[str, Query(max_length=500)] = "",
) -> ErrorReports:
    """Open ones first. For operators: those about agencies that nobody represents here."""
    request = report_pb2.ListReportsRequest(
        box=number(report_pb2.ReportBox, box, "box"),  # type: ignore[arg-type]
        page_size=page_size,
        page_token=page_token,
    )
    found = await having.reports.ListReports(request)
    return ErrorReports(reports=[_report(each) for each in found.reports], next_page_token=found.next_page_token)


@router.post("/error-reports/{report_id}/answer", summary="Answer a report")
async def answer_report(report_id: Id, body: ReportAnswer, having: ClientsOf, repeat_key: RepeatKey) -> ErrorReport:
    """Corrected, or answered in words; once."""
    request = report_pb2.AnswerReportRequest(
        request_id=repeat_key,
        report_id=report_id,
        state=number(report_pb2.ReportState, body.state, "state"),  # type: ignore[arg-type]
        answer=body.answer,
    )
    return _report((await having.reports.AnswerReport(request)).report)


def _report(report: report_pb2.ErrorReport) -> ErrorReport:
    return ErrorReport(
        report_id=report.report_id,
        agency_id=report.agency_id,
        agency_name=report.agency_name,
        service_id=report.service_id,
        service_name=report.service_name,
        field_name=report.field_name,
        reason=word(report_pb2.ReportReason, report.reason),
        message=report.message,
        reported_at=moment(report.reported_at),
        reporter_agency_id=report.reporter_agency_id,
        reporter_agency_name=report.reporter_agency_name,
        state=word(report_pb2.ReportState, report.state),
        answer=report.answer,
        answered_at=moment(report.answered_at, present=report.HasField("answered_at")),
    )
