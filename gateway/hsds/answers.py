"""Answers of the HSDS API: pages as the standard writes them, and 304 for what the reader has already."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import Request
from fastapi.responses import Response
from lotse.directory.v1 import publication_pb2 as pb

from services.common.protobuf.times import from_timestamp

_ASK_EACH_TIME = "public, no-cache"
"""May be kept, but not used without asking: what was said of a place that has become protected must not live on."""


def page_members(total: int, page: int, per_page: int, size: int) -> dict[str, int | bool]:
    """What HSDS says about a page beside its contents; where there is nothing, that is one page for validators."""
    pages = max(1, -(-total // per_page))
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": page,
        "size": size,
        "first_page": page == 1,
        "last_page": page == pages,
        "empty": size == 0,
    }


def page_body(records: Sequence[pb.Record], total: int, page: int, per_page: int) -> bytes:
    """The page object; documents stand in it as the directory wrote them."""
    head = json.dumps(page_members(total, page, per_page, len(records)))
    return head[:-1].encode() + b', "contents": [' + b",".join(record.document for record in records) + b"]}"


def conditional(request: Request, body: bytes, modified: datetime | None = None) -> Response:
    """The body with its validators, or 304 where the reader names them; a POST has none and is kept nowhere."""
    if request.method == "POST":
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": _ASK_EACH_TIME}
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified.astimezone(UTC).replace(microsecond=0), usegmt=True)
    if _is_known(request, tag, modified):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def record_answer(request: Request, record: pb.Record) -> Response:
    """One record."""
    modified = from_timestamp(record.modified_at) if record.HasField("modified_at") else None
    return conditional(request, record.document, modified)


def _is_known(request: Request, tag: str, modified: datetime | None) -> bool:
    """RFC 9110, 13.2.2: a tag decides alone where one is named."""
    if (tags := request.headers.get("If-None-Match")) is not None:
        named = {one.strip().removeprefix("W/") for one in tags.split(",")}
        return tags.strip() == "*" or tag in named
    since = request.headers.get("If-Modified-Since")
    if since is None or modified is None:
        return False
    try:
        known = parsedate_to_datetime(since)
    except ValueError:
        return False
    return modified.replace(microsecond=0) <= (known if known.tzinfo else known.replace(tzinfo=UTC))
