"""`lotse texts`."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import uuid4

import typer
from lotse.consent.v1 import text_pb2 as pb
from lotse.consent.v1 import text_pb2_grpc
from rich.markup import escape
from rich.table import Table

from deploy.cli import recordings
from deploy.cli.console import console, constellation, failures_in_words
from deploy.local.calls import channel_of_cli
from deploy.local.text_standing import CURRENT, LEAST_DIGITS, SHOWN_DIGITS, STATES, find_version
from deploy.local.texts import DELIVERED, publish_texts, read_texts

app = typer.Typer(
    help="The texts that clients are asked with: publish, read, sign and retire them.", no_args_is_help=True
)
app.add_typer(recordings.app, name="recording")
Hash = Annotated[
    str, typer.Argument(help=f"Its hash, or the first {LEAST_DIGITS} or more digits of it.", metavar="HASH")
]
Answer = TypeVar("Answer")
Stub = Any  # its types know only the synchronous kind


@app.callback()
def texts() -> None:
    """The texts that clients are asked with: publish, read, sign and retire them."""


@app.command("publish")
def publish(
    folder: Annotated[
        Path, typer.Argument(help="Sets of texts (TOML); without it those that are delivered.", file_okay=False)
    ] = DELIVERED,
) -> None:
    """Publish every text of a folder. The same content again changes nothing, changed words are a new version.

    A text without a reviewer is kept, and shown only where an interpreter is with the client. Changes that say nothing
    else are marked `material = false` in the file; after any other one open questions are asked anew.
    """
    with failures_in_words():
        whole = constellation()
        console.print(str(asyncio.run(publish_texts(whole.environment, read_texts(folder)))), markup=False)


@app.command("list")
def list_texts(
    language: Annotated[str, typer.Option(help="Only of this language (ISO 639-1).")] = "",
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also what was replaced or retired.")] = False,
) -> None:
    """Which versions are in force, and which wait for a reviewer."""
    with failures_in_words():
        versions = _call(_versions)
        table = Table(box=None, pad_edge=False)
        for column in (
            "subject",
            "language",
            "state",
            "reviewed by",
            "on",
            "material",
            "recording",
            "published",
            "hash",
        ):
            table.add_column(column)
        for version in sorted(versions, key=lambda each: (each.language, each.variety, each.subject)):
            if (language and version.language != language) or not (everything or version.state in CURRENT):
                continue
            variety = "" if version.variety == "standard" else f" ({version.variety})"
            table.add_row(
                version.subject,
                f"{version.language}{variety}",
                STATES[version.state],
                escape(version.reviewer or "-"),
                version.reviewed_on or "-",
                "yes" if version.material else "no",
                "yes" if version.recording_type else "no",
                version.published_at.ToDatetime().strftime("%Y-%m-%d"),
                version.content_hash[:SHOWN_DIGITS],
            )
        console.print(table if table.row_count else "There is no text.")


@app.command("show")
def show(
    content_hash: Hash,
    *,
    html: Annotated[bool, typer.Option("--html", help="As it was rendered when it was published.")] = False,
) -> None:
    """A version as its reader sees it, with the hash that its reviewer signs or that stands in the evidence."""

    async def read(stub: Stub) -> pb.GetRenderedTextResponse:
        version = find_version(await _versions(stub), content_hash)
        found: pb.GetRenderedTextResponse = await stub.GetRenderedText(
            pb.GetRenderedTextRequest(content_hash=version.content_hash)
        )
        return found

    with failures_in_words():
        found = _call(read)
        if html:
            console.print(found.html, markup=False, end="")
            return
        text = found.text
        console.print(f"{text.title}\n\n{text.body.strip()}\n", markup=False)
        console.print(f"{text.subject}, {text.language}, {text.variety}", markup=False)
        console.print(f"translator: {text.translator or '-'}", markup=False)
        console.print(f"reviewer: {text.reviewer or 'nobody yet'} {text.reviewed_on}".strip(), markup=False)
        console.print(f"hash: {text.content_hash}", markup=False)


@app.command("review")
def review(
    content_hash: Hash,
    *,
    reviewer: Annotated[str, typer.Option(help="Name of the person who read it and stands for it.")],
    on: Annotated[str, typer.Option(help="Day of the review (YYYY-MM-DD); without it today.")] = "",
) -> None:
    """Sign a version for its reviewer: from then on clients can read it alone.

    The version that was read stays as it is; a new one has the same words, the name and the day. Give the hash that
    stands on what the reviewer read.
    """

    async def sign(stub: Stub) -> pb.TextVersion:
        version = find_version(await _versions(stub), content_hash)
        answer = await stub.ReviewText(
            pb.ReviewTextRequest(
                request_id=str(uuid4()),
                text_version_id=version.text_version_id,
                content_hash=version.content_hash,
                reviewer=reviewer,
                reviewed_on=on or date.today().isoformat(),  # noqa: DTZ011 - the day where the reviewer is
            )
        )
        signed: pb.TextVersion = answer.text
        return signed

    with failures_in_words():
        signed = _call(sign)
        console.print(
            f"{signed.subject}, {signed.language}, {signed.variety}: signed by {signed.reviewer} on "
            f"{signed.reviewed_on}; the new version is {signed.content_hash[:SHOWN_DIGITS]}",
            markup=False,
        )


@app.command("retire")
def retire(content_hash: Hash) -> None:
    """Retire a version: it is shown to nobody any more, and open questions that were asked with it are asked anew."""

    async def end(stub: Stub) -> pb.TextVersion:
        version = find_version(await _versions(stub), content_hash)
        answer = await stub.RetireText(
            pb.RetireTextRequest(request_id=str(uuid4()), text_version_id=version.text_version_id)
        )
        retired: pb.TextVersion = answer.text
        return retired

    with failures_in_words():
        retired = _call(end)
        console.print(f"{retired.subject}, {retired.language}, {retired.variety}: retired", markup=False)


async def _versions(stub: Stub) -> list[pb.TextVersion]:
    return list((await stub.ListTexts(pb.ListTextsRequest(without_words=True))).texts)


def _call(what: Callable[[Stub], Coroutine[Any, Any, Answer]]) -> Answer:
    async def do() -> Answer:
        async with channel_of_cli(constellation().environment, "consent") as channel:
            return await what(text_pb2_grpc.ConsentTextServiceStub(channel))

    return asyncio.run(do())
