"""`lotse texts recording`."""

import asyncio
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from lotse.consent.v1 import recording_pb2, recording_pb2_grpc, text_pb2, text_pb2_grpc

from deploy.cli.console import console, constellation, failures_in_words
from deploy.local.calls import channel_of_cli
from deploy.local.text_standing import LEAST_DIGITS, SHOWN_DIGITS, find_version

app = typer.Typer(
    help="Texts as a person speaks them: put a recording beside a version, or remove it.", no_args_is_help=True
)
Hash = Annotated[
    str, typer.Argument(help=f"Hash of the version, or the first {LEAST_DIGITS} or more digits of it.", metavar="HASH")
]


@app.callback()
def recording() -> None:
    """Texts as a person speaks them: put a recording beside a version, or remove it."""


@app.command("put")
def put(
    content_hash: Hash,
    file: Annotated[
        Path, typer.Argument(help="Ogg Opus, MP3 or M4A; at most three megabytes.", exists=True, dir_okay=False)
    ],
) -> None:
    """Put a recording beside a version, in the place of the one before.

    It speaks exactly the words of this version. Every new version begins without, also one that only a signature makes.
    """
    with failures_in_words():
        _say(asyncio.run(_change(content_hash, file.read_bytes())), "has the recording")


@app.command("remove")
def remove(content_hash: Hash) -> None:
    """Remove the recording of a version."""
    with failures_in_words():
        _say(asyncio.run(_change(content_hash, None)), "has no recording")


async def _change(digits: str, content: bytes | None) -> text_pb2.TextVersion:
    async with channel_of_cli(constellation().environment, "consent") as channel:
        listing = text_pb2.ListTextsRequest(without_words=True)
        listed = (await text_pb2_grpc.ConsentTextServiceStub(channel).ListTexts(listing)).texts
        key, digest = str(uuid4()), find_version(list(listed), digits).content_hash
        stub = recording_pb2_grpc.ConsentRecordingServiceStub(channel)
        changed: text_pb2.TextVersion
        if content is None:
            gone = recording_pb2.RemoveRecordingRequest(request_id=key, content_hash=digest)
            changed = (await stub.RemoveRecording(gone)).text
        else:
            new = recording_pb2.PutRecordingRequest(request_id=key, content_hash=digest, recording=content)
            changed = (await stub.PutRecording(new)).text
        return changed


def _say(version: text_pb2.TextVersion, what: str) -> None:
    place = f"{version.subject}, {version.language}, {version.variety}"
    console.print(f"{place}: {version.content_hash[:SHOWN_DIGITS]} {what}", markup=False)
