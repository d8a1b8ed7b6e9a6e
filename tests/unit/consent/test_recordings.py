"""What may be kept as the recording of a text: told by content, one track of sound and nothing else in the file."""

from __future__ import annotations

import pytest

from services.consent.rules.recordings import MOST_BYTES, RecordingRefused, media_type_of
from tests.support.sounds import M4A, MP3, OGG_OPUS, a_box, an_ogg_page


@pytest.mark.parametrize(
    ("recording", "media_type"),
    [
        (OGG_OPUS, "audio/ogg"),
        (MP3, "audio/mpeg"),
        (b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128) + MP3 + b"TAG" + bytes(125), "audio/mpeg"),
        (M4A, "audio/mp4"),
    ],
    ids=["opus", "mp3", "mp3 with tags", "m4a"],
)
def test_what_a_phone_or_a_studio_records_is_kept(recording: bytes, media_type: str) -> None:
    assert media_type_of(recording) == media_type


SCRIPT = b"<script>alert(1)</script>"
OTHERS = {
    "nothing": b"",
    "a page": b"<!doctype html>" + SCRIPT,
    "a program": b"MZ" + OGG_OPUS,
    "a page before the sound": SCRIPT + MP3,
    "a page behind the sound": MP3 + SCRIPT,
    "a page behind the last page of Ogg": OGG_OPUS + SCRIPT,
    "a page between the boxes": M4A + SCRIPT,
    "a file in a box": M4A + a_box(b"uuid", SCRIPT),
    "Ogg with something else than Opus": an_ogg_page(b"\x01vorbis", first=True) + an_ogg_page(b"x"),
    "two streams at once": OGG_OPUS + an_ogg_page(b"x", stream=2),
    "a cut page": OGG_OPUS[:-1],
    "a cut frame": MP3[:-1],
    "a tag without sound": b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128),
    "a film": M4A.replace(b"soun", b"vide"),
    "sound that is not AAC": M4A.replace(b"mp4a", b"text"),
    "a box that is longer than the file": M4A[:-4],
}


@pytest.mark.parametrize("recording", OTHERS.values(), ids=OTHERS.keys())
def test_anything_else_is_no_recording(recording: bytes) -> None:
    with pytest.raises(RecordingRefused) as refused:
        media_type_of(recording)
    assert refused.value.rule == "not-a-recording"


def test_a_recording_is_bounded() -> None:
    with pytest.raises(RecordingRefused) as refused:
        media_type_of(MP3 * (MOST_BYTES // len(MP3) + 1))
    assert refused.value.rule == "recording-too-large"
