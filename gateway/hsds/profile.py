"""The profile, from one file: as JSON for programs, as a page for readers, and as docs/hsds-profile.md."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from gateway.hsds.answers import conditional
from gateway.web.language import language
from gateway.web.rendering import Reader, page

_FILE = Path(__file__).with_suffix(".toml")
_HEAD = """# The HSDS profile of Lotsennetz

Generated from `gateway/hsds/profile.toml` by `make docs`; not edited by hand. An installation
serves the same at `/hsds/profile`, which is the profile's URI.
"""


@cache
def profile() -> dict[str, Any]:
    """The profile as the file has it, texts in one line."""
    with _FILE.open("rb") as file:
        found = tomllib.load(file)
    found["about"] = _line(found["about"])
    for note in found["note"]:
        note["text"] = _line(note["text"])
    return found


def profile_document(origin: str) -> dict[str, Any]:
    """For programs."""
    known = profile()
    return {
        "uri": f"{origin}/hsds/profile",
        "name": known["name"],
        "base": known["base"],
        "description": known["about"],
        "notes": known["note"],
        "objects": [
            {"name": each["name"], "meaning": each["meaning"], "fields": each["field"]} for each in known["object"]
        ],
    }


def profile_markdown() -> str:
    """The page docs/hsds-profile.md."""
    known = profile()
    parts = [_HEAD, f"Base: {known['base']}.\n", f"{known['about']}\n"]
    parts += [f"## {note['title']}\n\n{note['text']}\n" for note in known["note"]]
    parts.append("## Added fields\n")
    for each in known["object"]:
        rows = [
            f"| `{field['name']}` | {field['type']} | {', '.join(f'`{value}`' for value in field.get('values', []))} "
            f"| {field['meaning']} | `{field['example']}` |"
            for field in each["field"]
        ]
        head = "| field | type | values | meaning | example |\n|---|---|---|---|---|"
        parts.append(f"### {each['name']}\n\n{each['meaning']}\n\n{head}\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def profile_answer(request: Request, origin: str) -> Response:
    """A page where a browser asks, else JSON."""
    if "text/html" in request.headers.get("Accept", ""):
        return page(Reader(language(request), at="/hsds/profile"), "public/hsds_profile.html", profile=profile())
    return conditional(request, json.dumps(profile_document(origin), ensure_ascii=False).encode())


def _line(text: str) -> str:
    return " ".join(text.split())
