"""Between protos and model. A word this program does not know becomes None in a question, and an error elsewhere."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp
from lotse.consent.v1 import client_pb2, decision_pb2, request_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from services.common.errors import FieldViolation, InvalidArgument
from services.common.protobuf.enums import ProtoEnum, enum_text, enum_value
from services.common.protobuf.times import from_timestamp, to_timestamp
from services.consent.model.consent import Assent, ExceptionRule, Grantor, Representation
from services.consent.model.question import CategorySight, Circumstances, Explanation, Item, ItemDecision
from services.consent.model.record import EvidenceGiven, EvidenceRole, Relation
from services.consent.model.request import Answer, CategoryAsked, Reduction, Retraction
from services.consent.model.vocabulary import (
    BACK_CATEGORIES,
    Basis,
    Category,
    Direction,
    DisclosureKind,
    Label,
    Purpose,
    WayBack,
)
from services.consent.rules.withdrawal import Extent, is_known

CATEGORY = vocabulary_pb2.DataCategory
LABEL = vocabulary_pb2.SensitivityLabel
PURPOSE = vocabulary_pb2.Purpose
DIRECTION = vocabulary_pb2.Direction
WAY_BACK = vocabulary_pb2.WayBack

Word = TypeVar("Word", bound=StrEnum)


def known(enum: ProtoEnum, words: type[Word], value: int) -> Word | None:
    """The word of a number, or None for zero and for numbers that this program does not know."""
    try:
        return words(enum_text(enum, value))
    except ValueError:
        return None


def required(enum: ProtoEnum, words: type[Word], value: int, field: str) -> Word:
    """The word of a number; InvalidArgument for any other."""
    word = known(enum, words, value)
    if word is None:
        raise invalid(field, "a known value")
    return word


def invalid(field: str, rule: str) -> InvalidArgument:
    """The error for one field."""
    return InvalidArgument(violations=[FieldViolation(field, rule)])


def number(enum: ProtoEnum, word: str) -> Any:
    """The number of a word."""
    return enum_value(enum, word)


def numbers(enum: ProtoEnum, words: Iterable[str]) -> list[Any]:
    """The numbers of words, ascending."""
    return sorted(enum_value(enum, word) for word in words)


def stamp(moment: datetime | None) -> Timestamp | None:
    """The proto's time."""
    return to_timestamp(moment)


def page_token(row_id: UUID) -> str:
    """Where the next page begins; says nothing that the page itself did not."""
    return row_id.bytes.hex()


def from_page_token(token: str) -> UUID:
    """The row of a token; InvalidArgument for one that was never answered."""
    try:
        return UUID(bytes=bytes.fromhex(token))
    except ValueError:
        raise invalid("page_token", "one that was answered") from None


# ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def to_asked(categories: Iterable[request_pb2.CategoryAsked]) -> tuple[CategoryAsked, ...]:
    """The categories asked, each once with all its labels; InvalidArgument for one of the way back."""
    asked: dict[Category, frozenset[Label]] = {}
    for entry in categories:
        category = required(CATEGORY, Category, entry.category, "categories.category")
        if category in BACK_CATEGORIES:
            raise invalid("categories", "only categories of the way there")
        labels = frozenset(required(LABEL, Label, label, "categories.labels") for label in entry.labels)
        asked[category] = asked.get(category, frozenset()) | labels
    return tuple(CategoryAsked(category, labels) for category, labels in asked.items())


def from_asked(categories: Iterable[CategoryAsked]) -> list[request_pb2.CategoryAsked]:
    """The categories of a request as proto."""
    return [
        request_pb2.CategoryAsked(category=number(CATEGORY, asked.category), labels=numbers(LABEL, asked.labels))
        for asked in categories
    ]


def to_purposes(values: Iterable[int], field: str = "purposes") -> frozenset[Purpose]:
    """The purposes; InvalidArgument for an unknown one."""
    return frozenset(required(PURPOSE, Purpose, value, field) for value in values)


# ── decisions of the client ──────────────────────────────────────────────────────────────────────────────────────────


