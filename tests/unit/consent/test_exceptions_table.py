"""Rules 3 and 4 of the decision: which exceptions fit, and what the base says where none does."""

from __future__ import annotations

import pytest

from services.consent.model.consent import Consent
from services.consent.model.question import Item
from services.consent.model.vocabulary import SPECIAL_CATEGORIES, Category, Label, Reason
from services.consent.rules.decision import decide
from tests.unit.consent.builders import (
    ANNA,
    BERTA,
    DAY,
    ELSEWHERE,
    HANNOVER,
    HOUR,
    NOW,
    a_consent,
    a_question,
    an_item,
    deny,
    permit,
    the_grounds,
)

HOUSING, HEALTH, MONEY = Category.HOUSING, Category.HEALTH, Category.MONEY
VIOLENCE, HIV = Label.VIOLENCE, Label.HIV


def reason(consent: Consent, item: Item) -> Reason:
    return decide(item, a_question(), the_grounds(consent), NOW).reason


def test_an_explicit_no_wins_over_every_yes_whichever_stands_first_and_however_exact_the_yes_is() -> None:
    no, exact = deny(), permit(HOUSING, persons=frozenset({ANNA}), valid_until=NOW + HOUR)
    assert reason(a_consent(exact), an_item()) is Reason.PERMITTED_BY_EXCEPTION
    assert reason(a_consent(exact, no), an_item()) is Reason.DENIED_BY_EXCEPTION
    assert reason(a_consent(no, exact), an_item()) is Reason.DENIED_BY_EXCEPTION
    assert reason(a_consent(permit(), deny(HOUSING), permit()), an_item()) is Reason.DENIED_BY_EXCEPTION


@pytest.mark.parametrize("special", [Category.HEALTH, Category.RELIGION, Category.ORIGIN])
def test_a_special_category_goes_only_when_a_yes_names_that_very_category(special: Category) -> None:
    others = SPECIAL_CATEGORIES - {special}
    assert reason(a_consent(), an_item(special)) is Reason.NOT_NAMED
    assert reason(a_consent(permit()), an_item(special)) is Reason.NOT_NAMED
    assert reason(a_consent(permit(HOUSING, *others)), an_item(special)) is Reason.NOT_NAMED
    assert reason(a_consent(permit(special)), an_item(special)) is Reason.PERMITTED_BY_EXCEPTION


@pytest.mark.parametrize(
    ("sentence", "consent", "item", "expected"),
    [
        ("an empty denial fits anything", a_consent(deny()), an_item(), Reason.DENIED_BY_EXCEPTION),
        (
            "a denial beats a permission",
            a_consent(permit(HOUSING), deny(HOUSING)),
            an_item(),
            Reason.DENIED_BY_EXCEPTION,
        ),
        ("a denial of another category", a_consent(deny(MONEY)), an_item(), Reason.PERMITTED_BY_BASE),
        (
            "one common label is enough to deny",
            a_consent(permit(HOUSING, labels=frozenset({VIOLENCE, HIV})), deny(labels=frozenset({HIV}))),
            an_item(HOUSING, VIOLENCE, HIV),
            Reason.DENIED_BY_EXCEPTION,
        ),
        (
            "a denial fits an unknown author",
            a_consent(deny(authoring_agencies=frozenset({ELSEWHERE}))),
            an_item(authoring_agency_id=None),
            Reason.DENIED_BY_EXCEPTION,
        ),
        (
            "a denial fits an unknown date",
            a_consent(deny(written_until=NOW - 9 * DAY)),
            an_item(written_on=None),
            Reason.DENIED_BY_EXCEPTION,
        ),
        (
            "a denial that names another author",
            a_consent(deny(authoring_agencies=frozenset({ELSEWHERE}))),
            an_item(),
            Reason.PERMITTED_BY_BASE,
        ),
        (
            "a permission of labels fits some of them and no other",
            a_consent(permit(HOUSING, labels=frozenset({VIOLENCE}))),
            an_item(HOUSING, VIOLENCE),
            Reason.PERMITTED_BY_EXCEPTION,
        ),
        (
            "and not one label more",
            a_consent(permit(HOUSING, labels=frozenset({VIOLENCE}))),
            an_item(HOUSING, VIOLENCE, HIV),
            Reason.NOT_NAMED,
        ),
        (
            "and none without label",
            a_consent(permit(HOUSING, labels=frozenset({VIOLENCE})), base_permits=False),
            an_item(),
            Reason.NOT_PERMITTED,
        ),
        (
            "a permission without labels fits none with",
            a_consent(permit(HOUSING)),
            an_item(HOUSING, VIOLENCE),
            Reason.NOT_NAMED,
        ),
        (
            "a permission that names an author fits no unknown",
            a_consent(permit(HOUSING, authoring_agencies=frozenset({HANNOVER})), base_permits=False),
            an_item(authoring_agency_id=None),
            Reason.NOT_PERMITTED,
        ),
        (
            "a permission that names a date fits no unknown",
            a_consent(permit(HOUSING, written_from=NOW - 9 * DAY), base_permits=False),
            an_item(written_on=None),
            Reason.NOT_PERMITTED,
        ),
        (
            "data of that period",
            a_consent(permit(HOUSING, written_from=NOW - DAY, written_until=NOW), base_permits=False),
            an_item(),
            Reason.PERMITTED_BY_EXCEPTION,
        ),
        (
            "the period of data is half-open",
            a_consent(permit(HOUSING, written_until=NOW - DAY), base_permits=False),
            an_item(),
            Reason.NOT_PERMITTED,
        ),
        ("a special category must be named", a_consent(permit()), an_item(HEALTH), Reason.NOT_NAMED),
        ("a special category that is named", a_consent(permit(HEALTH)), an_item(HEALTH), Reason.PERMITTED_BY_EXCEPTION),
        (
            "an empty denial fits a special category too",
            a_consent(permit(HEALTH), deny()),
            an_item(HEALTH),
            Reason.DENIED_BY_EXCEPTION,
        ),
        (
            "for another person",
            a_consent(permit(HOUSING, persons=frozenset({BERTA})), base_permits=False),
            an_item(),
            Reason.NOT_PERMITTED,
        ),
        (
            "not valid yet",
            a_consent(permit(HOUSING, valid_from=NOW + HOUR), base_permits=False),
            an_item(),
            Reason.NOT_PERMITTED,
        ),
        (
            "valid from this instant on",
            a_consent(permit(HOUSING, valid_from=NOW), base_permits=False),
            an_item(),
            Reason.PERMITTED_BY_EXCEPTION,
        ),
        ("valid no more", a_consent(deny(valid_until=NOW)), an_item(), Reason.PERMITTED_BY_BASE),
    ],
)
def test_exceptions_fit_as_they_are_written(sentence: str, consent: Consent, item: Item, expected: Reason) -> None:
    assert reason(consent, item) is expected


@pytest.mark.parametrize(
    ("sentence", "consent", "item", "expected"),
    [
        ("silence is a no", a_consent(base_permits=False), an_item(), Reason.NOT_PERMITTED),
        ("a yes reaches what is ordinary", a_consent(), an_item(), Reason.PERMITTED_BY_BASE),
        ("a yes does not reach special categories", a_consent(), an_item(HEALTH), Reason.NOT_NAMED),
        ("a yes does not reach labelled items", a_consent(), an_item(HOUSING, VIOLENCE), Reason.NOT_NAMED),
    ],
)
def test_the_base_decides_where_no_exception_fits(
    sentence: str, consent: Consent, item: Item, expected: Reason
) -> None:
    assert reason(consent, item) is expected
