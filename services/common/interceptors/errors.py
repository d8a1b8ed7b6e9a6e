"""The only place where a call is aborted: typed errors become a status, anything else an incident without details."""

from typing import Any
from uuid import uuid4

import grpc
import structlog
from grpc_status import rpc_status

from services.common.errors import InternalError, LotseError
from services.common.interceptors.around import AroundInterceptor, Context, Proceed
from services.common.interceptors.record import record
from services.common.logs import places
from services.common.status import to_status

_log = structlog.get_logger(__name__)


class ErrorsInterceptor(AroundInterceptor):
    """Catches everything: gRPC itself would send the text of an unknown exception to the caller."""

    async def around(self, _method: str, request: Any, context: Context, proceed: Proceed, /) -> Any:
        """Turn what was raised into a status; cancellation passes through."""
        try:
            return await proceed(request, context)
        except LotseError as error:
            await self._abort(context, error)
        except grpc.aio.AbortError:
            raise
        except Exception as error:  # noqa: BLE001 - the last line of defence
            await self._abort(context, incident(error))

    async def _abort(self, context: Context, error: LotseError) -> None:
        seen = record()
        seen.code, seen.reason = error.code.value, error.reason
        seen.incident = error.metadata.get("incident", "")
        # An awaited abort raises, so no answer of the handler can follow it.
        await context.abort_with_status(rpc_status.to_status(to_status(error)))


def incident(error: Exception) -> InternalError:
    """The error to answer for a fault of ours; what is logged is where it happened, since its text may hold data."""
    number = str(uuid4())
    causes: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < 5:
        causes.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    where = places(error.__traceback__)
    _log.error("incident", incident=number, error=type(error).__name__, causes=causes, places=where)
    return InternalError(metadata={"incident": number})