def to_answer(request: client_pb2.RecordDecisionRequest) -> Answer:
    """Her answer. An unknown word in an exception is refused: dropped, it would widen the exception to anything."""
    return Answer(
        base_permits=request.base_permits,
        exceptions=tuple(_to_exception(rule) for rule in request.exceptions),
        answers=tuple(
            (required(CATEGORY, Category, answer.category, "answers.category"), answer.permit)
            for answer in request.answers
        ),
        way_back=known(WAY_BACK, WayBack, request.way_back) or WayBack.NOTHING,
        secrecy_release_forward=request.secrecy_release_forward,
        secrecy_release_back=request.secrecy_release_back,
        purposes=to_purposes(request.purposes),
        valid_from=_moment(request, "valid_from"),
        valid_until=_moment(request, "valid_until"),
        excluded_persons=frozenset(map(UUID, request.excluded_person_ids)),
    )


def to_retraction(request: client_pb2.WithdrawRequest | request_pb2.WithdrawForClientRequest) -> Retraction:
    """What she takes back, or an agency for her; InvalidArgument where a category is not of the direction named."""
    retraction = Retraction(
        categories=frozenset(required(CATEGORY, Category, value, "categories") for value in request.categories),
        direction=known(DIRECTION, Direction, request.direction),
        releases=frozenset(
            required(DIRECTION, Direction, value, "secrecy_releases") for value in request.secrecy_releases
        ),
    )
    if not is_known(retraction):
        raise invalid("categories", "categories of the direction that is named")
    return retraction


def to_reduction(request: client_pb2.ReduceConsentRequest) -> Reduction:
    """What she makes less."""
    return Reduction(_moment(request, "valid_until"), frozenset(map(UUID, request.excluded_person_ids)))


def to_earlier_end(request: request_pb2.ReduceConsentForClientRequest) -> Reduction:
    """The earlier end that an agency writes down for her."""
    return Reduction(_moment(request, "valid_until"))


def from_extent(extent: Extent) -> request_pb2.ConsentExtent:
    """How far a consent reaches."""
    return request_pb2.ConsentExtent(
        in_force=extent.in_force,
        permitted=numbers(CATEGORY, extent.permitted),
        way_back=number(WAY_BACK, extent.way_back),
        valid_until=stamp(extent.valid_until),
    )


def from_part(part: Retraction, left: Extent) -> request_pb2.PartOfConsent:
    """A part that is one category or one release, and what taking it back would leave."""
    shown = request_pb2.PartOfConsent(left=from_extent(left))
    for category in part.categories:
        shown.category = number(CATEGORY, category)
    for direction in part.releases:
        shown.secrecy_release = number(DIRECTION, direction)
    return shown


def _to_exception(rule: client_pb2.DecisionException) -> ExceptionRule:
    return ExceptionRule(
        permits=rule.permits,
        categories=frozenset(required(CATEGORY, Category, c, "exceptions.categories") for c in rule.categories),
        labels=frozenset(required(LABEL, Label, label, "exceptions.labels") for label in rule.labels),
        persons=frozenset(map(UUID, rule.person_ids)),
        purposes=to_purposes(rule.purposes, "exceptions.purposes"),
        authoring_agencies=frozenset(map(UUID, rule.authoring_agency_ids)),
        written_from=_moment(rule, "written_from", "exceptions."),
        written_until=_moment(rule, "written_until", "exceptions."),
        valid_from=_moment(rule, "valid_from", "exceptions."),
        valid_until=_moment(rule, "valid_until", "exceptions."),
    )


def _moment(message: Any, field: str, path: str = "") -> datetime | None:
    """The time of a field, None where it is absent; InvalidArgument for one that no calendar has."""
    if not message.HasField(field):
        return None
    try:
        return from_timestamp(getattr(message, field))
    except (ValueError, OverflowError):
        raise invalid(path + field, "a time of the calendar") from None


