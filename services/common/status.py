"""Errors on the wire: `LotseError` to google.rpc.Status and back (AIP-193)."""

from datetime import timedelta

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from services.common.errors import (
    COME_AGAIN,
    Code,
    DeadlineExceeded,
    FieldViolation,
    FreshLoginRequired,
    IllegalState,
    InvalidArgument,
    LotseError,
    MessageTooLarge,
    NotFound,
    PermissionDenied,
    StaleEtag,
    StrongerLoginRequired,
    Unavailable,
)

DOMAIN = "lotsennetz"
_COME_AGAIN = {kind.reason: kind for kind in COME_AGAIN}


class RemoteError(LotseError):
    """What another service answered, with its own reason and code; raising it on passes it on unchanged."""

    def __init__(
        self,
        reason: str,
        code: Code,
        text: str,
        *,
        metadata: dict[str, str] | None = None,
        violations: tuple[FieldViolation, ...] = (),
        preconditions: tuple[str, ...] = (),
        retry_after: timedelta | None = None,
    ) -> None:
        self.reason = reason
        self.code = code
        self.text = text
        super().__init__(metadata=metadata, violations=violations, preconditions=preconditions, retry_after=retry_after)


_OF_THE_KIT: dict[str, type[RemoteError]] = {
    kind.reason: type(f"Remote{kind.__name__}", (RemoteError, kind), {})
    for kind in (
        FreshLoginRequired,
        IllegalState,
        InvalidArgument,
        NotFound,
        PermissionDenied,
        StaleEtag,
        StrongerLoginRequired,
    )
}
"""What every service can say, so that `except StaleEtag` holds whoever said it."""


def grpc_code(code: Code) -> grpc.StatusCode:
    """Constant of gRPC for a code."""
    return grpc.StatusCode[code.value]


def to_status(error: LotseError) -> status_pb2.Status:
    """The status with one ErrorInfo, and BadRequest, PreconditionFailure and RetryInfo where they say something."""
    status = status_pb2.Status(code=grpc_code(error.code).value[0], message=error.text)
    details: list[object] = [error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.metadata)]
    if error.violations:
        fields = [
            error_details_pb2.BadRequest.FieldViolation(field=violation.field, description=violation.rule)
            for violation in error.violations
        ]
        details.append(error_details_pb2.BadRequest(field_violations=fields))
    if error.preconditions:
        failed = [error_details_pb2.PreconditionFailure.Violation(type=kind) for kind in error.preconditions]
        details.append(error_details_pb2.PreconditionFailure(violations=failed))
    if error.retry_after is not None:
        delay = duration_pb2.Duration()
        delay.FromTimedelta(error.retry_after)
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    for detail in details:
        packed = any_pb2.Any()
        packed.Pack(detail)  # type: ignore[arg-type]
        status.details.append(packed)
    return status


def remote_error(error: grpc.aio.AioRpcError) -> LotseError:
    """The error that a call met: as the other service said it, or Unavailable for what the transport says.

    What asks to come again has the kit's own class whoever said it, so that `except COME_AGAIN` holds for a
    service that is gone, for one whose database is gone, and for one that does not answer in time.
    A CANCELLED that nobody here asked for is what an overloaded channel says, so it counts as Unavailable.
    """
    code = Code(error.code().name)
    status = rpc_status.from_call(error)  # type: ignore[arg-type]
    if status is None:
        if code in {Code.CANCELLED, Code.UNAVAILABLE, Code.UNKNOWN}:
            return Unavailable(retry_after=timedelta(seconds=1))
        if code is Code.RESOURCE_EXHAUSTED and "larger than max" in (error.details() or ""):
            return MessageTooLarge()  # gRPC says so without a reason, and has the same code for too many calls
        if code is Code.DEADLINE_EXCEEDED:
            return DeadlineExceeded()
        return RemoteError(code.value, code, code.value.lower().replace("_", " "))
    reason, metadata = code.value, dict[str, str]()
    violations: list[FieldViolation] = []
    preconditions: list[str] = []
    retry_after: timedelta | None = None
    info, bad, failed, retry = (
        error_details_pb2.ErrorInfo(),
        error_details_pb2.BadRequest(),
        error_details_pb2.PreconditionFailure(),
        error_details_pb2.RetryInfo(),
    )
    for detail in status.details:
        if detail.Unpack(info):
            reason, metadata = info.reason, dict(info.metadata)
        elif detail.Unpack(bad):
            violations += [FieldViolation(field.field, field.description) for field in bad.field_violations]
        elif detail.Unpack(failed):
            preconditions += [violation.type for violation in failed.violations]
        elif detail.Unpack(retry):
            retry_after = retry.retry_delay.ToTimedelta()
    if reason in _COME_AGAIN:
        return _COME_AGAIN[reason](metadata=metadata, retry_after=retry_after)
    return _OF_THE_KIT.get(reason, RemoteError)(
        reason,
        code,
        status.message,
        metadata=metadata,
        violations=tuple(violations),
        preconditions=tuple(preconditions),
        retry_after=retry_after,
    )
