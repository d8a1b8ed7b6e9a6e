"""What an import did, in the terminal and as files."""

import csv
import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from google.protobuf.json_format import MessageToDict
from lotse.directory.v1 import import_pb2
from rich.markup import escape
from rich.table import Table

from deploy.cli.console import console

COLUMNS = ("read", "created", "changed", "unchanged", "kept", "quarantined", "deactivated")
CSV_COLUMNS = ("file", "row", "field", "value", "reason", "suggestion", "mended")
MOST_REASONS = 25
MOST_DIFFERENCES = 40
WIDE = 60
_ROW_NUMBER = re.compile(r"\brow \d+\b")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def show(
    result: import_pb2.ImportResponse,
    findings: Sequence[import_pb2.QuarantineEntry],
    report: Path,
    *,
    dry_run: bool,
) -> None:
    """Counts, what would change, and why rows were not loaded; everything goes to the report."""
    if result.refused:
        first = findings[0]
        place = ", ".join(filter(None, (first.file, f"row {first.row}" if first.row else "", first.field)))
        console.print(f"Refused: {place}: {first.reason} {first.suggestion}", markup=False)
    else:
        counts = [(count.table, *(getattr(count, column) for column in COLUMNS)) for count in result.counts]
        _say_columns(("table", *COLUMNS), *counts)
        _show_differences(result)
        _show_reasons(findings)
    if findings or result.differences:
        write_report(report, result, findings)
    told = "" if result.format == import_pb2.IMPORT_FORMAT_AUTO else f"; read as {_say_format(result.format)}"
    done = "Loaded" if result.loaded else "Nothing was loaded"
    console.print(f"{done}{' (dry run)' if dry_run else ''}{told}.", markup=False)


def write_report(path: Path, result: import_pb2.ImportResponse, findings: Sequence[import_pb2.QuarantineEntry]) -> None:
    """The report as JSON, and its findings as CSV beside it, which a spreadsheet opens and runs nothing of."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = MessageToDict(result, preserving_proto_field_name=True)
    whole["quarantine"] = [MessageToDict(entry, preserving_proto_field_name=True) for entry in findings]
    path.write_text(json.dumps(whole, indent=2, ensure_ascii=False), encoding="utf-8")
    table = path.with_suffix(".csv")
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(CSV_COLUMNS)
        writer.writerows([_cell(getattr(entry, column)) for column in CSV_COLUMNS] for entry in findings)
    console.print(f"The report is {path}, as a table {table}", markup=False)


def say_runs(runs: Sequence[import_pb2.ImportRun]) -> None:
    """The list of imports, each with the whole id that shows its findings."""
    rows = []
    for run in runs:
        what = "loaded" if run.loaded else "dry run" if run.dry_run else "refused"
        read, bad = sum(count.read for count in run.counts), sum(count.quarantined for count in run.counts)
        ended = run.finished_at.ToDatetime().strftime("%Y-%m-%d %H:%M")
        rows.append((run.import_id, ended, run.source, _say_format(run.format), what, read, bad, run.findings))
    _say_columns(("import", "ended (UTC)", "source", "format", "what", "read", "quarantined", "findings"), *rows)


def say_run(findings: Sequence[import_pb2.QuarantineEntry]) -> None:
    """What one import found, by reason."""
    _show_reasons(findings)
    if not findings:
        console.print("Nothing was found.")


def _show_differences(result: import_pb2.ImportResponse) -> None:
    if not result.differences:
        return
    table = Table("table", "id in the source", "field", "is", "would be", box=None, pad_edge=False)
    for each in result.differences[:MOST_DIFFERENCES]:
        values = ("protected", "protected") if each.protected else (each.previous[:WIDE], each.replacement[:WIDE])
        table.add_row(*map(escape, (each.table, each.source_id[:WIDE], each.field, *values)))
    console.print("\nWhat would change:")
    console.print(table)
    left = len(result.differences) - MOST_DIFFERENCES
    if left > 0 or result.differences_are_capped:
        console.print("… and more; the report has the first five hundred.")


def _show_reasons(findings: Sequence[import_pb2.QuarantineEntry]) -> None:
    if not findings:
        return
    reasons = Counter((not each.mended, each.field, _ROW_NUMBER.sub("another row", each.reason)) for each in findings)
    table = Table("rows", "what", "field", "reason", box=None, pad_edge=False)
    for column in table.columns[:-1]:
        column.no_wrap = True
    ordered = sorted(reasons.items(), key=lambda item: (not item[0][0], -item[1]))
    for (is_refused, field, reason), times in ordered[:MOST_REASONS]:
        table.add_row(str(times), "quarantined" if is_refused else "loaded", escape(field), escape(reason))
    console.print("\nWhat was found:")
    console.print(table)
    if len(ordered) > MOST_REASONS:
        console.print(f"… and {len(ordered) - MOST_REASONS} other reasons; see the report.")


def _say_columns(*rows: Sequence[object]) -> None:
    """Names, ids and numbers to copy: a line longer than the terminal rather than cut."""
    widths = [max(len(str(cell)) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True))
        console.print(line.rstrip(), markup=False, soft_wrap=True)


def _say_format(value: import_pb2.ImportFormat.ValueType) -> str:
    """As `--format` calls it."""
    name = import_pb2.ImportFormat.Name(value).removeprefix("IMPORT_FORMAT_").lower()
    return {"hsds_json": "hsds", "hsds_1": "hsds1"}.get(name, name)


def _cell(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
