"""Looks for planted words in logs, however they were written down."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus


@dataclass(frozen=True, slots=True)
class Sweep:
    """What was looked through, and where something was found; the findings do not repeat what they found."""

    files: int
    size: int
    findings: tuple[str, ...]


def ways_of_writing(word: str) -> set[bytes]:
    """The word as text, in JSON, in an address, in another case and encoding, and inside base64 at any offset."""
    texts = {word, word.lower(), word.upper(), json.dumps(word)[1:-1], quote(word), quote_plus(word)}
    found = {text.encode() for text in texts}
    found |= {word.encode("utf-16-le"), word.encode("latin-1", "replace"), word.encode().hex().encode()}
    # The characters at either end depend on the neighbours.
    raw = word.encode()
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw)
        inner = encoded[(offset * 8 + 5) // 6 : (offset + len(raw)) * 8 // 6]
        if len(inner) >= 8:
            found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def sweep(folder: Path, words: Iterable[str]) -> Sweep:
    """Every file of the folder for every word."""
    wanted = [(number, ways_of_writing(word)) for number, word in enumerate(words, 1)]
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    findings, size = [], 0
    for path in files:
        content = path.read_bytes()
        size += len(content)
        for number, ways in wanted:
            place = min((at for way in ways if (at := content.find(way)) >= 0), default=None)
            if place is not None:
                line = content.count(b"\n", 0, place) + 1
                findings.append(f"{path.name}, line {line}: planted word {number}")
    return Sweep(len(files), size, tuple(findings))
