"""Page tokens: where the next page begins, bound to the question by a digest, without a word of it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import astuple, replace
from datetime import datetime
from uuid import UUID

from services.common.errors import FieldViolation, InvalidArgument
from services.directory.model.search import Loosened, Position, Question

YEARS = range(2020, 2200)
"""A time from elsewhere was not written here, and may be one that cannot be reckoned with."""


def write_position(question: Question, position: Position) -> str:
    """An opaque token; without the question it tells only a time, a number, an id, and how it was read."""
    parts = [
        position.asked_at.isoformat(),
        position.score,
        str(position.service_id),
        position.mended,
        position.loosened,
        _digest(question),
    ]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def read_position(question: Question) -> Position | None:
    """The position in the question's token, None on the first page; InvalidArgument for one of another question."""
    if not question.page_token:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(question.page_token.encode()))
        asked_at, score, service_id, mended, loosened, digest = parts
        position = Position(
            datetime.fromisoformat(asked_at), float(score), UUID(service_id), bool(mended), Loosened(loosened)
        )
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, binascii.Error):
        raise _refused() from None
    if digest != _digest(question) or position.asked_at.tzinfo is None or position.asked_at.year not in YEARS:
        raise _refused()
    return position


def write_offset(after: str) -> str:
    """A token for lists that go by one key."""
    return base64.urlsafe_b64encode(after.encode()).decode()


def read_offset(token: str) -> str:
    """The key in a token of `write_offset`; empty on the first page."""
    try:
        return base64.urlsafe_b64decode(token.encode()).decode()
    except (ValueError, binascii.Error):
        raise _refused() from None


def read_number(token: str) -> int:
    """How many a list leaves out, from a token of `write_offset`; 0 on the first page."""
    number = read_offset(token) or "0"
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise InvalidArgument(violations=[FieldViolation("page_token", "is broken")])
    return int(number)


def _digest(question: Question) -> str:
    plain = replace(question, page_token="", reader="", with_facets=False, while_typing=False)
    return hashlib.sha256(json.dumps(astuple(plain), default=str).encode()).hexdigest()[:16]


def _refused() -> InvalidArgument:
    return InvalidArgument(violations=[FieldViolation("page_token", "is of another question, or broken")])
