"""Exceptions and questions as canonical JSON text, stored and hashed as it is: the same rule is the same text."""

import json
from datetime import UTC, datetime, timedelta
from typing import TypedDict
from uuid import UUID

import rfc8785

from services.consent.model.consent import ExceptionRule
from services.consent.model.request import CategoryAsked
from services.consent.model.vocabulary import Category, Label, Purpose

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Written(TypedDict):
    """An exception as JSON; times are microseconds since 1970, an absent one is null, sets are sorted lists."""

    permits: bool
    categories: list[str]
    labels: list[str]
    persons: list[str]
    purposes: list[str]
    authoring_agencies: list[str]
    written_from: int | None
    written_until: int | None
    valid_from: int | None
    valid_until: int | None


def write_exceptions(rules: tuple[ExceptionRule, ...]) -> str:
    """The text of these exceptions, in their order."""
    return rfc8785.dumps(
        [
            {
                "permits": rule.permits,
                "categories": sorted(rule.categories),
                "labels": sorted(rule.labels),
                "persons": sorted(str(person) for person in rule.persons),
                "purposes": sorted(rule.purposes),
                "authoring_agencies": sorted(str(agency) for agency in rule.authoring_agencies),
                "written_from": _microseconds(rule.written_from),
                "written_until": _microseconds(rule.written_until),
                "valid_from": _microseconds(rule.valid_from),
                "valid_until": _microseconds(rule.valid_until),
            }
            for rule in rules
        ]
    ).decode()


def read_exceptions(text: str) -> tuple[ExceptionRule, ...]:
    """The exceptions of a text; raises for words this program does not know, so that nothing is read too widely."""
    written: list[_Written] = json.loads(text)
    return tuple(
        ExceptionRule(
            permits=rule["permits"],
            categories=frozenset(map(Category, rule["categories"])),
            labels=frozenset(map(Label, rule["labels"])),
            persons=frozenset(map(UUID, rule["persons"])),
            purposes=frozenset(map(Purpose, rule["purposes"])),
            authoring_agencies=frozenset(map(UUID, rule["authoring_agencies"])),
            written_from=_moment(rule["written_from"]),
            written_until=_moment(rule["written_until"]),
            valid_from=_moment(rule["valid_from"]),
            valid_until=_moment(rule["valid_until"]),
        )
        for rule in written
    )


def write_asked(categories: tuple[CategoryAsked, ...]) -> str:
    """The text of the categories that a request asks for, in their order."""
    return rfc8785.dumps(
        [{"category": asked.category.value, "labels": sorted(asked.labels)} for asked in categories]
    ).decode()


def read_asked(text: str) -> tuple[CategoryAsked, ...]:
    """The categories of a text."""
    return tuple(
        CategoryAsked(Category(asked["category"]), frozenset(map(Label, asked["labels"]))) for asked in json.loads(text)
    )


def _microseconds(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)
