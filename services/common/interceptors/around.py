"""What all interceptors share: a method that runs around the handler of every RPC."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import grpc

Context = grpc.aio.ServicerContext[Any, Any]
Proceed = Callable[[Any, Context], Awaitable[Any]]
Decoder = Callable[[bytes], Any]
_Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"

_KINDS: tuple[tuple[str, Any], ...] = (
    ("unary_unary", grpc.unary_unary_rpc_method_handler),
    ("unary_stream", grpc.unary_stream_rpc_method_handler),
    ("stream_unary", grpc.stream_unary_rpc_method_handler),
    ("stream_stream", grpc.stream_stream_rpc_method_handler),
)


class AroundInterceptor:
    """Runs `around` for each RPC; the request is what the caller sent, or an iterator of it for client streams.

    It is bytes up to the innermost interceptor, validation, which makes a message of it: gRPC itself would do that
    before the first gate and answer what cannot be read with UNKNOWN and without a line in the log.

    Handlers of server streams must be coroutines that write to the context (as health's Watch is).
    """

    async def around(self, method: str, request: Any, context: Context, proceed: Proceed, /) -> Any:
        """Do what is to be done, with `await proceed(request, context)` at its heart."""
        raise NotImplementedError

    def decoder(self, _method: str, decoder: Decoder | None, /) -> Decoder | None:
        """What makes a message of the bytes before any interceptor sees it; None leaves them as they came."""
        return decoder

    def unserved(self, method: str, /) -> None:
        """Hear of a call to a method that is not served, for which there is nothing to run around."""


class Chain(grpc.aio.ServerInterceptor):
    """Interceptors as one, outermost first: gRPC would ask each of them anew for every call."""

    def __init__(self, interceptors: Sequence[AroundInterceptor]) -> None:
        self._interceptors = tuple(interceptors)
        self._wrapped: dict[str, tuple[_Handler, _Handler]] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[_Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> _Handler | None:
        """The handler with everything around it, made once for each method."""
        method = handler_call_details.method
        handler = await continuation(handler_call_details)
        if handler is None:
            for interceptor in self._interceptors:
                interceptor.unserved(method)
            return None  # gRPC answers UNIMPLEMENTED
        known = self._wrapped.get(method)
        if known is None or known[0] is not handler:
            known = self._wrapped[method] = handler, self._wrap(method, handler)
        return known[1]

    def _wrap(self, method: str, handler: Any) -> _Handler:
        kind, make = next((kind, make) for kind, make in _KINDS if getattr(handler, kind) is not None)
        decoder, proceed = handler.request_deserializer, getattr(handler, kind)
        for interceptor in reversed(self._interceptors):
            decoder = interceptor.decoder(method, decoder)
            proceed = _around(interceptor, method, proceed)

        async def called(request: Any, context: Context) -> Any:
            return await proceed(request, context)

        made: _Handler = make(called, request_deserializer=decoder, response_serializer=handler.response_serializer)
        return made


def _around(interceptor: AroundInterceptor, method: str, proceed: Proceed) -> Proceed:
    around = interceptor.around

    def wrapped(request: Any, context: Context) -> Awaitable[Any]:
        return around(method, request, context, proceed)

    return wrapped


def service_of(method: str) -> str:
    """Full name of the gRPC service in a method path."""
    return method.lstrip("/").partition("/")[0]
