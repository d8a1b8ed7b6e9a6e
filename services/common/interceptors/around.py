"""What all interceptors share: a method that runs around the handler of every RPC."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any

import grpc

Context = grpc.aio.ServicerContext[Any, Any]
Proceed = Callable[[Any, Context], Awaitable[Any]]
Decoder = Callable[[bytes], Any]


class AroundInterceptor(grpc.aio.ServerInterceptor):
    """Calls `around` for each RPC; the request is what the caller sent, or an iterator of it for client streams.

    It is bytes up to the innermost interceptor, validation, which makes a message of it: gRPC itself would do that
    before the first gate and answer what cannot be read with UNKNOWN and without a line in the log.

    Handlers of server streams must be coroutines that write to the context (as health's Watch is).
    """

    @cached_property
    def _wrapped(self) -> dict[str, tuple[Any, grpc.RpcMethodHandler[Any, Any]]]:
        """The handler of each method and what was made of it: gRPC asks anew for every call."""
        return {}

    async def around(self, method: str, request: Any, context: Context, proceed: Proceed, /) -> Any:
        """Do what is to be done, with `await proceed(request, context)` at its heart."""
        raise NotImplementedError

    def decoder(self, _method: str, decoder: Decoder | None, /) -> Decoder | None:
        """What makes a message of the bytes before any interceptor sees it; None leaves them as they came."""
        return decoder

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        """Wrap whatever kind of handler the method has."""
        handler: Any = await continuation(handler_call_details)
        if handler is None:
            return None  # gRPC answers UNIMPLEMENTED
        known = self._wrapped.get(handler_call_details.method)
        if known is None or known[0] is not handler:
            known = handler, self._wrap(handler_call_details.method, handler)
            self._wrapped[handler_call_details.method] = known
        return known[1]

    def _wrap(self, method: str, handler: Any) -> grpc.RpcMethodHandler[Any, Any]:
        decoder = self.decoder(method, handler.request_deserializer)

        def wrap(proceed: Proceed) -> Proceed:
            async def wrapped(request: Any, context: Context) -> Any:
                return await self.around(method, request, context, proceed)

            return wrapped

        kinds: tuple[tuple[str, Any], ...] = (
            ("unary_unary", grpc.unary_unary_rpc_method_handler),
            ("unary_stream", grpc.unary_stream_rpc_method_handler),
            ("stream_unary", grpc.stream_unary_rpc_method_handler),
            ("stream_stream", grpc.stream_stream_rpc_method_handler),
        )
        for kind, make in kinds:
            inner = getattr(handler, kind)
            if inner is not None:
                made: grpc.RpcMethodHandler[Any, Any] = make(
                    wrap(inner),
                    request_deserializer=decoder,
                    response_serializer=handler.response_serializer,
                )
                return made
        return handler  # type: ignore[no-any-return]


def service_of(method: str) -> str:
    """Full name of the gRPC service in a method path."""
    return method.lstrip("/").partition("/")[0]
