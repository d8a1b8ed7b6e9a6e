"""Sound in parts, as browsers ask for it."""

from __future__ import annotations

import pytest

from gateway.http.ranges import in_ranges

SOUND = bytes(range(10))


@pytest.mark.parametrize(
    ("wanted", "status", "content", "range_"),
    [
        ("", 200, SOUND, None),
        ("bytes=0-1", 206, SOUND[:2], "bytes 0-1/10"),
        ("bytes=8-", 206, SOUND[8:], "bytes 8-9/10"),
        ("bytes=-3", 206, SOUND[7:], "bytes 7-9/10"),
        ("bytes=-30", 206, SOUND, "bytes 0-9/10"),
        ("bytes=5-500", 206, SOUND[5:], "bytes 5-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=5-2", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, SOUND, None),
        ("lines=1-2", 200, SOUND, None),
        ("bytes=-", 200, SOUND, None),
    ],
    ids=str,
)
def test_a_browser_gets_the_part_that_it_asks_for(wanted: str, status: int, content: bytes, range_: str | None) -> None:
    answer = in_ranges(SOUND, "audio/mpeg", wanted)
    assert (answer.status_code, answer.body, answer.headers.get("Content-Range")) == (status, content, range_)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
