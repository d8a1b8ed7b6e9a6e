"""Where each version of a consent text stands, and finding one by the digits of its hash."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from lotse.consent.v1 import text_pb2 as pb

from deploy.local.failures import RunnerError

LEAST_DIGITS: Final = 8
SHOWN_DIGITS: Final = 12


class TextStanding(StrEnum):
    """What a version is good for now."""

    IN_FORCE = "in force"
    WAITS = "waits for review"
    REPLACED = "replaced"
    RETIRED = "retired"

    @property
    def is_current(self) -> bool:
        """It is shown, or would be shown with an interpreter."""
        return self in {TextStanding.IN_FORCE, TextStanding.WAITS}


def standing_of(versions: Sequence[pb.TextVersion]) -> list[tuple[pb.TextVersion, TextStanding]]:
    """Each version with where it stands, by language, variety and subject, newest first; `versions` is newest first.

    A version without reviewer waits only while it is newer than the one in force: with an interpreter it is shown.
    """
    seen: dict[tuple[str, str, str], set[TextStanding]] = {}
    found = []
    for version in versions:
        before = seen.setdefault((version.language, version.variety, version.subject), set())
        if version.HasField("retired_at"):
            standing = TextStanding.RETIRED
        elif TextStanding.IN_FORCE in before or (not version.reviewer and TextStanding.WAITS in before):
            standing = TextStanding.REPLACED
        else:
            standing = TextStanding.IN_FORCE if version.reviewer else TextStanding.WAITS
        before.add(standing)
        found.append((version, standing))
    return sorted(found, key=lambda one: (one[0].language, one[0].variety, one[0].subject))


def find_version(versions: Sequence[pb.TextVersion], digits: str) -> pb.TextVersion:
    """The one version whose hash begins so; raises RunnerError for none, several, or too few digits."""
    wanted = digits.strip().lower()
    if len(wanted) < LEAST_DIGITS:
        raise RunnerError(f"Give at least {LEAST_DIGITS} digits of the hash; `lotse texts list` shows {SHOWN_DIGITS}.")
    found = [version for version in versions if version.content_hash.startswith(wanted)]
    if len(found) != 1:
        raise RunnerError(f"{'No' if not found else 'More than one'} version has a hash that begins with {wanted}.")
    return found[0]
