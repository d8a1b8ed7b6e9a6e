"""The search of the logs finds what is planted, however it was written down, and says where without repeating it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from deploy.demo.canary import sweep
from deploy.demo.planted import CLIENT_NAME, MARKS, STREET

WRITTEN = {
    "plainly": f'{{"event": "x", "name": "{CLIENT_NAME}"}}'.encode(),
    "in JSON": json.dumps({"name": CLIENT_NAME}).encode(),
    "in an address": f"GET /search?q={quote(CLIENT_NAME)}".encode(),
    "in capitals": CLIENT_NAME.upper().encode(),
    "in base64": base64.b64encode(f"xy{CLIENT_NAME}z".encode()),
    "as two bytes a letter": CLIENT_NAME.encode("utf-16-le"),
    "as one byte a letter": CLIENT_NAME.encode("latin-1"),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_planted_word_is_found(tmp_path: Path, how: str) -> None:
    (tmp_path / "good.log").write_text("nothing here\n")
    (tmp_path / "bad.log").write_bytes(b"first line\n" + WRITTEN[how])
    found = sweep(tmp_path, [STREET, CLIENT_NAME])
    assert found.findings == ("bad.log, line 2: planted word 2",)
    assert found.files == 2


def test_logs_without_planted_words_are_clean(tmp_path: Path) -> None:
    (tmp_path / "good.log").write_text('{"event": "rpc", "agency": "755a2d5e-2454-51b2-9f3e-2523e30d5a25"}\n' * 50)
    assert sweep(tmp_path, MARKS).findings == ()
