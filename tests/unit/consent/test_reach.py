"""What a consent reaches at all: which permission is left when every denial has been compared with it."""

from __future__ import annotations

from typing import Any

import pytest

from services.consent.model.consent import Consent, ExceptionRule
from services.consent.model.question import Grounds
from services.consent.model.vocabulary import FORWARD_CATEGORIES, SPECIAL_CATEGORIES, Category, Label, Purpose
from services.consent.rules.reach import readable_categories, written_categories
from tests.unit.consent.builders import (
    ANNA,
    BERTA,
    BRAUNSCHWEIG,
    DAY,
    HANNOVER,
    HOUR,
    NOW,
    REGIMES,
    a_consent,
    deny,
    permit,
)

HOUSING, MONEY = Category.HOUSING, Category.MONEY
ANNA_ALONE, BOTH = frozenset({ANNA}), frozenset({ANNA, BERTA})
HERE, ANYWHERE = frozenset({HANNOVER}), frozenset({HANNOVER, BRAUNSCHWEIG})
VIOLENCE, HIV = frozenset({Label.VIOLENCE}), frozenset({Label.HIV})
HANDING_OVER, ADVICE = frozenset({Purpose.HANDING_OVER}), frozenset({Purpose.ADVICE})
BEGIN, END = a_consent().valid_from, a_consent().valid_until


def only(*rules: ExceptionRule, **limits: Any) -> Consent:
    """Nothing but what these exceptions say."""
    return a_consent(*rules, base_permits=False, **limits)


@pytest.mark.parametrize(
    ("sentence", "consent"),
    [
        ("nothing denies it", only(permit(HOUSING))),
        ("another category is denied", only(permit(HOUSING), deny(MONEY))),
        ("only labelled data is denied", only(permit(HOUSING), deny(labels=VIOLENCE))),
        ("one label of two is denied", only(permit(HOUSING, labels=VIOLENCE | HIV), deny(labels=VIOLENCE))),
        ("one person of all is denied", only(permit(HOUSING), deny(persons=ANNA_ALONE))),
        ("one person of two is denied", only(permit(HOUSING, persons=BOTH), deny(persons=ANNA_ALONE))),
        ("one person of two is excluded", only(permit(HOUSING, persons=BOTH), excluded_persons=ANNA_ALONE)),
        (
            "one purpose of two is denied",
            only(permit(HOUSING), deny(purposes=ADVICE), purposes=ADVICE | HANDING_OVER),
        ),
        ("one purpose of its two is the consent's", only(permit(HOUSING, purposes=ADVICE | HANDING_OVER))),
        ("one author of all is denied", only(permit(HOUSING), deny(authoring_agencies=HERE))),
        (
            "one author of two is denied",
            only(permit(HOUSING, authoring_agencies=ANYWHERE), deny(authoring_agencies=HERE)),
        ),
        ("older data is denied", only(permit(HOUSING), deny(written_until=NOW))),
        ("newer data is denied", only(permit(HOUSING), deny(written_from=NOW))),
        (
            "data of a shorter time is denied",
            only(permit(HOUSING, written_from=NOW, written_until=NOW + DAY), deny(written_from=NOW + HOUR)),
        ),
        (
            "data of a time that ends sooner is denied",
            only(permit(HOUSING, written_from=NOW, written_until=NOW + DAY), deny(written_until=NOW + HOUR)),
        ),
        ("it is denied from later on", only(permit(HOUSING), deny(valid_from=BEGIN + HOUR))),
        ("it is denied until sooner", only(permit(HOUSING), deny(valid_until=END - HOUR))),
        ("two take away together what none does alone", only(
            permit(HOUSING), deny(valid_until=NOW), deny(valid_from=NOW),
        )),
    ],
)  # fmt: skip
def test_a_permission_is_left_when_no_denial_covers_it_whole(sentence: str, consent: Consent) -> None:
    assert written_categories(consent) == {HOUSING}


