"""What each section of the dossier knows, and which labels it always carries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lotse.referrals.v1 import referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from services.common.protobuf.enums import enum_text
from services.referrals.model import Action, State
from services.referrals.rules import FIELDS, labels_of, unknown_fields

README = Path(__file__).parents[3] / "services/referrals/README.md"
NO_SECTIONS = {"unspecified", "cover-sheet", "arrival", "outcome"}
LABELS = ["violence", "psychological", "sexual", "hiv", "addiction", "residence-status"]


def words(enum: object) -> set[str]:
    return {enum_text(enum, value) for value in enum.values()} - {""}  # type: ignore[arg-type,attr-defined]


def test_every_category_of_the_dossier_has_its_fields() -> None:
    assert set(FIELDS) == words(vocabulary_pb2.DataCategory) - NO_SECTIONS
    assert all(FIELDS.values())


def test_every_state_has_a_number_on_the_wire() -> None:
    assert {state.value for state in State} == words(referral_pb2.ReferralState) - NO_SECTIONS


def test_deeds_have_names_of_their_own() -> None:
    assert len({action.value for action in Action}) == len(Action)


@given(given_labels=st.lists(st.sampled_from(LABELS)))
def test_residence_and_protection_always_carry_their_label(given_labels: list[str]) -> None:
    assert set(labels_of("residence", given_labels)) == {*given_labels, "residence-status"}
    assert set(labels_of("protection", given_labels)) == {*given_labels, "violence"}
    assert set(labels_of("housing", given_labels)) == set(given_labels)
    assert list(labels_of("protection", given_labels)) == sorted(set(labels_of("protection", given_labels)))


@pytest.mark.parametrize("category", sorted(FIELDS))
def test_known_fields_pass_and_others_are_named(category: str) -> None:
    assert unknown_fields(category, FIELDS[category]) == []
    assert unknown_fields(category, ["zz-other", *FIELDS[category], "aa-other"]) == ["aa-other", "zz-other"]


def test_a_category_without_a_profile_knows_no_field() -> None:
    assert unknown_fields("outcome", ["result"]) == ["result"]


def test_the_readme_says_which_fields_a_section_has() -> None:
    rows = re.findall(r"^\| ([a-z-]+) \| ([a-z, -]+) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert {category: frozenset(names.split(", ")) for category, names in rows[1:]} == dict(FIELDS)
    assert rows[0] == ("category", "fields")
