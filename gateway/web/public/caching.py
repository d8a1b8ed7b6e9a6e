"""Answers that browsers and caches may keep for a while."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

_KEPT = "public, max-age=300"
_DIFFERS_BY = "Accept-Language, Cookie"
"""The language: asked for by the browser, or chosen and kept in a cookie."""


def cacheable(request: Request, answer: Response) -> Response:
    """The answer with what says how long it may be kept; 304 where the browser has it already (RFC 9110, 13.1.2)."""
    etag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": _KEPT, "Vary": _DIFFERS_BY}
    known = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    if etag in known or known == ["*"]:
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer
