"""Who may sign and publish a text: never whoever wrote it."""

from collections.abc import Iterable
from typing import Final

from services.consent.model.draft import Hand

OPERATOR: Final = "operator"
OFFICER: Final = "data-protection-officer"


def may_sign(writers: Iterable[Hand], signer: Hand) -> bool:
    """A review is somebody else's: whoever wrote a word of it, also an earlier revision, does not sign."""
    return signer.person_id not in {hand.person_id for hand in writers}


def may_publish(writers: Iterable[Hand], publisher: Hand) -> bool:
    """Whoever wrote on it does not publish it, and one of them acts for the installation as its operator.

    An officer belongs to one agency, and a text is shown to the clients of all: two officers are too few.
    An installation with one operator and one officer can publish whichever of the two wrote.
    """
    hands = {*writers, publisher}
    return may_sign(writers, publisher) and any(hand.role == OPERATOR for hand in hands)
