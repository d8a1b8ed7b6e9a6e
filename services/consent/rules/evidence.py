"""What proves a decision that she gave aloud or on paper, and whether it counts before she confirms it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from services.consent.model.consent import Assent, Grantor
from services.consent.model.record import Circumstance, EvidenceGiven, EvidenceKind, EvidenceRole
from services.consent.model.request import ConsentRequest
from services.consent.rules.requests import AnswerError

_ATTENDED: Final = (EvidenceRole.INTERPRETER, EvidenceRole.WITNESS)


def circumstance_of(
    kind: EvidenceKind, evidence: Sequence[EvidenceGiven], *, assisted_by: UUID, grantor: Grantor
) -> Circumstance:
    """How she decided, by what was handed over; raises `AnswerError` where that proves too little.

    On paper the scan proves it. Aloud somebody interpreted or witnessed it and the read-back was right; else it waits
    for her own word. The hash kept with the consent is that of the scan, or of the interpreter before the witness.
    """
    by_role = {given.role: given for given in evidence}
    if len(by_role) != len(evidence):
        raise AnswerError("evidence", "each role once")
    for given in evidence:
        _check(given)
    if kind is EvidenceKind.PAPER:
        if (scan := by_role.get(EvidenceRole.SCAN)) is None:
            raise AnswerError("evidence", "the scan of the paper")
        return Circumstance(kind, assisted_by, scan.item_hash, grantor=grantor)
    if (read_back := by_role.get(EvidenceRole.READ_BACK)) is None:
        raise AnswerError("evidence", "a question for the read-back")
    attended = next((by_role[role] for role in _ATTENDED if role in by_role), None)
    return Circumstance(
        kind,
        assisted_by,
        attended.item_hash if attended else None,
        attended.relation if attended else None,
        unconfirmed=attended is None or not read_back.answered_right,
        grantor=grantor,
    )


def checked_grantor(grantor: Grantor, request: ConsentRequest, evidence: Sequence[EvidenceGiven]) -> Grantor:
    """Who decided, with what is left open filled in; raises `AnswerError` for what cannot be.

    A representative is named in an encrypted item. Without a list he or she may decide all that is asked.
    """
    representation = grantor.representation
    if representation is None:
        if grantor.both_parents_needed or grantor.parents_agreed or grantor.assent is not Assent.NOT_ASKED:
            raise AnswerError("grantor", "only where somebody decides for her")
        return grantor
    if all(given.role is not EvidenceRole.REPRESENTATIVE for given in evidence):
        raise AnswerError("evidence", "who decides for her")
    asked = frozenset(entry.category for entry in request.categories)
    if not representation.categories <= asked:
        raise AnswerError("grantor.categories", "only categories that were asked")
    if grantor.both_parents_needed and representation.ground != "parents":
        raise AnswerError("grantor.both_parents_needed", "only where parents decide")
    return replace(grantor, representation=replace(representation, categories=representation.categories or asked))


def _check(given: EvidenceGiven) -> None:
    is_read_back = given.role is EvidenceRole.READ_BACK
    if is_read_back != (given.question_id is not None):
        raise AnswerError("evidence.question_id", "for the read-back and nothing else")
    if is_read_back != (given.item_id is None) or is_read_back != (given.item_hash is None):
        raise AnswerError("evidence.item_id", "an item with its hash, for all but the read-back")
    if (given.role in _ATTENDED) != (given.relation is not None):
        raise AnswerError("evidence.relation", "for an interpreter or witness and nobody else")
