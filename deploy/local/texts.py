"""Consent texts: the sets that are delivered, what the demonstration makes of them, and publishing them."""

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lotse.consent.v1 import text_pb2 as pb
from lotse.consent.v1 import text_pb2_grpc

from deploy.local.calls import Reach, channel_of_cli
from deploy.local.failures import RunnerError
from deploy.local.paths import CHECKOUT

DELIVERED = CHECKOUT / "deploy" / "consent_texts"
"""One set a file: a language and a language variety with all subjects."""

_OF_SET = ("language", "variety", "translator", "reviewer", "reviewed_on")
_OF_TEXT = ("title", "body", "translator", "reviewer", "reviewed_on", "material")
_INVENTED = pb.TextVersion(reviewer="Dr. Erika Beispiel (erfunden)", reviewed_on="2026-11-02", demo=True)


@dataclass(frozen=True, slots=True)
class Published:
    """What became of texts."""

    count: int
    not_reviewed: int
    retired: int
    """The same content was published before and is retired: it stays so. Changed words are a new version."""

    def __str__(self) -> str:
        parts = [f"{self.count} published"]
        if self.not_reviewed:
            parts.append(f"{self.not_reviewed} of them not reviewed: shown only with an interpreter")
        if self.retired:
            parts.append(f"{self.retired} of them retired before, and still so")
        return ", ".join(parts)


def read_texts(folder: Path) -> list[pb.TextVersion]:
    """The texts of all sets in a folder; raises RunnerError that names the file and what is wrong with it."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise RunnerError(f"There is no consent text in {folder}.")
    return [text for path in files for text in read_set(path)]


def read_set(path: Path) -> list[pb.TextVersion]:
    """The texts of one set: what its head says holds for each, unless the text says otherwise."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RunnerError(f"{path.name} is no TOML file: {error}") from None
    head = {name: value for name, value in values.items() if not isinstance(value, dict)}
    texts = {name: value for name, value in values.items() if isinstance(value, dict)}
    _check(f"{path.name}", head, _OF_SET, needed=("language", "variety"))
    if not texts:
        raise RunnerError(f"{path.name}: there is no text in it.")
    for subject, text in texts.items():
        _check(f"{path.name}, {subject}", text, _OF_TEXT, needed=("title", "body"))
    return [pb.TextVersion(subject=subject, **{**head, **text}) for subject, text in texts.items()]


def demonstration_texts() -> list[pb.TextVersion]:
    """The delivered texts with a reviewer who is invented, marked as such: production refuses them."""
    texts = read_texts(DELIVERED)
    for text in texts:
        text.MergeFrom(_INVENTED)
    return texts


async def publish_texts(reach: Reach, texts: Sequence[pb.TextVersion]) -> Published:
    """Publish every text; the same content again changes nothing."""
    published = []
    async with channel_of_cli(reach, "consent") as channel:
        stub = text_pb2_grpc.ConsentTextServiceStub(channel)
        for text in texts:
            repeat_key = uuid5(NAMESPACE_URL, f"lotse-text/{_digest(text)}")
            request = pb.PublishTextRequest(request_id=str(repeat_key), text=text)
            published.append((await stub.PublishText(request)).text)
    return Published(
        count=len(published),
        not_reviewed=sum(not text.reviewer for text in published),
        retired=sum(text.HasField("retired_at") for text in published),
    )


def _digest(text: pb.TextVersion) -> str:
    return hashlib.sha256(text.SerializeToString(deterministic=True)).hexdigest()


def _check(where: str, values: dict[str, Any], known: Sequence[str], needed: Sequence[str]) -> None:
    if unknown := sorted(values.keys() - set(known)):
        raise RunnerError(f"{where}: there is no field {', '.join(unknown)}.")
    if missing := [name for name in needed if not values.get(name)]:
        raise RunnerError(f"{where}: {', '.join(missing)} is missing.")
    for name, value in values.items():
        if not isinstance(value, bool if name == "material" else str):
            raise RunnerError(f"{where}: {name} has to be {'true or false' if name == 'material' else 'text'}.")
