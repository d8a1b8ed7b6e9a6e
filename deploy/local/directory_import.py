"""Streams directory files to the import service with the command line's own certificate."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from lotse.directory.v1 import import_pb2, import_pb2_grpc

from deploy.local.calls import Reach, channel_of_cli
from deploy.local.failures import RunnerError
from services.common.errors import LotseError

CHUNK_BYTES = 256 * 1024
IMPORT_SECONDS = 900.0
ASK_SECONDS = 0.5
FINDINGS_PAGE = 4_000
TOO_LARGE = "IMPORT_TOO_LARGE"
FORMATS = {
    "auto": import_pb2.IMPORT_FORMAT_AUTO,
    "hsds": import_pb2.IMPORT_FORMAT_HSDS_JSON,
    "ndjson": import_pb2.IMPORT_FORMAT_NDJSON,
    "datapackage": import_pb2.IMPORT_FORMAT_DATAPACKAGE,
    "hsds1": import_pb2.IMPORT_FORMAT_HSDS_1,
    "csv": import_pb2.IMPORT_FORMAT_CSV,
}
_PHASES = {
    import_pb2.IMPORT_PHASE_READING: "reading the files",
    import_pb2.IMPORT_PHASE_MERGING: "checking and merging rows",
    import_pb2.IMPORT_PHASE_INDEXING: "making the search index",
}

Follow = Callable[[str, int, int], None]
"""Is told what an import is at, and how much of how much is done; of an unknown whole, 0."""


@dataclass(frozen=True, slots=True)
class DirectoryFile:
    """What one import reads."""

    source: str
    files: tuple[Path, ...]
    mapping: Path | None = None
    """The mapping of CSV files; without one the files themselves tell their format."""
    format: str = "auto"
    country: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of a source were read, and what became of them."""

    source: str
    read: int
    created: int
    unchanged: int
    quarantined: int

    def __str__(self) -> str:
        """In one line."""
        return f"{self.read} rows read, {self.created} new, {self.quarantined} quarantined"


async def load_directory(reach: Reach, directory: DirectoryFile) -> Loaded:
    """Load it; raises RunnerError with the first row that is wrong when nothing was loaded."""
    report = await import_directory(reach, directory, dry_run=False)
    if not report.loaded:
        first = report.quarantine[0] if report.quarantine else None
        why = f" ({first.file}, row {first.row}, {first.field}: {first.reason})" if first else ""
        raise RunnerError(f"The directory {directory.source} was refused{why}: take its files as they came.")
    columns = ("read", "created", "unchanged", "quarantined")
    return Loaded(directory.source, *(sum(getattr(count, column) for count in report.counts) for column in columns))


async def import_directory(
    reach: Reach,
    directory: DirectoryFile,
    *,
    dry_run: bool,
    accept_vanishing: bool = False,
    follow: Follow | None = None,
) -> import_pb2.ImportResponse:
    """What the import did, or would do; raises LotseError when it was refused before it was read."""
    total = sum(path.stat().st_size for path in directory.files)
    header = import_pb2.ImportHeader(
        source=directory.source,
        format=import_pb2.IMPORT_FORMAT_CSV if directory.mapping else FORMATS[directory.format],
        mapping=directory.mapping.read_text(encoding="utf-8") if directory.mapping else "",
        dry_run=dry_run,
        accept_vanishing=accept_vanishing,
        total_bytes=total,
        country=directory.country,
        progress_key=str(uuid4()) if follow else "",
    )
    async with channel_of_cli(reach, "directory") as channel:
        stub = import_pb2_grpc.ImportServiceStub(channel)
        asking = asyncio.create_task(_ask(stub, header.progress_key, follow)) if follow else None
        try:
            return await stub.Import(_requests(header, directory.files, follow), timeout=IMPORT_SECONDS)
        except LotseError as error:
            if error.reason != TOO_LARGE:
                raise
            limit = int(error.metadata.get("limit", "0")) >> 20
            message = (
                f"The files have {total >> 20} MiB; an import may have {limit} MiB (LOTSE_DIRECTORY_IMPORT_BYTES)."
            )
            raise RunnerError(
                f"{message} Nothing was sent: import them in parts, each as a source of its own."
            ) from None
        finally:
            if asking is not None:
                asking.cancel()
                with suppress(asyncio.CancelledError):
                    await asking


async def list_findings(reach: Reach, import_id: str) -> list[import_pb2.QuarantineEntry]:
    """All that the log has of what an import found."""
    found: list[import_pb2.QuarantineEntry] = []
    request = import_pb2.ListImportFindingsRequest(import_id=import_id, page_size=FINDINGS_PAGE)
    async with channel_of_cli(reach, "directory") as channel:
        stub = import_pb2_grpc.ImportRunServiceStub(channel)
        while True:
            page = await stub.ListImportFindings(request)
            found += page.findings
            if not page.next_page_token:
                return found
            request.page_token = page.next_page_token


async def list_runs(reach: Reach, size: int) -> list[import_pb2.ImportRun]:
    """The last imports, the newest first."""
    async with channel_of_cli(reach, "directory") as channel:
        stub = import_pb2_grpc.ImportRunServiceStub(channel)
        return list((await stub.ListImportRuns(import_pb2.ListImportRunsRequest(page_size=size))).runs)


async def _ask(stub: import_pb2_grpc.ImportServiceStub, key: str, follow: Follow) -> None:
    """Asks how far the import is until it is told to stop; what it does not learn it does not show."""
    request = import_pb2.GetImportProgressRequest(progress_key=key)
    while True:
        await asyncio.sleep(ASK_SECONDS)
        with suppress(LotseError):
            progress = await stub.GetImportProgress(request)
            if progress.phase in _PHASES:
                follow(_PHASES[progress.phase], progress.done, progress.total)


def _requests(
    header: import_pb2.ImportHeader, files: tuple[Path, ...], follow: Follow | None = None
) -> Iterator[import_pb2.ImportRequest]:
    yield import_pb2.ImportRequest(header=header)
    sent = 0
    for path in files:
        with path.open("rb") as file:
            content = file.read(CHUNK_BYTES)
            while True:  # an empty file is sent as well, so that the report says that it is empty
                yield import_pb2.ImportRequest(chunk=import_pb2.ImportChunk(file=path.name, content=content))
                sent += len(content)
                if follow is not None:
                    follow("sending", sent, header.total_bytes)
                if not (content := file.read(CHUNK_BYTES)):
                    break
