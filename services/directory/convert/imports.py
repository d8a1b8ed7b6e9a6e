"""Imports between proto and model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lotse.directory.v1 import import_pb2

from services.common.protobuf.times import to_timestamp
from services.directory.model.imports import (
    Counts,
    Difference,
    Finding,
    ImportFormat,
    ImportOrder,
    ImportRun,
    Progress,
    Report,
    SourceFile,
)

MOST_FINDINGS = 4_000
"""More would not fit into one answer of four MiB."""
MOST_DIFFERENCES = 500
LONGEST_VALUE = 200

FORMATS = {
    import_pb2.IMPORT_FORMAT_AUTO: ImportFormat.AUTO,
    import_pb2.IMPORT_FORMAT_HSDS_JSON: ImportFormat.HSDS_JSON,
    import_pb2.IMPORT_FORMAT_NDJSON: ImportFormat.NDJSON,
    import_pb2.IMPORT_FORMAT_DATAPACKAGE: ImportFormat.DATAPACKAGE,
    import_pb2.IMPORT_FORMAT_HSDS_1: ImportFormat.HSDS_1,
    import_pb2.IMPORT_FORMAT_CSV: ImportFormat.CSV,
}
_WRITTEN = {model: proto for proto, model in FORMATS.items()}
_PHASES = {
    "reading": import_pb2.IMPORT_PHASE_READING,
    "merging": import_pb2.IMPORT_PHASE_MERGING,
    "indexing": import_pb2.IMPORT_PHASE_INDEXING,
}


def read_order(header: import_pb2.ImportHeader, files: Iterable[SourceFile]) -> ImportOrder:
    """The order with its files in the order in which they came."""
    return ImportOrder(
        source=header.source,
        format=FORMATS[header.format],
        files=tuple(files),
        mapping=header.mapping,
        dry_run=header.dry_run,
        accept_vanishing=header.accept_vanishing,
        country=header.country or "DE",
    )


def write_report(report: Report) -> import_pb2.ImportResponse:
    """The report; rows that were not loaded come before mends, so that a cap hides mends first."""
    findings = sorted(report.findings, key=lambda finding: finding.mended)
    return import_pb2.ImportResponse(
        counts=[write_counts(table, counts) for table, counts in report.counts.items() if _says_something(counts)],
        quarantine=[write_finding(finding) for finding in findings[:MOST_FINDINGS]],
        quarantine_is_capped=len(findings) > MOST_FINDINGS,
        loaded=report.loaded,
        import_id=str(report.import_id or ""),
        refused=report.refused,
        format=_WRITTEN[report.format],
        differences=[_difference(each) for each in report.differences[:MOST_DIFFERENCES]],
        differences_are_capped=report.more_differences or len(report.differences) > MOST_DIFFERENCES,
    )


def write_progress(progress: Progress | None) -> import_pb2.GetImportProgressResponse:
    """How far an import is; without one, nothing."""
    if progress is None:
        return import_pb2.GetImportProgressResponse()
    return import_pb2.GetImportProgressResponse(phase=_PHASES[progress.phase], done=progress.done, total=progress.total)


def write_run(run: ImportRun) -> import_pb2.ImportRun:
    """An import of the log."""
    return import_pb2.ImportRun(
        import_id=str(run.id),
        source=run.source,
        format=_WRITTEN[ImportFormat(run.format)],
        finished_at=to_timestamp(run.finished_at),
        dry_run=run.dry_run,
        loaded=run.loaded,
        counts=[write_counts(table, Counts(**_known(counts))) for table, counts in run.counts.items()],
        findings=run.findings,
    )


def write_counts(table: str, counts: Counts) -> import_pb2.ImportCount:
    """The counts of one table."""
    return import_pb2.ImportCount(
        table=table,
        read=counts.read,
        created=counts.created,
        changed=counts.changed,
        unchanged=counts.unchanged,
        kept=counts.kept,
        quarantined=counts.quarantined,
        deactivated=counts.deactivated,
    )


def write_finding(finding: Finding) -> import_pb2.QuarantineEntry:
    """One finding."""
    return import_pb2.QuarantineEntry(
        file=finding.file,
        row=finding.row,
        field=finding.field,
        value=finding.value,
        reason=finding.reason,
        suggestion=finding.suggestion,
        mended=finding.mended,
    )


def _known(counts: Mapping[str, int]) -> Mapping[str, int]:
    return {name: counts[name] for name in Counts.__slots__ if name in counts}


def _says_something(counts: Counts) -> bool:
    return bool(counts.read or counts.deactivated)


def _difference(difference: Difference) -> import_pb2.ImportDifference:
    return import_pb2.ImportDifference(
        table=difference.table,
        source_id=difference.key,
        field=difference.field,
        previous=(difference.previous or "")[:LONGEST_VALUE],
        replacement=(difference.replacement or "")[:LONGEST_VALUE],
        protected=difference.is_hidden,
    )
