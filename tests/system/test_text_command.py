"""`lotse texts` as whoever installs Lotsennetz runs it, beside the running services."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.constellation import Constellation
from deploy.local.state import RunState
from tests.support.sounds import MP3

Lotse = Callable[..., subprocess.CompletedProcess[str]]
SET = 'language = "vi"\nvariety = "standard"\ntranslator = "Hạnh"\n[advice]\ntitle = "Tư vấn?"\nbody = "Một câu."\n'


@pytest.fixture
def lotse(constellation: Constellation) -> Iterator[Lotse]:
    """The command, told of what is running as `lotse up` tells it."""
    RunState.of_this_process(constellation.ports, constellation.addresses).write(constellation.home)
    environment = {**os.environ, "LOTSE_HOME": str(constellation.home.root), "COLUMNS": "200"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("lotse")), "texts", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    yield run
    constellation.home.state.unlink()


def hash_in(said: str, state: str) -> str:
    """The digits of the only version in this state."""
    (line,) = [line for line in said.splitlines() if state in line]
    return line.split()[-1]


def test_a_set_is_published_read_signed_and_retired(lotse: Lotse, tmp_path: Path) -> None:
    assert lotse("list", "--language", "tr").stdout.count("in force") == 9
    assert lotse("list", "--language", "vi").stdout == "There is no text.\n"
    (tmp_path / "vi.toml").write_text(SET, encoding="utf-8")
    published = lotse("publish", str(tmp_path))
    assert published.stdout == "1 published, 1 of them not reviewed: shown only with an interpreter\n", published.stderr
    assert lotse("publish", str(tmp_path)).stdout == published.stdout

    unsigned = hash_in(lotse("list", "--language", "vi").stdout, "waits for review")
    shown = lotse("show", unsigned).stdout
    assert shown.startswith("Tư vấn?\n\nMột câu.\n\nadvice, vi, standard\ntranslator: Hạnh\nreviewer: nobody yet\n")
    whole = re.findall(r"^hash: ([0-9a-f]{64})$", shown, re.MULTILINE)
    assert [each[: len(unsigned)] for each in whole] == [unsigned]
    html = lotse("show", "--html", unsigned).stdout
    assert html == '<article lang="vi" dir="ltr">\n<h1>Tư vấn?</h1>\n<p>Một câu.</p>\n</article>\n'

    early = lotse("review", unsigned, "--reviewer", "Dr. Minh", "--on", "2999-01-01")
    assert (early.returncode, "reviewed_on: in-the-future" in early.stderr) == (1, True)
    signed = lotse("review", unsigned, "--reviewer", "Dr. Minh", "--on", "2026-11-20")
    assert "signed by Dr. Minh on 2026-11-20" in signed.stdout, signed.stderr
    listed = lotse("list", "--language", "vi", "--all").stdout
    in_force = hash_in(listed, "in force")
    assert hash_in(listed, "replaced") == unsigned

    (tmp_path / "text.txt").write_text("Tư vấn?", encoding="utf-8")
    (tmp_path / "text.mp3").write_bytes(MP3)
    wrong = lotse("recording", "put", in_force, str(tmp_path / "text.txt"))
    assert (wrong.returncode, "recording: not-a-recording" in wrong.stderr) == (1, True)
    spoken = lotse("recording", "put", in_force, str(tmp_path / "text.mp3"))
    assert spoken.stdout == f"advice, vi, standard: {in_force} has the recording\n", spoken.stderr
    assert lotse("recording", "remove", in_force).stdout == f"advice, vi, standard: {in_force} has no recording\n"

    assert lotse("retire", in_force).stdout == "advice, vi, standard: retired\n"
    assert hash_in(lotse("list", "--language", "vi", "--all").stdout, "retired") == in_force
    again = lotse("review", in_force, "--reviewer", "Dr. Minh")
    assert (again.returncode, "ILLEGAL_STATE" in again.stderr) == (1, True)
    lotse("retire", unsigned)
    assert lotse("list", "--language", "vi").stdout == "There is no text.\n"


def test_what_cannot_be_done_is_said_in_a_sentence(lotse: Lotse, tmp_path: Path) -> None:
    for arguments, said in (
        (["show", "00000000"], "No version has a hash that begins with 00000000."),
        (["retire", "12"], "Give at least 8 digits"),
        (["publish", str(tmp_path)], "There is no consent text in"),
    ):
        done = lotse(*arguments)
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr
