"""What is said about a field: complete in both languages, and never in words that were sent."""

from __future__ import annotations

from typing import Annotated, Any, get_args

import pytest
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError
from pydantic_core.core_schema import ErrorType

from gateway import field_rules
from gateway.api.v1.schemas import Body
from gateway.field_rules import broken_rule, rule_text, rule_texts
from gateway.languages import LANGUAGES

PLANTED = "planted"


class Sample(Body):
    text: str = Field("aa", min_length=2, max_length=3, pattern=r"^a+$")
    number: int = Field(1, ge=1, le=3)
    entries: list[str] = Field(default=["a"], min_length=1, max_length=2)
    when: Annotated[AwareDatetime | None, Field(strict=False)] = None
    plain: bool = False
    named: dict[str, str] = Field(default={})
    needed: str


CASES: list[tuple[dict[str, Any], str]] = [
    ({"text": "a"}, "needs at least 2 characters"),
    ({"text": "aaaa"}, "may have 3 characters at most"),
    ({"text": "bb"}, "does not have the form that is needed"),
    ({"text": 7}, "must be a text"),
    ({"number": 0}, "must be 1 at least"),
    ({"number": 4}, "may be 3 at most"),
    ({"number": "1"}, "must be a whole number"),
    ({"entries": []}, "needs at least 1 entries"),
    ({"entries": ["a", "b", "c"]}, "may have 2 entries at most"),
    ({"entries": PLANTED}, "must be a list"),
    ({"when": PLANTED}, "must be a time with a time zone, such as 2027-03-01T09:00:00+01:00"),
    ({"when": "2027-03-01T09:00:00"}, "must be a time with a time zone, such as 2027-03-01T09:00:00+01:00"),
    ({"plain": PLANTED}, "must be true or false"),
    ({"named": [PLANTED]}, "must be an object with named fields"),
    ({"needed": None}, "must be a text"),
    ({PLANTED: 1}, "is not a known field"),
]


@pytest.mark.parametrize(("changes", "said"), CASES, ids=str)
def test_a_broken_rule_is_said_in_our_own_words(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Sample).validate_python({"needed": "x", **changes})
    rules = [broken_rule(fault) for fault in caught.value.errors()]
    assert [rule_text(rule, "en") for rule in rules] == [said]
    assert PLANTED not in rule_text(rules[0], "de")


def test_what_is_missing_is_said_to_be_missing() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Sample).validate_python({})
    assert [rule_text(broken_rule(fault), "de") for fault in caught.value.errors()] == ["fehlt"]


def test_both_languages_have_the_same_rules() -> None:
    german, english = (rule_texts(language) for language in LANGUAGES)
    assert set(german) == set(english)
    assert all(("{bound}" in german[word]) == ("{bound}" in english[word]) for word in german)


def test_every_rule_that_is_used_has_a_sentence() -> None:
    used = {word for word, _ in field_rules._OF_PYDANTIC.values()} | {field_rules.NOT_IN_VOCABULARY, "invalid"}
    used |= field_rules.OF_PAGES | field_rules.OF_ENTRIES | field_rules.OF_SCANS | field_rules.OF_CODES
    used |= field_rules.OF_RECORDINGS
    assert used == set(rule_texts("en"))
    assert set(field_rules._OF_PYDANTIC) <= set(get_args(ErrorType)) | {"missing"}


def test_a_sentence_of_a_service_is_passed_on() -> None:
    assert rule_text("value must be a valid UUID", "de") == "value must be a valid UUID"


@pytest.mark.parametrize("kind", ["value_error", "uuid_parsing", "some_new_kind"])
def test_a_rule_that_is_not_known_is_only_said_to_be_broken(kind: str) -> None:
    fault = {"type": kind, "msg": PLANTED, "ctx": {"error": PLANTED}}
    assert rule_text(broken_rule(fault), "en") == "is not valid"
