"""The rules of the decision once more, written from the document and from nothing else, slowly and without cleverness.

Every rule is a list of obstacles; something is permitted when no obstacle stands. Permissions are looked for by trying
every exception by itself. The end of a permit is found by looking at every hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.consent.model.consent import Consent, ExceptionRule
from services.consent.model.question import Circumstances, Grounds, Item

THERE = {
    "cover-sheet", "contact", "safe-contact", "person", "household", "residence", "health", "protection", "money",
    "housing", "work", "religion", "origin", "done-so-far", "goals", "documents",
}  # fmt: skip
BACK = {"arrival", "outcome"}
SPECIAL = {"health", "religion", "origin"}
HOUR = timedelta(hours=1)
ORAL = {"cover-sheet", "contact", "safe-contact"}


def permitted(item: Item, asked: Circumstances, grounds: Grounds, at: datetime) -> bool:
    if None in {asked.purpose, asked.direction, asked.kind, asked.person_id, item.category} or item.labels is None:
        return False
    if asked.basis == "statutory":
        return any(
            (act.case_id, act.discloser_id, act.recipient_id) == (asked.case_id, asked.discloser_id, asked.recipient_id)
            and item.category in act.categories
            and item.category in {"forward": THERE, "back": BACK}.get(str(asked.direction), set())
            and act.until > at
            for act in grounds.acts
        )
    if asked.basis != "consent":
        return False
    consent = grounds.consent
    if consent is None or consent.act in {"withdrawn", "locked"} or consent.case_id != asked.case_id:
        return False
    obstacles = [
        item.category not in (THERE if asked.direction == "forward" else BACK),
        consent.recipient_id != asked.recipient_id,
        consent.discloser_id != asked.discloser_id,
        asked.purpose not in consent.purposes,
        asked.person_id in consent.excluded_persons,
        at < consent.valid_from,
        at >= consent.valid_until,
        *_of_the_grantor(consent, item, asked, at),
        *_of_the_law(consent, asked, grounds, at),
    ]
    if consent.unconfirmed_since is not None:
        obstacles += [item.category not in ORAL, at - consent.unconfirmed_since >= timedelta(days=14)]
    if any(obstacles):
        return False
    if asked.direction == "back":
        enough = {"arrival": {"arrival", "outcome"}, "outcome": {"outcome"}}[str(item.category)]
        return consent.recipient_in_network and consent.way_back in enough
    return _written(consent, item, asked, at)


def _of_the_grantor(consent: Consent, item: Item, asked: Circumstances, at: datetime) -> list[bool]:
    grantor = consent.grantor
    obstacles = [
        grantor.assent == "refused",
        grantor.both_parents_needed and grantor.parents_agreed != 2,
    ]
    if grantor.representation is not None:
        until = grantor.representation.until
        obstacles.append(until is not None and until <= at)
        if asked.direction == "back":
            obstacles.append(not grantor.representation.way_back)
        else:
            obstacles.append(item.category not in grantor.representation.categories)
    return obstacles


def _of_the_law(consent: Consent, asked: Circumstances, grounds: Grounds, at: datetime) -> list[bool]:
    today = at.astimezone(ZoneInfo("Europe/Berlin")).date()
    under_law = set()
    for row in grounds.regimes:
        day = row.valid_from
        if row.valid_until is None:
            if today >= day:
                under_law.add(row.agency_id)
            continue
        while day < row.valid_until:
            if day == today:
                under_law.add(row.agency_id)
            day += timedelta(days=1)
    return [
        not (consent.secrecy_release_forward if asked.direction == "forward" else consent.secrecy_release_back),
        consent.discloser_id not in under_law,
        consent.recipient_in_network and consent.recipient_id not in under_law,
    ]


def _written(consent: Consent, item: Item, asked: Circumstances, at: datetime) -> bool:
    if any(_denies(rule, item, asked, at) for rule in consent.exceptions if not rule.permits):
        return False
    if any(_permits(rule, item, asked, at) for rule in consent.exceptions if rule.permits):
        return True
    return consent.base_permits and item.category not in SPECIAL and not item.labels


def _speaks(rule: ExceptionRule, asked: Circumstances, at: datetime) -> bool:
    return not any(
        [
            bool(rule.persons) and asked.person_id not in rule.persons,
            bool(rule.purposes) and asked.purpose not in rule.purposes,
            rule.valid_from is not None and at < rule.valid_from,
            rule.valid_until is not None and at >= rule.valid_until,
        ]
    )


def _denies(rule: ExceptionRule, item: Item, asked: Circumstances, at: datetime) -> bool:
    if not _speaks(rule, asked, at):
        return False
    if rule.categories and item.category not in rule.categories:
        return False
    if rule.labels and not [label for label in item.labels or () if label in rule.labels]:
        return False
    author = item.authoring_agency_id
    if rule.authoring_agencies and author is not None and author not in rule.authoring_agencies:
        return False
    if item.written_on is not None:
        if rule.written_from is not None and item.written_on < rule.written_from:
            return False
        if rule.written_until is not None and item.written_on >= rule.written_until:
            return False
    return True


def _permits(rule: ExceptionRule, item: Item, asked: Circumstances, at: datetime) -> bool:
    if not _speaks(rule, asked, at):
        return False
    if item.category in SPECIAL and item.category not in rule.categories:
        return False
    if rule.categories and item.category not in rule.categories:
        return False
    if not rule.labels and item.labels:
        return False
    if rule.labels and (not item.labels or [label for label in item.labels if label not in rule.labels]):
        return False
    if rule.authoring_agencies and item.authoring_agency_id not in rule.authoring_agencies:
        return False
    if rule.written_from is not None or rule.written_until is not None:
        if item.written_on is None:
            return False
        if rule.written_from is not None and item.written_on < rule.written_from:
            return False
        if rule.written_until is not None and item.written_on >= rule.written_until:
            return False
    return True


def end_of_permit(item: Item, asked: Circumstances, grounds: Grounds, at: datetime, *, hours: int) -> datetime | None:
    """The first whole hour after `at` that is denied, within so many hours."""
    for hour in range(1, hours + 1):
        moment = at + timedelta(hours=hour)
        if not permitted(item, asked, grounds, moment):
            return moment
    return None
