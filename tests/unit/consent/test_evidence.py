"""What proves a decision given aloud or on paper, and when it waits for her own word."""

from __future__ import annotations

from uuid import UUID

import pytest

from services.consent.model.consent import Assent, Grantor, Representation
from services.consent.model.record import Circumstance, EvidenceGiven, EvidenceKind, EvidenceRole, Relation
from services.consent.model.request import CategoryAsked, ConsentRequest
from services.consent.model.vocabulary import Category, Purpose
from services.consent.rules.evidence import checked_grantor, circumstance_of
from services.consent.rules.requests import AnswerError
from tests.unit.consent.builders import ANNA, BRAUNSCHWEIG, CASE, HANNOVER, NOW, REFERRAL

ITEM, HASH = UUID(int=51), bytes(32)
ORAL, PAPER = EvidenceKind.ORAL, EvidenceKind.PAPER
HERSELF = Grantor()


def present(role: EvidenceRole, relation: Relation = Relation.PROFESSIONAL) -> EvidenceGiven:
    return EvidenceGiven(role, ITEM, HASH, relation)


def kept(role: EvidenceRole) -> EvidenceGiven:
    return EvidenceGiven(role, ITEM, HASH)


def read_back(*, right: bool = True) -> EvidenceGiven:
    return EvidenceGiven(EvidenceRole.READ_BACK, question_id="who-gets-it", answered_right=right)


def decided(kind: EvidenceKind, *evidence: EvidenceGiven) -> Circumstance:
    return circumstance_of(kind, evidence, assisted_by=ANNA, grantor=HERSELF)


@pytest.mark.parametrize("role", [EvidenceRole.INTERPRETER, EvidenceRole.WITNESS])
@pytest.mark.parametrize("relation", Relation)
def test_aloud_before_somebody_it_counts_at_once(role: EvidenceRole, relation: Relation) -> None:
    how = decided(ORAL, read_back(), present(role, relation))
    assert (how.unconfirmed, how.evidence_hash, how.evidence_relation) == (False, HASH, relation)
    assert how.assisted_by == ANNA


def test_aloud_before_nobody_it_waits_for_her_word() -> None:
    assert decided(ORAL, read_back()).unconfirmed


def test_when_it_did_not_come_across_it_waits_for_her_word_whoever_was_there() -> None:
    assert decided(ORAL, read_back(right=False), present(EvidenceRole.WITNESS)).unconfirmed


def test_on_paper_it_counts_by_its_scan() -> None:
    how = decided(PAPER, kept(EvidenceRole.SCAN))
    assert (how.unconfirmed, how.evidence_hash, how.evidence_relation) == (False, HASH, None)


TOO_LITTLE: dict[str, tuple[EvidenceKind, tuple[EvidenceGiven, ...]]] = {
    "aloud without a question": (ORAL, (present(EvidenceRole.WITNESS),)),
    "paper without scan": (PAPER, (present(EvidenceRole.WITNESS),)),
    "somebody who stands nowhere": (ORAL, (read_back(), kept(EvidenceRole.WITNESS))),
    "a scan that is a relative": (PAPER, (EvidenceGiven(EvidenceRole.SCAN, ITEM, HASH, Relation.FAMILY),)),
    "a scan without hash": (PAPER, (EvidenceGiven(EvidenceRole.SCAN, ITEM),)),
    "a question with an item": (ORAL, (EvidenceGiven(EvidenceRole.READ_BACK, ITEM, HASH, None, "who", True),)),
    "two witnesses": (ORAL, (read_back(), present(EvidenceRole.WITNESS), present(EvidenceRole.WITNESS))),
}


@pytest.mark.parametrize(("kind", "evidence"), TOO_LITTLE.values(), ids=TOO_LITTLE.keys())
def test_what_proves_too_little_is_refused(kind: EvidenceKind, evidence: tuple[EvidenceGiven, ...]) -> None:
    with pytest.raises(AnswerError, match=r"^evidence"):
        decided(kind, *evidence)


def a_request(*categories: Category) -> ConsentRequest:
    asked = tuple(CategoryAsked(category, frozenset()) for category in categories)
    return ConsentRequest(
        CASE, UUID(int=7), REFERRAL, 1, HANNOVER, BRAUNSCHWEIG, asked, frozenset({Purpose.HANDING_OVER}), "de", False,
        (), ANNA, NOW,
    )  # fmt: skip


ASKED = a_request(Category.COVER_SHEET, Category.HOUSING)
NAMED = kept(EvidenceRole.REPRESENTATIVE)


def parents(*categories: Category) -> Representation:
    return Representation("parents", frozenset(categories), way_back=False)


def test_she_decides_herself_unless_somebody_is_named() -> None:
    assert checked_grantor(HERSELF, ASKED, ()) == HERSELF


def test_a_representative_without_a_list_decides_all_that_is_asked_and_keeps_the_rest() -> None:
    grantor = Grantor(parents(), both_parents_needed=True, parents_agreed=1, assent=Assent.REFUSED)
    checked = checked_grantor(grantor, ASKED, (NAMED,))
    assert checked.representation == parents(Category.COVER_SHEET, Category.HOUSING)
    assert (checked.parents_agreed, checked.assent) == (1, Assent.REFUSED)


WRONG = {
    "nobody is named": (Grantor(parents()), ()),
    "more than was asked": (Grantor(parents(Category.HEALTH)), (NAMED,)),
    "both parents where a guardian decides": (
        Grantor(Representation("guardian", frozenset(), way_back=False), both_parents_needed=True),
        (NAMED,),
    ),
    "parents agree where she decides herself": (Grantor(parents_agreed=2), ()),
    "an assent where she decides herself": (Grantor(assent=Assent.GIVEN), ()),
}


@pytest.mark.parametrize(("grantor", "evidence"), WRONG.values(), ids=WRONG.keys())
def test_a_grantor_that_cannot_be_is_refused(grantor: Grantor, evidence: tuple[EvidenceGiven, ...]) -> None:
    with pytest.raises(AnswerError):
        checked_grantor(grantor, ASKED, evidence)
