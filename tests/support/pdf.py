"""Reading PDFs as somebody would who gets one: its tags, its text, what is attached."""

from __future__ import annotations

import io
from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject


@dataclass(frozen=True)
class Opened:
    """What stands in a PDF. `text` has one blank wherever there was any, since lines are broken by the paper."""

    language: str
    title: str
    is_tagged: bool
    claims: frozenset[str]
    structure: tuple[str, ...]
    text: str
    attachments: dict[str, bytes]


def opened(content: bytes) -> Opened:
    reader = PdfReader(io.BytesIO(content))
    root = reader.root_object
    metadata, marks = root["/Metadata"].get_object(), root["/MarkInfo"].get_object()
    assert isinstance(metadata, StreamObject)
    assert isinstance(marks, DictionaryObject)
    claims = metadata.get_data().decode()
    return Opened(
        language=str(root.get("/Lang", "")),
        title=(reader.metadata.title or "") if reader.metadata else "",
        is_tagged="/StructTreeRoot" in root and bool(marks["/Marked"]),
        claims=frozenset(name for name in ("pdfuaid", "pdfaid") if f"{name}:part" in claims),
        structure=tuple(_kinds(root["/StructTreeRoot"].get_object())),
        text=" ".join(" ".join(page.extract_text() for page in reader.pages).split()),
        attachments={name: contents[0] for name, contents in reader.attachments.items()},
    )


def _kinds(element: object) -> list[str]:
    """Kinds of the tags in the order in which they are read."""
    if isinstance(element, list):
        return [kind for each in element for kind in _kinds(each.get_object())]
    if not isinstance(element, dict):
        return []
    own = [str(element["/S"])] if "/S" in element else []
    return own + (_kinds(element["/K"].get_object()) if "/K" in element else [])
