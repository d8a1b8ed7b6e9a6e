"""Whatever a process writes is one JSON object a line and holds no text of an error."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

PLANTED = "Frau Beispielname, Musterstraße 7"
PROLOGUE = f"""
import asyncio, gc, logging, sys, threading, warnings
import structlog
from services.common.logs import configure_logs
configure_logs("sample")
planted = {PLANTED!r}

async def fail():
    raise RuntimeError(planted)

async def forget():
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    del task
    gc.collect()

def throw():
    raise ValueError(planted)

class Stubborn:
    def __del__(self):
        raise ValueError(planted)
"""


def lines_of(program: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-c", PROLOGUE + program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == ""
    assert PLANTED not in done.stderr
    assert PLANTED.split(",", maxsplit=1)[0] not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_line_has_time_level_and_process() -> None:
    (line,) = lines_of('structlog.get_logger().info("begun", port=7101)')
    assert {**line, "time": ""} == {"event": "begun", "port": 7101, "level": "info", "process": "sample", "time": ""}


@pytest.mark.parametrize(
    ("program", "error"),
    [
        pytest.param("asyncio.run(forget())", "RuntimeError", id="a task that nobody awaited"),
        pytest.param("throw()", "ValueError", id="what nobody caught"),
        pytest.param("t = threading.Thread(target=throw); t.start(); t.join()", "ValueError", id="a thread"),
        pytest.param("Stubborn()", "ValueError", id="the end of an object"),
        pytest.param(
            "try:\n throw()\nexcept ValueError:\n logging.getLogger('lib').exception('failed')", "ValueError",
            id="a library that logs what it caught",
        ),
    ],
)  # fmt: skip
def test_an_error_is_named_with_its_place_and_without_its_text(program: str, error: str) -> None:
    (line,) = lines_of(program)
    assert line["error"] == error
    assert line["places"]


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("logging.getLogger('lib').warning(f'bad value {planted}')", id="put together before"),
        pytest.param("logging.getLogger('lib').warning('bad value %s', planted)", id="an argument"),
        pytest.param("warnings.warn(planted)", id="a warning of Python"),
    ],
)
def test_a_line_of_a_library_holds_no_argument(program: str) -> None:
    (line,) = lines_of(program)
    assert line["event"] == "library"
    assert line["place"]


def test_a_template_of_a_library_is_kept() -> None:
    (line,) = lines_of("logging.getLogger('lib').warning('bad value %s', planted)")
    assert line["text"] == "bad value %s"


def test_a_message_in_a_line_is_redacted_by_its_descriptor() -> None:
    (line,) = lines_of("""
from lotse.referrals.v1 import case_pb2
content = case_pb2.SectionContent(fields={"street": planted}, note=planted)
request = case_pb2.WriteSectionRequest(case_id="c1", content=content)
structlog.get_logger().info("seen", request=request, several=[request])
""")
    redacted = {"case_id": "c1", "content": {"fields": "…", "note": "…"}}
    assert line["request"] == redacted
    assert line["several"] == [redacted]


def test_an_object_in_a_line_is_named_by_its_kind_and_an_id_stands_as_it_is() -> None:
    (line,) = lines_of("""
import uuid
structlog.get_logger().info("seen", error=ValueError(planted), row=uuid.UUID(int=1))
""")
    assert line["error"] == "ValueError"
    assert line["row"] == "00000000-0000-0000-0000-000000000001"


def test_libraries_are_heard_only_from_warnings_on() -> None:
    assert lines_of("logging.getLogger('lib').info('chatter')") == []
