"""Texts: their hash, and which ones a request needs."""

import hashlib
import json
from typing import Final

from services.consent.model.text import Text
from services.consent.model.vocabulary import Purpose

WAY_BACK: Final = "way-back"
SECRECY_RELEASE: Final = "secrecy-release"
VARIETY: Final = "standard"


def content_hash(text: Text) -> bytes:
    """SHA-256 over all that makes the version what it is; the same content has the same hash everywhere.

    JSON with sorted keys and without spaces: for texts alone that is the canonical form of RFC 8785.
    """
    content = {
        "subject": text.subject,
        "language": text.language,
        "variety": text.variety,
        "title": text.title,
        "body": text.body,
        "translator": text.translator,
        "reviewer": text.reviewer,
        "reviewed_on": text.reviewed_on.isoformat() if text.reviewed_on else "",
        "demo": text.demo,
    }
    encoded = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(encoded.encode()).digest()


def subjects_for(purposes: frozenset[Purpose]) -> tuple[str, ...]:
    """The texts of a request in the order in which they are shown: purposes, then the way back, then the release."""
    return (*(purpose.value for purpose in Purpose if purpose in purposes), WAY_BACK, SECRECY_RELEASE)
