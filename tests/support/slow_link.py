"""A wire between two processes that can become slow, stand still, or lose what was connected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class SlowLink:
    """Passes on what comes, later or not at all, as a test says."""

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._ends: set[asyncio.StreamWriter] = set()
        self._forgotten: set[asyncio.StreamWriter] = set()
        self._jobs: set[asyncio.Task[None]] = set()
        self.delay_seconds = 0.0
        self.connections = 0
        self.address = ""

    def stall(self) -> None:
        """Nothing passes; nobody is told."""
        self._flowing.clear()

    def resume(self) -> None:
        """What was kept passes, and everything after it."""
        self._flowing.set()

    def forget(self) -> None:
        """What is connected now never hears of the other side again; new connections are as good as ever."""
        self._forgotten |= self._ends

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways, until either side ends it."""
        self.connections += 1
        there, back = await asyncio.open_connection(*self._target)
        self._ends |= {writer, back}
        ways = [asyncio.create_task(self._pass(reader, back)), asyncio.create_task(self._pass(there, writer))]
        self._jobs.update(ways)
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self._jobs.difference_update(ways)
        for end in (writer, back):
            self._ends.discard(end)
            end.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if writer in self._forgotten:
                continue
            if self.delay_seconds:
                await asyncio.sleep(self.delay_seconds)
            await self._flowing.wait()
            with suppress(ConnectionError):
                writer.write(data)
                await writer.drain()

    async def close(self) -> None:
        """Cut everything."""
        for job in list(self._jobs):
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)


@asynccontextmanager
async def a_slow_link(target: str) -> AsyncIterator[SlowLink]:
    """Between whoever connects to its address and the target (host:port)."""
    link = SlowLink(target)
    server = await asyncio.start_server(link.accept, "127.0.0.1", 0)
    link.address = "{}:{}".format(*server.sockets[0].getsockname()[:2])
    try:
        yield link
    finally:
        server.close()
        await link.close()
        await asyncio.sleep(0)
