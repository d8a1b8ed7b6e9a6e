"""Reports of errors from model to proto."""

from __future__ import annotations

from lotse.directory.v1 import report_pb2

from services.common.protobuf.enums import enum_value
from services.common.protobuf.times import to_timestamp
from services.directory.model.entry import ErrorReport


def write_report(report: ErrorReport) -> report_pb2.ErrorReport:
    """The report; who reported is an agency."""
    return report_pb2.ErrorReport(
        report_id=str(report.id),
        agency_id=str(report.agency_id),
        agency_name=report.agency_name,
        service_id=str(report.service_id) if report.service_id else "",
        service_name=report.service_name,
        field_name=report.field_name,
        reason=enum_value(report_pb2.ReportReason, report.reason),
        message=report.message,
        reported_at=to_timestamp(report.reported_at),
        reporter_agency_id=str(report.reporter_id),
        reporter_agency_name=report.reporter_name,
        state=enum_value(report_pb2.ReportState, report.state),
        answer=report.answer,
        answered_at=to_timestamp(report.answered_at),
    )
