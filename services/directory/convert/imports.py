"""Imports between proto and model."""

from __future__ import annotations

from collections.abc import Mapping

from lotse.directory.v1 import import_pb2

from services.directory.model.imports import Finding, ImportFormat, ImportOrder, Report, SourceFile

MOST_FINDINGS = 4_000
"""More would not fit into one answer of four MiB."""

FORMATS = {
    import_pb2.IMPORT_FORMAT_HSDS_JSON: ImportFormat.HSDS_JSON,
    import_pb2.IMPORT_FORMAT_CSV: ImportFormat.CSV,
}


def read_order(header: import_pb2.ImportHeader, files: Mapping[str, bytes]) -> ImportOrder:
    """The order with its files in the order in which they came."""
    return ImportOrder(
        source=header.source,
        format=FORMATS[header.format],
        files=tuple(SourceFile(name, content) for name, content in files.items()),
        mapping=header.mapping,
        dry_run=header.dry_run,
        accept_vanishing=header.accept_vanishing,
    )


def write_report(report: Report) -> import_pb2.ImportResponse:
    """The report; rows that were not loaded come before mends, so that a cap hides mends first."""
    findings = sorted(report.findings, key=lambda finding: finding.mended)
    return import_pb2.ImportResponse(
        counts=[
            import_pb2.ImportCount(
                table=table,
                read=counts.read,
                created=counts.created,
                changed=counts.changed,
                unchanged=counts.unchanged,
                quarantined=counts.quarantined,
                deactivated=counts.deactivated,
            )
            for table, counts in report.counts.items()
            if counts.read or counts.deactivated
        ],
        quarantine=[_entry(finding) for finding in findings[:MOST_FINDINGS]],
        quarantine_is_capped=len(findings) > MOST_FINDINGS,
        loaded=report.loaded,
    )


def _entry(finding: Finding) -> import_pb2.QuarantineEntry:
    return import_pb2.QuarantineEntry(
        file=finding.file,
        row=finding.row,
        field=finding.field,
        value=finding.value,
        reason=finding.reason,
        suggestion=finding.suggestion,
        mended=finding.mended,
    )
