"""Takes up the trace of whoever calls, and opens the record of the call."""

from typing import Any

from services.common.interceptors.around import AroundInterceptor, Context, Proceed
from services.common.interceptors.record import CallRecord, current_record
from services.common.trace import trace_id, use_trace


class TracingInterceptor(AroundInterceptor):
    """Takes up the caller's trace or begins one, and opens the call's record."""

    async def around(self, method: str, request: Any, context: Context, proceed: Proceed, /) -> Any:
        """Bind the trace for the time of the call."""
        given = [value for key, value in context.invocation_metadata() or () if key == "traceparent"]
        trace = trace_id(str(given[0]) if len(given) == 1 else "")
        with use_trace(trace):
            token = current_record.set(CallRecord(method=method, trace=trace))
            try:
                return await proceed(request, context)
            finally:
                current_record.reset(token)
