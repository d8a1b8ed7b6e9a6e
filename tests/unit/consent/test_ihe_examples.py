"""The example consents of IHE's Privacy Consent on FHIR, as this program would hold them, and what follows.

IHE ITI, "Privacy Consent on FHIR" (PCF), `input/fsh/consent.fsh`. What has no counterpart here, and where the meaning
is a little different, stands in docs/consent-conformance.toml, by the same names.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.consent.model.consent import (
    Assent,
    Consent,
    ExceptionRule,
    Grantor,
    RegimeRow,
    Representation,
    StatutoryAct,
)
from services.consent.model.question import Circumstances, Item
from services.consent.model.vocabulary import (
    FORWARD_CATEGORIES,
    SPECIAL_CATEGORIES,
    Basis,
    Category,
    Label,
    Purpose,
    Reason,
    WayBack,
)
from services.consent.rules.decision import decide
from services.consent.rules.reach import permits_nothing
from tests.unit.consent.builders import (
    ANNA,
    BERTA,
    BRAUNSCHWEIG,
    CASE,
    ELSEWHERE,
    HANNOVER,
    HOUR,
    NOW,
    REGIMES,
    a_consent,
    a_question,
    an_item,
    deny,
    permit,
    the_grounds,
)

CONFORMANCE = Path(__file__).parents[3] / "docs" / "consent-conformance.toml"

GERMANY = ZoneInfo("Europe/Berlin")
HEALTH, HOUSING, MONEY, WORK = Category.HEALTH, Category.HOUSING, Category.MONEY, Category.WORK
ADDICTION, HIV, PSYCHOLOGICAL = Label.ADDICTION, Label.HIV, Label.PSYCHOLOGICAL
SEXUAL, VIOLENCE = Label.SEXUAL, Label.VIOLENCE
EVERY_LABEL = frozenset(Label)

COUNSELLING = frozenset({Purpose.HANDING_OVER, Purpose.JOINT_CASE_WORK, Purpose.ADVICE})
"""What treatment, payment and operations are there: working on the case."""

START_OF_2022, END_OF_2022 = (datetime(year, 1, 1, tzinfo=GERMANY) for year in (2022, 2023))
IN_2022 = datetime(2022, 6, 13, 12, 0, tzinfo=GERMANY)
RESEARCH_HOUSE = RegimeRow(ELSEWHERE, "gdpr", (), date(2020, 1, 1))
EMERGENCY = StatutoryAct(CASE, HANNOVER, BRAUNSCHWEIG, frozenset({HEALTH}), NOW + HOUR)

BY_BASE, BY_EXCEPTION, BY_STATUTE = (
    Reason.PERMITTED_BY_BASE,
    Reason.PERMITTED_BY_EXCEPTION,
    Reason.PERMITTED_BY_STATUTE,
)


@dataclass(frozen=True)
class Asked:
    """One question and the answer that is expected."""

    expected: Reason
    item: Item = field(default_factory=an_item)
    question: Circumstances = field(default_factory=a_question)
    at: datetime = NOW
    consent: Consent | None = None


TREAT = a_consent(purposes=COUNSELLING)
NOTHING_ELSE: dict[str, Any] = {"base_permits": False, "purposes": COUNSELLING}
BY_BERTA = a_question(person_id=BERTA)
ON_STATUTE = a_question(basis=Basis.STATUTORY)
FOR_EVALUATION = a_question(purpose=Purpose.EVALUATION)
MOTHER = Grantor(representation=Representation("guardian", FORWARD_CATEGORIES, way_back=True))
EXPIRED = replace(TREAT, valid_from=IN_2022, valid_until=END_OF_2022)


def restricted(**dimensions: Any) -> tuple[ExceptionRule, ...]:
    """What is "restricted" there: special categories and labelled items, each named as our rules ask for it."""
    return (
        permit(labels=EVERY_LABEL, **dimensions),
        permit(*SPECIAL_CATEGORIES, **dimensions),
        permit(*SPECIAL_CATEGORIES, labels=EVERY_LABEL, **dimensions),
    )


EXAMPLES: dict[str, tuple[Consent, list[Asked]]] = {
    "ex-consent-basic-treat": (
        TREAT,
        [
            Asked(BY_BASE),
            Asked(BY_BASE, question=a_question(purpose=Purpose.ADVICE)),
            Asked(Reason.PURPOSE_NOT_PERMITTED, question=FOR_EVALUATION),
            Asked(Reason.NOT_NAMED, an_item(HEALTH)),
        ],
    ),
    "ex-consent-basic-treat-infant": (
        replace(TREAT, grantor=MOTHER),
        [
            Asked(BY_BASE),
            Asked(
                Reason.OUTSIDE_REPRESENTATION,
                consent=replace(TREAT, grantor=replace(MOTHER, both_parents_needed=True, parents_agreed=1)),
            ),
            Asked(
                Reason.OUTSIDE_REPRESENTATION, consent=replace(TREAT, grantor=replace(MOTHER, assent=Assent.REFUSED))
            ),
        ],
    ),
    "ex-consent-basic-ink": (
        TREAT,
        [
            Asked(BY_BASE),
            Asked(Reason.NOT_CONFIRMED, consent=replace(TREAT, unconfirmed_since=NOW - HOUR)),
        ],
    ),
    "ex-consent-expired-treat": (
        EXPIRED,
        [
            Asked(BY_BASE, at=END_OF_2022 - timedelta(seconds=1)),
            Asked(Reason.OUTSIDE_PERIOD, at=END_OF_2022),
            Asked(Reason.OUTSIDE_PERIOD),
        ],
    ),
    "ex-consent-basic-reject": (
        a_consent(way_back=WayBack.NOTHING, **NOTHING_ELSE),
        [Asked(Reason.NOT_PERMITTED), Asked(Reason.NOT_PERMITTED, an_item(Category.COVER_SHEET))],
    ),
    "ex-consent-basic-research": (
        a_consent(purposes=frozenset({Purpose.EVALUATION})),
        [Asked(BY_BASE, question=FOR_EVALUATION), Asked(Reason.PURPOSE_NOT_PERMITTED)],
    ),
    "ex-consent-intermediate-timeframe": (
        a_consent(permit(written_from=START_OF_2022, written_until=END_OF_2022), **NOTHING_ELSE),
        [
            Asked(BY_EXCEPTION, an_item(written_on=START_OF_2022)),
            Asked(BY_EXCEPTION, an_item(written_on=END_OF_2022 - timedelta(seconds=1))),
            Asked(Reason.NOT_PERMITTED, an_item(written_on=END_OF_2022)),
            Asked(Reason.NOT_PERMITTED, an_item(written_on=START_OF_2022 - timedelta(seconds=1))),
            Asked(Reason.NOT_PERMITTED, an_item(written_on=None)),
        ],
    ),
    "ex-consent-intermediate-not-timeframe": (
        a_consent(deny(written_from=START_OF_2022, written_until=END_OF_2022), purposes=COUNSELLING),
        [
            Asked(Reason.DENIED_BY_EXCEPTION, an_item(written_on=IN_2022)),
            Asked(BY_BASE, an_item(written_on=END_OF_2022)),
            Asked(Reason.DENIED_BY_EXCEPTION, an_item(written_on=None)),
        ],
    ),
    "ex-consent-intermediate-authoredby": (
        a_consent(permit(authoring_agencies=frozenset({HANNOVER})), **NOTHING_ELSE),
        [
            Asked(BY_EXCEPTION),
            Asked(Reason.NOT_PERMITTED, an_item(authoring_agency_id=ELSEWHERE)),
            Asked(Reason.NOT_PERMITTED, an_item(authoring_agency_id=None)),
        ],
    ),
    "ex-consent-intermediate-not-authoredby": (
        a_consent(deny(authoring_agencies=frozenset({ELSEWHERE})), purposes=COUNSELLING),
        [
            Asked(BY_BASE),
            Asked(Reason.DENIED_BY_EXCEPTION, an_item(authoring_agency_id=ELSEWHERE)),
            Asked(Reason.DENIED_BY_EXCEPTION, an_item(authoring_agency_id=None)),
        ],
    ),
    "ex-consent-intermediate-data": (
        a_consent(
            permit(MONEY), permit(WORK), permit(HEALTH), permit(HEALTH, labels=frozenset({ADDICTION})), **NOTHING_ELSE
        ),
        [
            Asked(BY_EXCEPTION, an_item(MONEY)),
            Asked(BY_EXCEPTION, an_item(HEALTH)),
            Asked(BY_EXCEPTION, an_item(HEALTH, ADDICTION)),
            Asked(Reason.NOT_PERMITTED, an_item(HEALTH, HIV)),
            Asked(Reason.NOT_PERMITTED, an_item(HOUSING)),
        ],
    ),
    "ex-consent-intermediate-not-data": (
        a_consent(deny(MONEY), purposes=COUNSELLING),
        [Asked(Reason.DENIED_BY_EXCEPTION, an_item(MONEY)), Asked(BY_BASE, an_item(HOUSING))],
    ),
    "ex-consent-intermediate-purpose": (
        a_consent(purposes=frozenset({Purpose.EVALUATION}), recipient_id=ELSEWHERE),
        [
            Asked(BY_BASE, question=replace(FOR_EVALUATION, recipient_id=ELSEWHERE)),
            Asked(Reason.PURPOSE_NOT_PERMITTED, question=a_question(recipient_id=ELSEWHERE)),
            Asked(Reason.OTHER_RECIPIENT, question=FOR_EVALUATION),
        ],
    ),
    "ex-dissent-intermediate-break-glass": (
        a_consent(way_back=WayBack.NOTHING, **NOTHING_ELSE),
        [
            Asked(Reason.NOT_PERMITTED, an_item(HEALTH)),
            Asked(BY_STATUTE, an_item(HEALTH), ON_STATUTE),
            Asked(Reason.NO_STATUTORY_ACT, an_item(MONEY), ON_STATUTE),
            Asked(Reason.NO_STATUTORY_ACT, an_item(HEALTH), ON_STATUTE, NOW + HOUR),
        ],
    ),
    "ex-consent-advanced-normal": (
        TREAT,
        [
            Asked(BY_BASE),
            Asked(Reason.NOT_NAMED, an_item(HOUSING, VIOLENCE)),
            Asked(Reason.NOT_NAMED, an_item(HEALTH)),
        ],
    ),
    "ex-consent-advanced-normal-restricted": (
        replace(TREAT, exceptions=restricted()),
        [
            Asked(BY_BASE),
            Asked(BY_EXCEPTION, an_item(HOUSING, VIOLENCE)),
            Asked(BY_EXCEPTION, an_item(HEALTH)),
            Asked(BY_EXCEPTION, an_item(HEALTH, HIV, ADDICTION)),
        ],
    ),
    "ex-consent-advanced-normal-not-restricted": (
        replace(TREAT, exceptions=(deny(labels=EVERY_LABEL), deny(*SPECIAL_CATEGORIES))),
        [
            Asked(BY_BASE),
            Asked(Reason.DENIED_BY_EXCEPTION, an_item(HOUSING, VIOLENCE)),
            Asked(Reason.DENIED_BY_EXCEPTION, an_item(HEALTH)),
        ],
    ),
    "ex-consent-advanced-normal-focused-restricted": (
        replace(TREAT, exceptions=restricted(persons=frozenset({ANNA}))),
        [
            Asked(BY_EXCEPTION, an_item(HEALTH, HIV)),
            Asked(Reason.NOT_NAMED, an_item(HEALTH, HIV), BY_BERTA),
            Asked(BY_BASE, question=BY_BERTA),
        ],
    ),
    "ex-consent-advanced-normal-focused-psy": (
        replace(TREAT, exceptions=(permit(HEALTH, labels=frozenset({PSYCHOLOGICAL}), persons=frozenset({ANNA})),)),
        [
            Asked(BY_EXCEPTION, an_item(HEALTH, PSYCHOLOGICAL)),
            Asked(Reason.NOT_NAMED, an_item(HEALTH, PSYCHOLOGICAL), BY_BERTA),
            Asked(Reason.NOT_NAMED, an_item(HEALTH, HIV)),
            Asked(BY_BASE, question=BY_BERTA),
        ],
    ),
    "ex-consent-advanced-normal-focused-psy-or-sdv": (
        replace(
            TREAT,
            exceptions=(
                permit(HEALTH, labels=frozenset({PSYCHOLOGICAL, SEXUAL, VIOLENCE}), persons=frozenset({ANNA})),
            ),
        ),
        [
            Asked(BY_EXCEPTION, an_item(HEALTH, PSYCHOLOGICAL)),
            Asked(BY_EXCEPTION, an_item(HEALTH, SEXUAL, VIOLENCE)),
            Asked(Reason.NOT_NAMED, an_item(HEALTH, PSYCHOLOGICAL, HIV)),
            Asked(Reason.NOT_NAMED, an_item(HEALTH, SEXUAL), BY_BERTA),
            Asked(BY_BASE, question=BY_BERTA),
        ],
    ),
    "ex-consent-advanced-normal-break-glass-restricted": (
        TREAT,
        [
            Asked(BY_BASE),
            Asked(Reason.NOT_NAMED, an_item(HEALTH, HIV)),
            Asked(BY_STATUTE, an_item(HEALTH, HIV), ON_STATUTE),
            Asked(Reason.NO_STATUTORY_ACT, question=ON_STATUTE),
        ],
    ),
}

CASES = [(name, number) for name, (_, asked) in EXAMPLES.items() for number in range(len(asked))]


@pytest.mark.parametrize(("example", "number"), CASES)
def test_an_example_is_decided_as_its_authors_mean_it(example: str, number: int) -> None:
    consent, questions = EXAMPLES[example]
    asked = questions[number]
    grounds = the_grounds(asked.consent or consent, (*REGIMES, RESEARCH_HOUSE), acts=(EMERGENCY,))
    assert decide(asked.item, asked.question, grounds, asked.at).reason is asked.expected


@pytest.mark.parametrize("example", ["ex-consent-basic-reject", "ex-dissent-intermediate-break-glass"])
def test_a_dissent_is_a_refusal_that_supersedes_nothing(example: str) -> None:
    assert permits_nothing(EXAMPLES[example][0])


def test_every_example_is_decided_here_or_has_no_counterpart_that_is_said_why() -> None:
    listed = tomllib.loads(CONFORMANCE.read_text())["ihe"]
    assert {each["name"] for each in listed if each["applies"]} == EXAMPLES.keys()
    assert len({each["name"] for each in listed}) == len(listed) == 23
