"""What taking back changes, said the same to a client on her page and by whoever reads it out to her at a desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Reach(Protocol):
    """How far a consent reaches. `open_back` is the way back in truth: nothing without the release from secrecy."""

    @property
    def in_force(self) -> bool:
        """Something can still cross on it."""

    @property
    def permitted(self) -> Sequence[str]:
        """Categories of the way there that may be read now."""

    @property
    def open_back(self) -> str:
        """Word of the way back."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What is different for one consent afterwards. `recipient` is "" where names are not shown."""

    recipient: str
    everything: bool
    ends: tuple[str, ...]
    stays: tuple[str, ...]
    way_back: str
    way_back_changes: bool


def effect_between(before: Reach, after: Reach, recipient: str) -> Effect:
    """The difference between a consent as it is and as it would be."""
    stays = tuple(after.permitted) if after.in_force else ()
    way_back = after.open_back if after.in_force else "nothing"
    return Effect(
        recipient=recipient,
        everything=not after.in_force,
        ends=tuple(category for category in before.permitted if category not in stays),
        stays=stays,
        way_back=way_back,
        way_back_changes=way_back != before.open_back,
    )
