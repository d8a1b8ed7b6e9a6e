"""The moving part of the record of processing activities: what consents on record let cross, and between whom."""

from collections.abc import Iterable
from uuid import UUID

from services.consent.model.audit import Processing
from services.consent.model.consent import Consent
from services.consent.model.vocabulary import Category, Purpose, WayBack
from services.consent.rules.reach import written_categories

_ORDER = (WayBack.NOTHING, WayBack.ARRIVAL, WayBack.OUTCOME)


def processing_of(agency_id: UUID, consents: Iterable[Consent]) -> list[Processing]:
    """One activity for each partner and side, with all that any of these consents names, in order of partners."""
    sides: dict[tuple[UUID, bool], list[Consent]] = {}
    for consent in consents:
        discloses = consent.discloser_id == agency_id
        partner = consent.recipient_id if discloses else consent.discloser_id
        sides.setdefault((partner, not discloses), []).append(consent)
    return [_together(partner, given, discloses=not receives) for (partner, receives), given in sorted(sides.items())]


def _together(partner: UUID, given: list[Consent], *, discloses: bool) -> Processing:
    purposes: frozenset[Purpose] = frozenset().union(*(consent.purposes for consent in given))
    categories: frozenset[Category] = frozenset().union(
        *(written_categories(consent) for consent in given if consent.secrecy_release_forward)
    )
    return Processing(
        partner_id=partner,
        discloses=discloses,
        purposes=purposes,
        categories=categories,
        way_back=max((consent.way_back for consent in given), key=_ORDER.index),
        since=min(consent.at for consent in given),
        until=max(consent.valid_until for consent in given),
    )
