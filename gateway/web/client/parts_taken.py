"""What a client can take back of a consent, part by part, and what that would do to exactly what she chose."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.api.v1.client.own_list import Consent, NewWithdrawal
from gateway.web.effects import Effect, effect_between
from services.common.errors import FieldViolation, InvalidArgument

_RELEASES = ("forward", "back")
_BACK = {"nothing": (), "arrival": ("arrival",), "outcome": ("outcome", "arrival")}


@dataclass(frozen=True, slots=True)
class Choices:
    """The parts that are there to be taken back. `back` is what may come back, the larger part first."""

    categories: tuple[str, ...]
    back: tuple[str, ...]
    releases: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        """What a form may send for them."""
        return frozenset((*self.categories, *self.back, *(f"release-{one}" for one in self.releases)))


@dataclass(frozen=True, slots=True)
class _Reach:
    """A consent of her list, as effects are told from it."""

    consent: Consent

    @property
    def in_force(self) -> bool:
        return self.consent.state != "withdrawn"

    @property
    def permitted(self) -> list[str]:
        return self.consent.permitted

    @property
    def open_back(self) -> str:
        return _open_back(self.consent)


def choices_of(consent: Consent) -> Choices:
    """The parts of a consent that is in force."""
    held = {"forward": consent.secrecy_release_forward, "back": consent.secrecy_release_back}
    return Choices(
        tuple(consent.permitted),
        _BACK[_open_back(consent)],
        tuple(one for one in _RELEASES if held[one]),
    )


def withdrawal_of(consent: Consent, chosen: Iterable[str], *, validate_only: bool = False) -> NewWithdrawal:
    """The request for these parts; raises InvalidArgument for none, and for what is not there to be taken."""
    wanted = set(chosen)
    if not wanted or not wanted <= choices_of(consent).names:
        raise InvalidArgument(violations=[FieldViolation("parts", "nothing-chosen")])
    releases = [one for one in _RELEASES if f"release-{one}" in wanted]
    return NewWithdrawal(
        consent_id=consent.consent_id,
        categories=sorted(wanted - {f"release-{one}" for one in releases}),
        secrecy_releases=releases,
        validate_only=validate_only,
    )


def effect_of(before: Consent, after: Consent) -> Effect:
    """The difference between a consent as it is and as it would be."""
    return effect_between(_Reach(before), _Reach(after), before.recipient)


def _open_back(consent: Consent) -> str:
    """The way back as it is in truth: without the release from secrecy nothing comes."""
    return consent.way_back if consent.secrecy_release_back else "nothing"
