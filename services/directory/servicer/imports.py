"""ImportService."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import grpc
from lotse.directory.v1 import import_pb2, import_pb2_grpc

from services.directory.convert.imports import read_order, write_report
from services.directory.errors import ImportOutOfOrder, ImportTooLarge
from services.directory.importing.importer import Importer

Context = grpc.aio.ServicerContext[Any, Any]


class ImportServicer(import_pb2_grpc.ImportServiceServicer):
    """Takes whole sources, file by file, and loads each at once or not at all."""

    def __init__(self, importer: Importer, most_bytes: int) -> None:
        self._importer = importer
        self._most_bytes = most_bytes

    async def Import(
        self, request_iterator: AsyncIterator[import_pb2.ImportRequest], context: Context
    ) -> import_pb2.ImportResponse:
        """What was done, or would be done in a dry run. A stream that breaks off loads nothing."""
        header: import_pb2.ImportHeader | None = None
        files: dict[str, bytearray] = {}
        size = 0
        async for request in request_iterator:
            if request.WhichOneof("part") == "header" and header is None:
                header = request.header
            elif request.WhichOneof("part") == "chunk" and header is not None:
                size += len(request.chunk.content)
                if size > self._most_bytes:
                    raise ImportTooLarge(metadata={"limit": str(self._most_bytes)})
                files.setdefault(request.chunk.file, bytearray()).extend(request.chunk.content)
            else:
                raise ImportOutOfOrder
        if header is None or not files:
            raise ImportOutOfOrder
        order = read_order(header, {name: bytes(content) for name, content in files.items()})
        return write_report(await self._importer.run(order))