@pytest.mark.parametrize(
    ("sentence", "consent"),
    [
        ("nothing was permitted", only()),
        ("its category is denied", only(permit(HOUSING), deny(HOUSING))),
        ("everything is denied", only(permit(HOUSING), deny())),
        ("its label is denied", only(permit(HOUSING, labels=VIOLENCE), deny(labels=VIOLENCE | HIV))),
        ("its person is denied", only(permit(HOUSING, persons=ANNA_ALONE), deny(persons=BOTH))),
        ("its person is excluded", only(permit(HOUSING, persons=ANNA_ALONE), excluded_persons=ANNA_ALONE)),
        (
            "one of its persons is denied and the other excluded",
            only(permit(HOUSING, persons=BOTH), deny(persons=ANNA_ALONE), excluded_persons=frozenset({BERTA})),
        ),
        ("its purpose is not the consent's", only(permit(HOUSING, purposes=ADVICE))),
        ("the consent's only purpose is denied", only(permit(HOUSING), deny(purposes=HANDING_OVER))),
        (
            "its only purpose within the consent is denied",
            only(permit(HOUSING, purposes=ADVICE | HANDING_OVER), deny(purposes=HANDING_OVER)),
        ),
        (
            "its author is denied",
            only(permit(HOUSING, authoring_agencies=HERE), deny(authoring_agencies=ANYWHERE)),
        ),
        ("no data can be of its time", only(permit(HOUSING, written_from=NOW, written_until=NOW))),
        (
            "data of its time is denied",
            only(permit(HOUSING, written_from=NOW, written_until=NOW + DAY), deny(written_from=NOW)),
        ),
        (
            "data up to its end is denied",
            only(permit(HOUSING, written_from=NOW, written_until=NOW + DAY), deny(written_until=NOW + DAY)),
        ),
        ("it begins when the consent ends", only(permit(HOUSING, valid_from=END))),
        ("it ends when the consent begins", only(permit(HOUSING, valid_until=BEGIN))),
        ("it is denied from the beginning of the consent on", only(permit(HOUSING), deny(valid_from=BEGIN))),
        ("it is denied until the end of the consent", only(permit(HOUSING), deny(valid_until=END))),
        ("it is denied as long as it holds", only(
            permit(HOUSING, valid_from=NOW, valid_until=NOW + DAY), deny(valid_from=NOW, valid_until=NOW + DAY),
        )),
    ],
)  # fmt: skip
def test_a_permission_is_gone_when_a_limit_or_one_denial_covers_it_whole(sentence: str, consent: Consent) -> None:
    assert written_categories(consent) == frozenset()


def test_a_yes_to_everything_reaches_every_category_but_the_special_ones() -> None:
    ordinary = FORWARD_CATEGORIES - SPECIAL_CATEGORIES
    assert written_categories(a_consent()) == written_categories(only(permit())) == ordinary
    assert written_categories(a_consent(deny(HOUSING))) == ordinary - {HOUSING}
    assert written_categories(a_consent(permit(Category.HEALTH))) == ordinary | {Category.HEALTH}
    assert written_categories(a_consent(deny())) == frozenset()


def test_what_can_be_read_now_counts_what_holds_at_this_moment_and_nothing_else() -> None:
    def readable(*rules: ExceptionRule) -> frozenset[Category]:
        return readable_categories(Grounds(only(*rules), REGIMES), NOW)

    assert readable(permit(HOUSING, valid_from=NOW, valid_until=NOW + HOUR)) == {HOUSING}
    assert readable(permit(HOUSING, valid_from=NOW + HOUR)) == frozenset()
    assert readable(permit(HOUSING, valid_until=NOW)) == frozenset()
    assert readable(permit(HOUSING), deny(HOUSING, valid_until=NOW + HOUR)) == frozenset()
    assert readable(permit(HOUSING), deny(HOUSING, valid_from=NOW - HOUR)) == frozenset()
    assert readable(permit(HOUSING), deny(HOUSING, valid_until=NOW)) == {HOUSING}
    assert readable(permit(HOUSING), deny(HOUSING, valid_from=NOW + HOUR)) == {HOUSING}
