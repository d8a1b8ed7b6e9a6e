"""What states of consent texts are called, and finding a version by the digits of its hash."""

from collections.abc import Mapping, Sequence
from typing import Final

from lotse.consent.v1 import text_pb2 as pb

from deploy.local.failures import RunnerError

LEAST_DIGITS: Final = 8
SHOWN_DIGITS: Final = 12
STATES: Final[Mapping[int, str]] = {
    pb.TEXT_STATE_REVIEWED: "in force",
    pb.TEXT_STATE_UNREVIEWED: "waits for review",
    pb.TEXT_STATE_REPLACED: "replaced",
    pb.TEXT_STATE_RETIRED: "retired",
}
CURRENT: Final = frozenset({pb.TEXT_STATE_REVIEWED, pb.TEXT_STATE_UNREVIEWED})
"""Shown, or shown where an interpreter is there."""


def find_version(versions: Sequence[pb.TextVersion], digits: str) -> pb.TextVersion:
    """The one version whose hash begins so; raises RunnerError for none, several, or too few digits."""
    wanted = digits.strip().lower()
    if len(wanted) < LEAST_DIGITS:
        raise RunnerError(f"Give at least {LEAST_DIGITS} digits of the hash; `lotse texts list` shows {SHOWN_DIGITS}.")
    found = [version for version in versions if version.content_hash.startswith(wanted)]
    if len(found) != 1:
        raise RunnerError(f"{'No' if not found else 'More than one'} version has a hash that begins with {wanted}.")
    return found[0]
