"""ReportService."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import grpc
from lotse.directory.v1 import report_pb2, report_pb2_grpc

from services.common.clock import Clock
from services.common.database import Scope
from services.common.errors import FieldViolation, InvalidArgument, NotFound, PermissionDenied, RepeatKeyReused
from services.common.identity.context import staff
from services.common.identity.principals import Staff
from services.common.protobuf.enums import enum_text
from services.directory.convert.report import write_report
from services.directory.errors import AlreadyAnswered
from services.directory.model.entry import ErrorReport
from services.directory.paging import read_number, write_offset
from services.directory.rules.reporting import is_reportable
from services.directory.store.reports import Chosen, ReportStore

Context = grpc.aio.ServicerContext[Any, Any]
_PAGE = 50


class ReportServicer(report_pb2_grpc.ReportServiceServicer):
    """Anybody who counsels may report, on any agency; the answers are the agency's own."""

    def __init__(self, store: ReportStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def ReportError(
        self, request: report_pb2.ReportErrorRequest, context: Context
    ) -> report_pb2.ReportErrorResponse:
        """A report in the name of the own agency; NotFound for an agency or service that is not in the directory."""
        who = staff()
        if who.agency is None:
            raise PermissionDenied
        service_id = UUID(request.service_id) if request.service_id else None
        if not is_reportable(request.field_name, of_service=service_id is not None):
            raise InvalidArgument(violations=[FieldViolation("field_name", "not-in-vocabulary")])
        new = ErrorReport(
            id=uuid4(),
            agency_id=UUID(request.agency_id),
            agency_name="",
            service_id=service_id,
            service_name="",
            field_name=request.field_name,
            reason=enum_text(report_pb2.ReportReason, request.reason),
            message=request.message.strip(),
            reported_at=self._clock.now(),
            reporter_id=who.agency,
            reporter_name="",
        )
        kept = await self._store.insert(Scope.of(who), new, UUID(request.request_id))
        if kept is None:
            raise NotFound
        if (kept.agency_id, kept.service_id, kept.field_name) != (new.agency_id, new.service_id, new.field_name):
            raise RepeatKeyReused
        return report_pb2.ReportErrorResponse(report=write_report(kept))

    async def ListReports(
        self, request: report_pb2.ListReportsRequest, context: Context
    ) -> report_pb2.ListReportsResponse:
        """A page of the reports of one side."""
        who, size, start = staff(), request.page_size or _PAGE, read_number(request.page_token)
        chosen = _chosen(who, enum_text(report_pb2.ReportBox, request.box))
        found = await self._store.list(Scope.of(who), chosen, start, size + 1)
        return report_pb2.ListReportsResponse(
            reports=[write_report(report) for report in found[:size]],
            next_page_token=write_offset(str(start + size)) if len(found) > size else "",
        )

    async def AnswerReport(
        self, request: report_pb2.AnswerReportRequest, context: Context
    ) -> report_pb2.AnswerReportResponse:
        """The report with its answer; NotFound for one that somebody else has to answer."""
        who, state, answer = staff(), enum_text(report_pb2.ReportState, request.state), request.answer.strip()
        if state == "answered" and not answer:
            raise InvalidArgument(violations=[FieldViolation("answer", "missing")])
        whose = Chosen(report_id=UUID(request.report_id), about=who.agency, only_unrepresented=who.agency is None)
        now = self._clock.now()
        answered = await self._store.answer(Scope.of(who), whose, state, answer, now)
        if answered is None:
            raise NotFound
        if (answered.state, answered.answer) != (state, answer):
            raise AlreadyAnswered
        return report_pb2.AnswerReportResponse(report=write_report(answered))


def _chosen(who: Staff, box: str) -> Chosen:
    """Whoever asks for another's side is refused."""
    match box:
        case "received" if "coordinator" in who.roles and who.agency is not None:
            return Chosen(about=who.agency)
        case "sent" if who.agency is not None:
            return Chosen(by=who.agency)
        case "unrepresented" if "operator" in who.roles:
            return Chosen(only_unrepresented=True)
    raise PermissionDenied
