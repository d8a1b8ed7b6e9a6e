"""Errors as RFC 9457 problems in the reader's language; the reasons of the gateway itself."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi.responses import JSONResponse

from gateway.field_rules import rule_text
from gateway.languages import FALLBACK, LANGUAGES, locale_of, texts_of
from services.common.errors import Code, LotseError

HTTP_STATUS: dict[Code, int] = {
    Code.CANCELLED: 503,
    Code.UNKNOWN: 500,
    Code.INVALID_ARGUMENT: 400,
    Code.DEADLINE_EXCEEDED: 504,
    Code.NOT_FOUND: 404,
    Code.ALREADY_EXISTS: 409,
    Code.PERMISSION_DENIED: 403,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.FAILED_PRECONDITION: 409,
    Code.ABORTED: 409,
    Code.OUT_OF_RANGE: 400,
    Code.UNIMPLEMENTED: 501,
    Code.INTERNAL: 500,
    Code.UNAVAILABLE: 503,
    Code.DATA_LOSS: 500,
    Code.UNAUTHENTICATED: 401,
}
_OWN_STATUS = {
    "SECRET_NOT_ACCEPTED": 401,
    "STALE_ETAG": 412,
    "IF_MATCH_REQUIRED": 428,
    "BODY_TOO_LARGE": 413,
    "MESSAGE_TOO_LARGE": 413,
    "BODY_TOO_SLOW": 408,
    "CONTENT_TYPE_NOT_SUPPORTED": 415,
    "METHOD_NOT_ALLOWED": 405,
    "UNKNOWN_HOST": 421,
    "TOO_BUSY": 503,
}
_RETRY_SECONDS = {503: 1, 504: 1, 429: 60}
_MOST_LANGUAGES = 20


class SessionEnded(LotseError):
    """There is no session, or it has ended."""

    reason = "SESSION_ENDED"
    code = Code.UNAUTHENTICATED
    text = "there is no session"


class SessionLocked(LotseError):
    """A client has the tablet; the counsellor's session is locked until she logs in again."""

    reason = "SESSION_LOCKED"
    code = Code.PERMISSION_DENIED
    text = "the session is locked while the tablet is handed over"


class LoginFailed(LotseError):
    """What came back from Keycloak does not belong to a login that began here."""

    reason = "LOGIN_FAILED"
    code = Code.INVALID_ARGUMENT
    text = "the login could not be completed"


class LoginUnavailable(LotseError):
    """Keycloak is away."""

    reason = "LOGIN_UNAVAILABLE"
    code = Code.UNAVAILABLE
    text = "logging in is not possible at the moment"


class LogoutIncomplete(LotseError):
    """The session is ended here; Keycloak could not be told, so its login is still open in that browser."""

    reason = "LOGOUT_INCOMPLETE"
    code = Code.UNAVAILABLE
    text = "logged out here, the login service could not be told"


class CrossSiteRequest(LotseError):
    """A write that did not come from a page of ours."""

    reason = "CROSS_SITE_REQUEST"
    code = Code.PERMISSION_DENIED
    text = "the request did not come from this site"


class FormOutdated(LotseError):
    """A form of our own that was opened in an earlier session."""

    reason = "FORM_OUTDATED"
    code = Code.ABORTED
    text = "the form is from an earlier session"


class TwoCredentials(LotseError):
    """A session and a bearer token at once."""

    reason = "TWO_CREDENTIALS"
    code = Code.INVALID_ARGUMENT
    text = "either a session or a bearer token, not both"


class RepeatKeyRequired(LotseError):
    """A write without the header Idempotency-Key."""

    reason = "REPEAT_KEY_REQUIRED"
    code = Code.INVALID_ARGUMENT
    text = "the header Idempotency-Key with a UUID is needed"


class IfMatchRequired(LotseError):
    """A change without the header If-Match."""

    reason = "IF_MATCH_REQUIRED"
    code = Code.FAILED_PRECONDITION
    text = "the header If-Match with the etag that was read is needed"


class BodyTooLarge(LotseError):
    """A body larger than what is taken."""

    reason = "BODY_TOO_LARGE"
    code = Code.RESOURCE_EXHAUSTED
    text = "the body is too large"


