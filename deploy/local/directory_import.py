"""Streams directory files to the import service with the command line's own certificate."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lotse.directory.v1 import import_pb2, import_pb2_grpc

from deploy.local.calls import channel_of_cli
from deploy.local.environment import Environment

CHUNK_BYTES = 256 * 1024
IMPORT_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class DirectoryFile:
    """What one import reads."""

    source: str
    files: tuple[Path, ...]
    mapping: Path | None = None
    """The mapping of CSV files; without one the files are HSDS 3 JSON."""


async def import_directory(
    environment: Environment, directory: DirectoryFile, *, dry_run: bool, accept_vanishing: bool = False
) -> import_pb2.ImportResponse:
    """What the import did, or would do; raises LotseError when it was refused as a whole."""
    header = import_pb2.ImportHeader(
        source=directory.source,
        format=import_pb2.IMPORT_FORMAT_CSV if directory.mapping else import_pb2.IMPORT_FORMAT_HSDS_JSON,
        mapping=directory.mapping.read_text(encoding="utf-8") if directory.mapping else "",
        dry_run=dry_run,
        accept_vanishing=accept_vanishing,
    )
    async with channel_of_cli(environment, "directory") as channel:
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
