"""The whole of a collection, piece by piece, as fast as the reader takes it and the directory gives it."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import structlog
from lotse.directory.v1 import publication_pb2 as pb
from lotse.directory.v1 import publication_pb2_grpc
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.errors import TooBusy
from gateway.hsds.answers import page_members
from gateway.hsds.parameters import COLLECTIONS, Wanted
from services.common.errors import LotseError

_log = structlog.get_logger("hsds")


class Streams:
    """Bounds how many streams there are at once and how long each may take.

    A stream keeps one of the places that all requests share: a few of them, for some minutes, and never more.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._free = most
        self.seconds = seconds

    async def begun(self, stub: publication_pb2_grpc.PublicationServiceStub, wanted: Wanted) -> "StreamedAnswer":
        """The answer with its first piece, so that what is refused is still a problem; TooBusy when none is free."""
        if self._free <= 0:
            raise TooBusy(retry_after=timedelta(seconds=30))
        self._free -= 1
        try:
            request = pb.StreamRecordsRequest(
                collections=[COLLECTIONS[wanted.collection]], depth=wanted.depth, filter=wanted.filter
            )
            pieces = aiter(stub.StreamRecords(request, timeout=self.seconds))
            first = await anext(pieces, None)
        except BaseException:
            self._free += 1
            raise
        return StreamedAnswer(self, first, pieces, wanted)

    def ended(self) -> None:
        """One is free again."""
        self._free += 1


class StreamedAnswer(Response):
    """Lines (NDJSON), or for `minimal` one page object of all; visibly cut off when the directory ends early."""

    def __init__(self, streams: Streams, first: Any, rest: Any, wanted: Wanted) -> None:
        super().__init__()
        self._streams = streams
        self._first = first
        self._rest = rest
        self._as_page = not wanted.as_lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it. Each piece is asked for when the one before is out of our hands; for HEAD none."""
        kind = b"application/json" if self._as_page else b"application/x-ndjson"
        headers = [(b"content-type", kind), (b"cache-control", b"no-store")]
        gone = asyncio.create_task(_gone(receive), name="hsds-reader")
        try:
            async with asyncio.timeout(self._streams.seconds):
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                if scope["method"] != "HEAD":
                    async with aclosing(self._bodies()) as bodies:
                        async for body in bodies:
                            if gone.done():
                                return
                            await send({"type": "http.response.body", "body": body, "more_body": True})
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (LotseError, TimeoutError) as error:
            # Without its end the server closes the connection, and the reader sees that something is missing.
            _log.warning("hsds.stream_cut", reason=getattr(error, "reason", "TOO_SLOW"))
        finally:
            gone.cancel()
            await self._rest.aclose()
            self._streams.ended()

    async def _bodies(self) -> AsyncGenerator[bytes]:
        if not self._as_page:
            async for piece in self._pieces():
                yield piece.lines
            return
        count, between = 0, b'{"contents": ['
        async for piece in self._pieces():
            count += piece.count
            text = between + piece.lines.removesuffix(b"\n").replace(b"\n", b",")
            between = b"," if piece.lines.endswith(b"\n") else b""
            yield text
        members = json.dumps(page_members(count, 1, max(count, 1), count))
        yield (b"" if count else between) + b"], " + members[1:].encode()

    async def _pieces(self) -> AsyncGenerator[Any]:
        if self._first is not None:
            yield self._first
            async for piece in self._rest:
                yield piece


async def _gone(receive: Receive) -> None:
    """Returns when nobody reads any more."""
    while (await receive())["type"] != "http.disconnect":
        pass
