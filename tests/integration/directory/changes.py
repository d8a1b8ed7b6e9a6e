"""The demo directory with something changed in it, as an import gets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lotse.directory.v1 import import_pb2

from tests.integration.directory.conftest import DEMO, Directory

Change = Callable[[dict[str, Any]], None]


def demo() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((DEMO / "agencies.json").read_text(encoding="utf-8"))
    return document


def changed(source_id: str, change: Change) -> bytes:
    """The demo directory with one organization changed."""
    document = demo()
    change(next(row for row in document["contents"] if row["source_id"] == source_id))
    return json.dumps(document).encode()


def counts(report: import_pb2.ImportResponse) -> dict[str, import_pb2.ImportCount]:
    return {count.table: count for count in report.counts}


async def load(directory: Directory, content: bytes, **options: Any) -> import_pb2.ImportResponse:
    return await directory.load("demo", {"agencies.json": content}, **options)