# ── questions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def to_circumstances(asked: decision_pb2.Circumstances, person_id: UUID) -> Circumstances:
    """The circumstances, with None for what is not known."""
    return Circumstances(
        case_id=UUID(asked.case_id),
        referral_id=UUID(asked.referral_id),
        discloser_id=UUID(asked.discloser_id),
        recipient_id=UUID(asked.recipient_id),
        direction=known(DIRECTION, Direction, asked.direction),
        purpose=known(PURPOSE, Purpose, asked.purpose),
        basis=known(vocabulary_pb2.Basis, Basis, asked.basis),
        kind=known(client_pb2.DisclosureKind, DisclosureKind, asked.kind),
        person_id=person_id,
    )


def to_item(asked: decision_pb2.ItemAsked) -> Item:
    """The item, with None for what is not known; one unknown label makes all of them unknown."""
    labels = [known(LABEL, Label, label) for label in asked.labels]
    return Item(
        item_id=UUID(asked.item_id),
        version=asked.version,
        category=known(CATEGORY, Category, asked.category),
        labels=None if None in labels else frozenset(label for label in labels if label is not None),
        written_on=_moment(asked, "written_on", "items."),
        authoring_agency_id=UUID(asked.authoring_agency_id) if asked.authoring_agency_id else None,
    )


def from_decision(decision: ItemDecision) -> decision_pb2.ItemDecision:
    """The answer as proto."""
    return decision_pb2.ItemDecision(
        item_id=str(decision.item.item_id),
        version=decision.item.version,
        permit=decision.permit,
        reason=number(decision_pb2.DecisionReason, decision.reason),
        consent_id=str(decision.consent_id) if decision.consent_id else "",
        revision=decision.revision,
        permitted_until=stamp(decision.permitted_until),
    )


def from_explanation(explanation: Explanation) -> decision_pb2.ItemDecision:
    """The answer as proto, with its rule and what would have to change."""
    answer = from_decision(explanation.decision)
    answer.rule = explanation.rule
    answer.remedy = number(decision_pb2.DecisionRemedy, explanation.remedy)
    if (opens := stamp(explanation.permitted_from)) is not None:
        answer.permitted_from.CopyFrom(opens)
    return answer


def from_sight(sight: CategorySight) -> decision_pb2.CategorySight:
    """How much of a category can be seen, as proto."""
    explanation = sight.explanation
    return decision_pb2.CategorySight(
        category=number(CATEGORY, sight.category),
        sight=number(decision_pb2.Sight, sight.sight),
        reason=number(decision_pb2.DecisionReason, explanation.decision.reason),
        remedy=number(decision_pb2.DecisionRemedy, explanation.remedy),
        permitted_until=stamp(explanation.decision.permitted_until),
        permitted_from=stamp(explanation.permitted_from),
    )


# ── evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def to_evidence(given: request_pb2.EvidenceGiven) -> EvidenceGiven:
    """A piece of evidence. What does not belong to its role is for the rules to find."""
    role = required(request_pb2.EvidenceRole, EvidenceRole, given.role, "evidence.role")
    return EvidenceGiven(
        role=role,
        item_id=UUID(given.item_id) if given.item_id else None,
        item_hash=given.item_hash or None,
        relation=known(request_pb2.EvidenceRelation, Relation, given.relation),
        question_id=given.question_id or None,
        answered_right=given.answered_right if role is EvidenceRole.READ_BACK else None,
    )


def to_grantor(request: request_pb2.RecordDecisionForClientRequest) -> Grantor:
    """Who decides; the client herself where nobody is named."""
    if not request.HasField("grantor"):
        return Grantor()
    given = request.grantor
    representation = Representation(
        ground=enum_text(request_pb2.GrantorGround, given.ground),
        categories=frozenset(
            required(CATEGORY, Category, category, "grantor.categories") for category in given.categories
        ),
        way_back=given.way_back,
        until=_moment(given, "until", "grantor."),
    )
    return Grantor(
        representation=representation,
        both_parents_needed=given.both_parents_needed,
        parents_agreed=given.parents_agreed,
        assent=known(request_pb2.GrantorAssent, Assent, given.assent) or Assent.NOT_ASKED,
    )
