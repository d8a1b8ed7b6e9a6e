"""What the command says of imports: whole ids to copy, and one line for each kind of fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from lotse.directory.v1 import import_pb2
from rich.console import Console

from deploy.cli.directory import reports

IMPORT = "01a21617-39d4-7ea2-a2de-3ec65eedee6a"


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Console:
    """A narrow terminal."""
    narrow = Console(record=True, width=60)
    monkeypatch.setattr(reports, "console", narrow)
    return narrow


def test_the_id_of_an_import_can_be_copied_from_a_narrow_terminal(screen: Console) -> None:
    reports.say_runs([import_pb2.ImportRun(import_id=IMPORT, source="miami211", loaded=True, findings=15_419)])
    line = screen.export_text().splitlines()[-1]
    assert line.split()[0] == IMPORT
    assert line.endswith("15419")


def test_rows_that_repeat_others_are_one_kind_of_fault(screen: Console, tmp_path: Path) -> None:
    findings = [
        import_pb2.QuarantineEntry(field="service_area.id", reason=f"The row repeats row {row} of areas.csv.")
        for row in (17, 4408)
    ]
    counts = [import_pb2.ImportCount(table="service_at_location", read=2, quarantined=2)]
    result = import_pb2.ImportResponse(counts=counts, format=import_pb2.IMPORT_FORMAT_CSV)
    reports.show(result, findings, tmp_path / "report.json", dry_run=True)
    text = screen.export_text()
    assert "service_at_location  2" in text
    assert sum(line.startswith("2 ") for line in text.splitlines()) == 1
    assert "4408" in (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
