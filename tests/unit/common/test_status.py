"""What asks to come again is the same error here as it was there, so that one `except` holds for all of it."""

from __future__ import annotations

import grpc
import pytest
from grpc.aio import AioRpcError, Metadata

from services.common.errors import (
    COME_AGAIN,
    FieldViolation,
    InvalidArgument,
    LotseError,
    NotFound,
    PermissionDenied,
    StaleEtag,
)
from services.common.status import RemoteError, remote_error, to_status


def heard(error: LotseError) -> LotseError:
    """The error as whoever called meets it."""
    details = Metadata(("grpc-status-details-bin", to_status(error).SerializeToString()))
    return remote_error(AioRpcError(grpc.StatusCode[error.code.name], Metadata(), details, details=error.text))


@pytest.mark.parametrize("kind", COME_AGAIN)
def test_whoever_could_not_answer_just_now_is_caught_as_one_of_them(kind: type[LotseError]) -> None:
    with pytest.raises(COME_AGAIN) as met:
        raise heard(kind())
    assert type(met.value) is kind
    assert met.value.reason == kind.reason


@pytest.mark.parametrize("kind", [InvalidArgument, NotFound, PermissionDenied, StaleEtag])
def test_what_every_service_can_say_is_caught_whoever_said_it(kind: type[LotseError]) -> None:
    with pytest.raises(kind) as met:
        raise heard(kind(violations=[FieldViolation("handle", "missing")]))
    assert isinstance(met.value, RemoteError)
    assert (met.value.reason, met.value.code, met.value.text) == (kind.reason, kind.code, kind.text)
    assert met.value.violations == (FieldViolation("handle", "missing"),)
