"""Streams directory files to the import service with the command line's own certificate."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lotse.directory.v1 import import_pb2, import_pb2_grpc

from deploy.local.calls import Reach, channel_of_cli
from deploy.local.failures import RunnerError

CHUNK_BYTES = 256 * 1024
IMPORT_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class DirectoryFile:
    """What one import reads."""

    source: str
    files: tuple[Path, ...]
    mapping: Path | None = None
    """The mapping of CSV files; without one the files are HSDS 3 JSON."""


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
    reach: Reach, directory: DirectoryFile, *, dry_run: bool, accept_vanishing: bool = False
) -> import_pb2.ImportResponse:
    """What the import did, or would do; raises LotseError when it was refused as a whole."""
    header = import_pb2.ImportHeader(
        source=directory.source,
        format=import_pb2.IMPORT_FORMAT_CSV if directory.mapping else import_pb2.IMPORT_FORMAT_HSDS_JSON,
        mapping=directory.mapping.read_text(encoding="utf-8") if directory.mapping else "",
        dry_run=dry_run,
        accept_vanishing=accept_vanishing,
    )
    async with channel_of_cli(reach, "directory") as channel:
        stub = import_pb2_grpc.ImportServiceStub(channel)
        return await stub.Import(_requests(header, directory.files), timeout=IMPORT_SECONDS)


def _requests(header: import_pb2.ImportHeader, files: tuple[Path, ...]) -> Iterator[import_pb2.ImportRequest]:
    yield import_pb2.ImportRequest(header=header)
    for path in files:
        with path.open("rb") as file:
            content = file.read(CHUNK_BYTES)
            while True:  # an empty file is sent as well, so that the report says that it is empty
                yield import_pb2.ImportRequest(chunk=import_pb2.ImportChunk(file=path.name, content=content))
                if not (content := file.read(CHUNK_BYTES)):
                    break