class BodyTooSlow(LotseError):
    """A body that did not come in time."""

    reason = "BODY_TOO_SLOW"
    code = Code.DEADLINE_EXCEEDED
    text = "the body did not come in time"


class ContentTypeNotSupported(LotseError):
    """Something else than JSON."""

    reason = "CONTENT_TYPE_NOT_SUPPORTED"
    code = Code.INVALID_ARGUMENT
    text = "the body must be application/json"


class MethodNotAllowed(LotseError):
    """The path exists with other methods."""

    reason = "METHOD_NOT_ALLOWED"
    code = Code.UNIMPLEMENTED
    text = "not with this method"


class UnknownHost(LotseError):
    """A host that is not served here."""

    reason = "UNKNOWN_HOST"
    code = Code.NOT_FOUND
    text = "this host is not served here"


class TooBusy(LotseError):
    """More at once than can be answered."""

    reason = "TOO_BUSY"
    code = Code.RESOURCE_EXHAUSTED
    text = "too many requests at once"


class TooManyRequests(LotseError):
    """One sender asked more often in a minute than is answered; `retry_after` says when to come again."""

    reason = "TOO_MANY_REQUESTS"
    code = Code.RESOURCE_EXHAUSTED
    text = "too many requests of one sender"


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What happened and what to do next."""

    title: str
    next_step: str


@cache
def catalogue(language: str) -> dict[str, ErrorText]:
    """All texts of a language by reason; in German where it has none."""
    entries = texts_of(language, "errors.toml")
    return {reason: ErrorText(entry["title"], entry["next"]) for reason, entry in entries.items()}


def http_status(reason: str, code: Code) -> int:
    """The status of an answer with this reason."""
    return _OWN_STATUS.get(reason, HTTP_STATUS[code])


def language_of(accept_language: str, offered: Collection[str] = tuple(LANGUAGES)) -> str:
    """The language there is that the reader wants most (RFC 9110, 12.5.4); German when none is asked for."""
    wanted = [_weighed(part) for part in accept_language.split(",")[:_MOST_LANGUAGES]]
    known = [(weight, tag) for tag, weight in wanted if tag in offered and weight > 0]
    return max(known, key=lambda pair: pair[0])[1] if known else FALLBACK


def _weighed(part: str) -> tuple[str, float]:
    tag, _, parameter = part.partition(";")
    weight = re.fullmatch(r"\s*q=([01](?:\.[0-9]{0,3})?)\s*", parameter)
    value = 1.0 if not parameter else float(weight[1]) if weight else 0.0
    return tag.strip().lower().partition("-")[0], value


def problem_body(error: LotseError, language: str) -> dict[str, Any]:
    """The members of the problem: a reason, texts, names of fields, never a value."""
    texts = catalogue(language)
    status = http_status(error.reason, error.code)
    text = texts.get(error.reason) or texts[error.code.value if error.code.value in texts else "INTERNAL"]
    body: dict[str, Any] = {
        "type": f"/problems/{error.reason.lower().replace('_', '-')}",
        "title": text.title,
        "status": status,
        "detail": text.next_step,
        "reason": error.reason,
    }
    if "incident" in error.metadata:
        body["instance"] = f"urn:uuid:{error.metadata['incident']}"
    if facts := {key: value for key, value in error.metadata.items() if key != "incident"}:
        body["facts"] = facts
    if error.violations:
        body["errors"] = [
            {"field": violation.field, "message": rule_text(violation.rule, language)} for violation in error.violations
        ]
    return body


def problem_headers(error: LotseError, language: str) -> dict[str, str]:
    """What the answer says beside the problem: its language, when to come again, how to log in."""
    status = http_status(error.reason, error.code)
    headers = {"Content-Language": locale_of(language)}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after.total_seconds())))
    elif status in _RETRY_SECONDS:
        headers["Retry-After"] = str(_RETRY_SECONDS[status])
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def problem(error: LotseError, accept_language: str) -> JSONResponse:
    """The answer for an error, in the reader's language."""
    language = language_of(accept_language)
    body, status = problem_body(error, language), http_status(error.reason, error.code)
    return JSONResponse(body, status, problem_headers(error, language), media_type="application/problem+json")
