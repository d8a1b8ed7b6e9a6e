"""A keep-alive HTTP connection that costs little: what asks must not be what is measured."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Wire:
    """One connection to 127.0.0.1; one request at a time."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def opened(cls, port: int) -> Self:
        """Connected."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, port: int, path: str, headers: Mapping[str, str]) -> bytes:
        """The body of a 200; raises RuntimeError for any other answer."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\n{lines}\r\n"
        self.writer.write(head.encode())
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = next(int(line[15:]) for line in answer.split("\r\n") if line.startswith("content-length:"))
        body = await self.reader.readexactly(length)
        if not answer.startswith("http/1.1 200"):
            raise RuntimeError(f"{path.partition('?')[0]} answered {answer[9:12]}")
        return body


class Wires:
    """As many connections as there are requests at once."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[Wire] = []

    async def post(self, path: str, headers: Mapping[str, str]) -> bytes:
        """On a free connection, or a new one."""
        wire = self._free.pop() if self._free else await Wire.opened(self._port)
        body = await wire.post(self._port, path, headers)
        self._free.append(wire)
        return body

    def close(self) -> None:
        """All of them."""
        for wire in self._free:
            wire.writer.close()
