"""Files on their way from the command line to the import service."""

from __future__ import annotations

from pathlib import Path

import pytest
from lotse.directory.v1 import import_pb2
from rich.console import Console

from deploy.cli.directory import searching as command
from deploy.local.directory_import import CHUNK_BYTES, _requests
from services.common.errors import InvalidArgument
from services.common.interceptors.validation import check


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_every_file_arrives_whole_and_an_empty_one_arrives_as_well(tmp_path: Path, size: int) -> None:
    content = bytes(index % 251 for index in range(size))
    (tmp_path / "a.csv").write_bytes(content)
    _, *chunks = _requests(import_pb2.ImportHeader(), (tmp_path / "a.csv",))
    assert {chunk.chunk.file for chunk in chunks} == {"a.csv"}
    assert b"".join(chunk.chunk.content for chunk in chunks) == content


def test_brackets_in_names_are_printed_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    from lotse.directory.v1 import search_pb2

    name = "Beratung [/neu] [red]"
    answer = search_pb2.SearchServicesResponse(
        hits=[search_pb2.Hit(service_name=name)],
        coverage=search_pb2.Coverage(text=name),
        relaxations=[search_pb2.Relaxation(text="Within 50 km: 2", count=2)],
    )
    screen = Console(record=True, width=200)
    monkeypatch.setattr(command, "console", screen)
    command.print_answer(answer)
    text = screen.export_text()
    assert text.count(name) == 2
    assert "Within 50 km: 2\n" in text


def test_a_search_that_finds_nothing_says_how_it_was_read_and_what_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    from lotse.directory.v1 import search_pb2

    screen = Console(record=True, width=80)
    monkeypatch.setattr(command, "console", screen)
    understood = search_pb2.Understood(repairs=["“mite” was read as “miete”"])
    command.print_answer(search_pb2.SearchServicesResponse(understood=understood))
    text = screen.export_text()
    assert "“mite” was read as “miete”" in text
    assert "0 found." in text
    assert "Try other words" in text


@pytest.mark.parametrize("name", ["Träger 2026.csv", "agencies.csv"])
def test_a_file_is_called_as_its_owner_called_it(name: str) -> None:
    check(import_pb2.ImportChunk(file=name))


@pytest.mark.parametrize("name", ["../agencies.csv", "C:\\agencies.csv", "a\nb.csv", "", "a" * 121])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(InvalidArgument):
        check(import_pb2.ImportChunk(file=name))
