"""ImportService and ImportRunService."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import grpc
from lotse.directory.v1 import import_pb2, import_pb2_grpc

from services.common.errors import FieldViolation, InvalidArgument, NotFound
from services.directory.convert.imports import read_order, write_finding, write_progress, write_report, write_run
from services.directory.errors import ImportOutOfOrder, ImportTooLarge
from services.directory.importing.importer import Importer
from services.directory.model.imports import Progress, SourceFile
from services.directory.paging import read_offset, write_offset
from services.directory.store.runs import ImportRunStore

Context = grpc.aio.ServicerContext[Any, Any]
RUNS_PAGE = 50
FINDINGS_PAGE = 1_000


class ImportServicer(import_pb2_grpc.ImportServiceServicer):
    """Takes whole sources, file by file, and loads each at once or not at all."""

    def __init__(self, importer: Importer, most_bytes: int) -> None:
        self._importer = importer
        self._most_bytes = most_bytes
        self._under_way: dict[str, Progress] = {}

    async def Import(
        self, request_iterator: AsyncIterator[import_pb2.ImportRequest], context: Context
    ) -> import_pb2.ImportResponse:
        """What was done, or would be done in a dry run. A stream that breaks off loads nothing."""
        header, files = await self._receive(request_iterator)
        key = header.progress_key

        def follow(progress: Progress) -> None:
            if key:
                self._under_way[key] = progress

        try:
            # The order alone holds the files, so that each can be let go when it was read.
            return write_report(await self._importer.run(read_order(header, _taken(files)), follow))
        finally:
            self._under_way.pop(key, None)

    async def GetImportProgress(
        self, request: import_pb2.GetImportProgressRequest, context: Context
    ) -> import_pb2.GetImportProgressResponse:
        """How far an import of this process is; of any other, nothing."""
        return write_progress(self._under_way.get(request.progress_key))

    async def _receive(
        self, requests: AsyncIterator[import_pb2.ImportRequest]
    ) -> tuple[import_pb2.ImportHeader, dict[str, list[bytes]]]:
        header: import_pb2.ImportHeader | None = None
        files: dict[str, list[bytes]] = {}
        size = 0
        async for request in requests:
            if request.WhichOneof("part") == "header" and header is None:
                header = request.header
                self._check_size(header.total_bytes)
            elif request.WhichOneof("part") == "chunk" and header is not None:
                size += len(request.chunk.content)
                self._check_size(size)
                files.setdefault(request.chunk.file, []).append(request.chunk.content)
            else:
                raise ImportOutOfOrder
        if header is None or not files:
            raise ImportOutOfOrder
        return header, files

    def _check_size(self, size: int) -> None:
        if size > self._most_bytes:
            raise ImportTooLarge(metadata={"limit": str(self._most_bytes)})


class ImportRunServicer(import_pb2_grpc.ImportRunServiceServicer):
    """What imports did, for those who look after the directory."""

    def __init__(self, store: ImportRunStore) -> None:
        self._store = store

    async def ListImportRuns(
        self, request: import_pb2.ListImportRunsRequest, context: Context
    ) -> import_pb2.ListImportRunsResponse:
        """A page of imports, the newest first."""
        size = request.page_size or RUNS_PAGE
        token = read_offset(request.page_token)
        try:
            before = UUID(token) if token else None
        except ValueError:
            raise _broken_token() from None
        runs = await self._store.list_runs(before, size + 1)
        return import_pb2.ListImportRunsResponse(
            runs=[write_run(run) for run in runs[:size]],
            next_page_token=write_offset(str(runs[size - 1].id)) if len(runs) > size else "",
        )

    async def ListImportFindings(
        self, request: import_pb2.ListImportFindingsRequest, context: Context
    ) -> import_pb2.ListImportFindingsResponse:
        """A page of findings; NotFound for an import that the log does not have."""
        size = request.page_size or FINDINGS_PAGE
        token = read_offset(request.page_token)
        if token and not (token.isascii() and token.isdigit() and len(token) < 10):
            raise _broken_token()
        found = await self._store.list_findings(UUID(request.import_id), int(token or 0), size + 1)
        if found is None:
            raise NotFound
        return import_pb2.ListImportFindingsResponse(
            findings=[write_finding(finding) for _, finding in found[:size]],
            next_page_token=write_offset(str(found[size - 1][0])) if len(found) > size else "",
        )


def _taken(files: dict[str, list[bytes]]) -> list[SourceFile]:
    """The files in one piece each; the pieces are let go one file after the other."""
    return [SourceFile(name, b"".join(files.pop(name))) for name in list(files)]


def _broken_token() -> InvalidArgument:
    return InvalidArgument(violations=[FieldViolation("page_token", "is of another question, or broken")])
