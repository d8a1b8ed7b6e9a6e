"""The hierarchy of errors that a caller may see. Everything else becomes `InternalError` on its way out.

A class has a fixed `reason` (UPPER_SNAKE, stable, in the catalogue), a `code` and an English `text` without data. What
varies goes into `metadata`, which never holds personal data: a state, a limit, an id that the caller sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Code(StrEnum):
    """The names of gRPC's status codes, so that stores may raise without knowing gRPC."""

    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"
    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    ABORTED = "ABORTED"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    UNIMPLEMENTED = "UNIMPLEMENTED"
    INTERNAL = "INTERNAL"
    UNAVAILABLE = "UNAVAILABLE"
    DATA_LOSS = "DATA_LOSS"
    UNAUTHENTICATED = "UNAUTHENTICATED"


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """A field (path in the request) and the rule that it broke, in words without the value."""

    field: str
    rule: str


class LotseError(Exception):
    """Something the caller is told: a reason, a code, and details without personal data."""

    reason: str
    code: Code
    text: str

    def __init__(
        self,
        *,
        metadata: Mapping[str, str] | None = None,
        violations: Sequence[FieldViolation] = (),
        preconditions: Sequence[str] = (),
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(self.text)
        self.metadata = dict(metadata or {})
        self.violations = tuple(violations)
        self.preconditions = tuple(preconditions)
        self.retry_after = retry_after


class InvalidArgument(LotseError):
    """A field is wrong whatever the state of the system."""

    reason = "INVALID_ARGUMENT"
    code = Code.INVALID_ARGUMENT
    text = "a field of the request is not valid"


class NotFound(LotseError):
    """It does not exist, or it is not for this caller; the two are never told apart."""

    reason = "NOT_FOUND"
    code = Code.NOT_FOUND
    text = "not found"


class AlreadyExists(LotseError):
    """There is one already, and it is another."""

    reason = "ALREADY_EXISTS"
    code = Code.ALREADY_EXISTS
    text = "already exists"


class RepeatKeyReused(LotseError):
    """The repeat key was used before for something else."""

    reason = "REPEAT_KEY_REUSED"
    code = Code.ALREADY_EXISTS
    text = "the repeat key was used for another request"


class PermissionDenied(LotseError):
    """This principal may not call this RPC."""

    reason = "PERMISSION_DENIED"
    code = Code.PERMISSION_DENIED
    text = "not permitted"


class CallerNotAllowed(LotseError):
    """The process that calls is not on the allow-list of this gRPC service."""

    reason = "CALLER_NOT_ALLOWED"
    code = Code.PERMISSION_DENIED
    text = "this caller is not allowed here"


class Unauthenticated(LotseError):
    """No credential, or one that does not hold."""

    reason = "UNAUTHENTICATED"
    code = Code.UNAUTHENTICATED
    text = "a valid login is needed"


class FreshLoginRequired(LotseError):
    """The login is too long ago for this."""

    reason = "FRESH_LOGIN_REQUIRED"
    code = Code.UNAUTHENTICATED
    text = "a fresh login is needed"


class StrongerLoginRequired(LotseError):
    """The login was too weak for this."""

    reason = "STRONGER_LOGIN_REQUIRED"
    code = Code.UNAUTHENTICATED
    text = "a login with a second factor is needed"


class IllegalState(LotseError):
    """The resource is in a state that does not allow this; metadata names `state` and what is `possible`."""

    reason = "ILLEGAL_STATE"
    code = Code.FAILED_PRECONDITION
    text = "not possible in this state"


class StaleEtag(LotseError):
    """Somebody changed the resource since it was read."""

    reason = "STALE_ETAG"
    code = Code.ABORTED
    text = "changed by somebody else since it was read"


class ResourceExhausted(LotseError):
    """Too much at once; `retry_after` says when to come back."""

    reason = "RESOURCE_EXHAUSTED"
    code = Code.RESOURCE_EXHAUSTED
    text = "too many requests"


class MessageTooLarge(LotseError):
    """The request is larger than what is taken."""

    reason = "MESSAGE_TOO_LARGE"
    code = Code.RESOURCE_EXHAUSTED
    text = "the request is too large"


class DeadlineTooShort(LotseError):
    """So little time is left that starting would be in vain."""

    reason = "DEADLINE_TOO_SHORT"
    code = Code.DEADLINE_EXCEEDED
    text = "too little time was left to begin"


class DeadlineExceeded(LotseError):
    """It took longer than the caller would wait."""

    reason = "DEADLINE_EXCEEDED"
    code = Code.DEADLINE_EXCEEDED
    text = "it took too long"


class Unavailable(LotseError):
    """Something that is needed is away; trying again is right."""

    reason = "UNAVAILABLE"
    code = Code.UNAVAILABLE
    text = "temporarily not available"


COME_AGAIN = (Unavailable, DeadlineExceeded, DeadlineTooShort)
"""For `except`: nobody could answer just now, whether gone, without its database, or too late. Nothing was refused."""


class Unimplemented(LotseError):
    """There is no such RPC."""

    reason = "UNIMPLEMENTED"
    code = Code.UNIMPLEMENTED
    text = "there is no such method"


class InternalError(LotseError):
    """Something broke; metadata carries the `incident` under which it was logged, and nothing else."""

    reason = "INTERNAL"
    code = Code.INTERNAL
    text = "internal error"
