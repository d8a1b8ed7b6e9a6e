"""Between protos and the model."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from lotse.referrals.v1 import case_pb2, referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from services.common.errors import FieldViolation, InvalidArgument
from services.common.protobuf.enums import enum_text, enum_value
from services.common.protobuf.times import to_timestamp
from services.referrals.consent import Decision
from services.referrals.model import (
    Case,
    CoverSheet,
    DeletionTask,
    Draft,
    KeptWithdrawal,
    Referral,
    SectionVersion,
    Side,
)
from services.referrals.rules import ENDED


def invalid(field: str, rule: str) -> InvalidArgument:
    """A field that is wrong, by its path and rule."""
    return InvalidArgument(violations=[FieldViolation(field, rule)])


def category_word(value: int) -> str:
    """The word of a category."""
    return enum_text(vocabulary_pb2.DataCategory, value)


def category_value(word: str) -> vocabulary_pb2.DataCategory.ValueType:
    """The number of a category."""
    value: vocabulary_pb2.DataCategory.ValueType = enum_value(vocabulary_pb2.DataCategory, word)
    return value


def from_case(case: Case, sections: Sequence[SectionVersion]) -> case_pb2.Case:
    """A case for its own agency."""
    return case_pb2.Case(
        case_id=str(case.case_id),
        handle=case.handle,
        in_danger=case.in_danger,
        created_at=to_timestamp(case.created_at),
        sections=[from_section(section) for section in sections],
        etag=f"{case.case_id.hex[:8]}-{sum(section.version for section in sections)}",
    )


def from_section(section: SectionVersion) -> case_pb2.SectionVersion:
    """A section version without its content."""
    return case_pb2.SectionVersion(
        item_id=str(section.item_id),
        version=section.version,
        category=category_value(section.category),
        labels=[enum_value(vocabulary_pb2.SensitivityLabel, label) for label in section.labels],
        written_at=to_timestamp(section.written_at),
        entrusted_by_another=section.entrusted_by_another,
    )


def to_draft(draft: referral_pb2.ReferralDraft) -> Draft:
    """What a draft says."""
    return Draft(
        recipient_id=UUID(draft.recipient_id),
        service_id=UUID(draft.service_id) if draft.service_id else None,
        kind=enum_text(vocabulary_pb2.ReferralKind, draft.kind),
        purpose=enum_text(vocabulary_pb2.Purpose, draft.purpose),
        cover_sheet=CoverSheet(
            tuple(draft.cover_sheet.topics),
            enum_text(vocabulary_pb2.Urgency, draft.cover_sheet.urgency),
            draft.cover_sheet.language,
        ),
        categories=tuple(category_word(value) for value in draft.categories),
    )


def from_cover_sheet(sheet: CoverSheet) -> referral_pb2.CoverSheet:
    """Topic, urgency, language, deadline."""
    return referral_pb2.CoverSheet(
        topics=sheet.topics,
        urgency=enum_value(vocabulary_pb2.Urgency, sheet.urgency),
        language=sheet.language,
        answer_by=to_timestamp(sheet.answer_by),
    )


def from_referral(
    referral: Referral,
    side: Side,
    sections: Sequence[SectionVersion] = (),
    consent_state: referral_pb2.DraftConsentState.ValueType = referral_pb2.DRAFT_CONSENT_STATE_UNSPECIFIED,
    *,
    hidden: bool = False,
) -> referral_pb2.Referral:
    """A referral as one side sees it: the recipient never the discloser's case, nor anything but dates after an end.

    `hidden` says that the client does not let this person see the cover sheet.
    """
    recipient = side is Side.RECIPIENT
    ended = recipient and (hidden or referral.state in ENDED)
    case_id = referral.recipient_case_id if recipient else referral.case_id
    return referral_pb2.Referral(
        referral_id=str(referral.referral_id),
        state=enum_value(referral_pb2.ReferralState, referral.state.value),
        kind=enum_value(vocabulary_pb2.ReferralKind, "" if ended else referral.kind),
        discloser_id="" if ended else str(referral.discloser_id),
        recipient_id=str(referral.recipient_id),
        service_id=str(referral.service_id) if referral.service_id and not ended else "",
        purpose=enum_value(vocabulary_pb2.Purpose, "" if ended else referral.purpose),
        cover_sheet=None if ended else from_cover_sheet(referral.cover_sheet),
        case_id=str(case_id) if case_id else "",
        draft_revision=0 if recipient else referral.draft_revision,
        sections=[from_section(section) for section in sections],
        consent_state=consent_state,
        assigned_person_id=str(referral.assigned_person_id) if recipient and referral.assigned_person_id else "",
        created_at=to_timestamp((referral.sent_at if recipient else None) or referral.created_at),
        changed_at=to_timestamp(referral.changed_at),
        reason=enum_value(referral_pb2.TransitionReason, referral.reason),
        etag=referral.etag,
    )


def from_preview(category: str, decision: Decision, section: SectionVersion | None = None) -> referral_pb2.PreviewItem:
    """One item of a preview."""
    return referral_pb2.PreviewItem(
        category=category_value(category),
        goes=decision.permit,
        reason=decision.reason,
        section=from_section(section) if section else None,
        rule=decision.rule,
        consent_revision=decision.revision,
        remedy=decision.remedy,
        permitted_until=to_timestamp(decision.permitted_until),
        permitted_from=to_timestamp(decision.permitted_from),
    )


def from_task(task: DeletionTask, at_hand: Sequence[str] = ()) -> referral_pb2.DeletionTask:
    """A deletion task for its agency; `at_hand` is what an objection may name."""
    state = referral_pb2.DELETION_TASK_STATE_OPEN
    if task.keys_destroyed_at is not None:
        state = referral_pb2.DELETION_TASK_STATE_KEYS_DESTROYED
    elif task.taken_back_at is not None:
        state = referral_pb2.DELETION_TASK_STATE_TAKEN_BACK
    elif task.is_objected:
        state = referral_pb2.DELETION_TASK_STATE_OBJECTED
    elif task.acknowledged_at is not None:
        state = referral_pb2.DELETION_TASK_STATE_ACKNOWLEDGED
    return referral_pb2.DeletionTask(
        deletion_task_id=str(task.deletion_task_id),
        referral_id=str(task.referral_id),
        state=state,
        created_at=to_timestamp(task.created_at),
        due_at=to_timestamp(task.due_at),
        acknowledged_at=to_timestamp(task.acknowledged_at),
        keys_destroyed_at=to_timestamp(task.keys_destroyed_at),
        categories=[category_value(category) for category in task.categories],
        etag=task.etag,
        taken_back_at=to_timestamp(task.taken_back_at),
        escalated_at=to_timestamp(task.escalated_at),
        ground=enum_value(referral_pb2.ObjectionGround, task.objection_ground or ""),
        objected_at=to_timestamp(task.objected_at),
        objection_closed_at=to_timestamp(task.objection_closed_at),
        kept=[category_value(category) for category in task.kept],
        at_hand=[category_value(category) for category in at_hand],
    )


def from_withdrawal(kept: KeptWithdrawal, now: datetime) -> referral_pb2.ReferralWithdrawal:
    """What she took back, and whether that can still be undone."""
    open_until = kept.due_at if kept.reinstated_at is None and not kept.acknowledged else None
    return referral_pb2.ReferralWithdrawal(
        withdrawal_id=str(kept.withdrawal_id),
        at=to_timestamp(kept.at),
        everything=kept.everything,
        categories=[category_value(category) for category in kept.categories],
        due_at=to_timestamp(kept.due_at),
        taken_back_at=to_timestamp(kept.reinstated_at),
        may_be_taken_back=open_until is not None and now < open_until,
    )


def page_token(*parts: datetime | UUID | bool) -> str:
    """Where the next page begins; says nothing that the page itself did not."""
    texts = [part.isoformat() if isinstance(part, datetime) else str(part) for part in parts]
    return "|".join(texts).encode().hex()


def from_page_token(token: str) -> list[str]:
    """The parts of a token that was answered before; raises InvalidArgument for anything else."""
    try:
        return bytes.fromhex(token).decode().split("|")
    except ValueError:
        raise _never_answered() from None


def from_page_edge(token: str) -> tuple[datetime, UUID]:
    """The time and id of a token that holds just these."""
    return to_edge(from_page_token(token))


def to_edge(parts: Sequence[str]) -> tuple[datetime, UUID]:
    """Time and id where a page begins; raises InvalidArgument for what was never answered."""
    try:
        at, row_id = parts
        return datetime.fromisoformat(at).astimezone(UTC), UUID(row_id)
    except (ValueError, OverflowError):
        raise _never_answered() from None


def _never_answered() -> InvalidArgument:
    return invalid("page_token", "is not one that was answered")
