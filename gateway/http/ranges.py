"""Bytes that are answered whole or in the part that was asked for: some browsers play no sound without that."""

import re

from starlette.responses import Response

_RANGE = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})")
_SANDBOX = "default-src 'none'; sandbox"


def in_ranges(content: bytes, media_type: str, wanted: str) -> Response:
    """The part that the header Range names, 416 where there is none such; what is no plain range gets the whole.

    Nothing of it can run, also when somebody opens it as a page of its own.
    """
    size, headers = len(content), {"Accept-Ranges": "bytes", "Content-Security-Policy": _SANDBOX}
    found = _RANGE.fullmatch(wanted.strip().lower())
    if found is None or not (found[1] or found[2]):
        return Response(content, media_type=media_type, headers=headers)
    if found[1]:
        first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    else:
        first, last = max(size - int(found[2]), 0), size - 1
    if first > last:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(content[first : last + 1], 206, media_type=media_type, headers=headers)
