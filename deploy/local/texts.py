"""Publishes consent texts from TOML files, one version a file."""

import asyncio
import tomllib
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from lotse.consent.v1 import text_pb2, text_pb2_grpc

from deploy.local.calls import Reach, channel_of_cli
from deploy.local.failures import RunnerError

_FIELDS = ("subject", "language", "variety", "title", "body", "translator", "reviewer", "reviewed_on", "demo")


def text_files(folder: Path) -> list[Path]:
    """The texts of a folder; raises RunnerError when there is none."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise RunnerError(f"There is no consent text in {folder}.")
    return files


async def publish_texts(reach: Reach, files: list[Path]) -> str:
    """Publish every text; the same content again changes nothing. Says how many there are."""
    async with channel_of_cli(reach, "consent") as channel:
        stub = text_pb2_grpc.ConsentTextServiceStub(channel)
        for path in files:
            content = await asyncio.to_thread(path.read_bytes)
            values = tomllib.loads(content.decode("utf-8"))
            if unknown := set(values) - set(_FIELDS):
                raise RunnerError(f"{path.name}: there is no field {', '.join(sorted(unknown))}.")
            repeat_key = uuid5(NAMESPACE_URL, f"{path.name}/{content.hex()}")
            await stub.PublishText(
                text_pb2.PublishTextRequest(request_id=str(repeat_key), text=text_pb2.TextVersion(**values))
            )
    return f"{len(files)} in force"
