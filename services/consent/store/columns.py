"""The columns of each row of proof by name: what is hashed, in the order in which it is inserted.

Names and values are those of the tables, so a reader of the ledger that selects them by name finds the same hash.
"""

from uuid import UUID

from services.common.ledger import LeafValue
from services.consent.model.audit import EvidenceExport
from services.consent.model.draft import TextAct
from services.consent.model.record import (
    Acknowledgement,
    ConsentRecord,
    Disclosure,
    Evidence,
    Refusal,
    Reinstatement,
    Withdrawal,
)
from services.consent.model.request import ConsentRequest
from services.consent.model.statutory import RecordedAct, Review
from services.consent.store.exceptions import write_exceptions

Columns = dict[str, LeafValue]


def of_revision(record: ConsentRecord) -> Columns:
    """A revision of a consent."""
    consent, setting, grantor = record.consent, record.setting, record.consent.grantor
    representation = grantor.representation
    return {
        "case_id": consent.case_id,
        "discloser_id": consent.discloser_id,
        "recipient_id": consent.recipient_id,
        "revision": consent.revision,
        "consent_id": consent.consent_id,
        "act": consent.act.value,
        "at": consent.at,
        "receipt_id": record.receipt_id,
        "basis": "consent",
        "base_permits": consent.base_permits,
        "exceptions": write_exceptions(consent.exceptions),
        "purposes": sorted(consent.purposes),
        "way_back": consent.way_back.value,
        "secrecy_release_forward": consent.secrecy_release_forward,
        "secrecy_release_back": consent.secrecy_release_back,
        "excluded_persons": sorted(consent.excluded_persons),
        "valid_from": consent.valid_from,
        "valid_until": consent.valid_until,
        "recipient_in_network": consent.recipient_in_network,
        "grantor": "client" if representation is None else "representative",
        "grantor_ground": None if representation is None else representation.ground,
        "grantor_categories": None if representation is None else sorted(representation.categories),
        "grantor_way_back": None if representation is None else representation.way_back,
        "grantor_until": None if representation is None else representation.until,
        "both_parents_needed": grantor.both_parents_needed,
        "parents_agreed": grantor.parents_agreed,
        "assent": grantor.assent.value,
        "evidence_kind": setting.evidence_kind.value,
        "evidence_hash": setting.evidence_hash,
        "evidence_relation": setting.evidence_relation.value if setting.evidence_relation else None,
        "unconfirmed_since": consent.unconfirmed_since,
        "assisted_by": setting.assisted_by,
        "language": setting.language,
        "text_hashes": list(setting.text_hashes),
        "consent_request_id": setting.consent_request_id,
        "referral_id": setting.referral_id,
        "discloser_regime": setting.discloser_regime,
        "discloser_overlays": list(setting.discloser_overlays),
        "recipient_regime": setting.recipient_regime,
        "recipient_overlays": list(setting.recipient_overlays),
        "request_id": record.request_id,
    }


def of_conference(asked: ConsentRequest, request_id: UUID) -> Columns:
    """The question about one participant of a case conference, with the list of all."""
    return {
        "case_id": asked.case_id,
        "consent_request_id": asked.consent_request_id,
        "referral_id": asked.referral_id,
        "discloser_id": asked.discloser_id,
        "recipient_id": asked.recipient_id,
        "participants": sorted(asked.participants),
        "requested_by": asked.requested_by,
        "requested_at": asked.requested_at,
        "request_id": request_id,
    }


def of_refusal(refusal: Refusal) -> Columns:
    """A refusal."""
    return {
        "case_id": refusal.case_id,
        "consent_request_id": refusal.consent_request_id,
        "receipt_id": refusal.receipt_id,
        "referral_id": refusal.referral_id,
        "discloser_id": refusal.discloser_id,
        "recipient_id": refusal.recipient_id,
        "language": refusal.language,
        "text_hashes": list(refusal.text_hashes),
        "evidence_kind": refusal.evidence_kind.value,
        "at": refusal.at,
        "request_id": refusal.request_id,
    }


def of_withdrawal(withdrawal: Withdrawal) -> Columns:
    """A withdrawal."""
    return {
        "case_id": withdrawal.case_id,
        "withdrawal_id": withdrawal.withdrawal_id,
        "consent_id": withdrawal.consent_id,
        "discloser_id": withdrawal.discloser_id,
        "recipient_id": withdrawal.recipient_id,
        "referral_id": withdrawal.referral_id,
        "revision": withdrawal.revision,
        "everything": withdrawal.everything,
        "categories": sorted(withdrawal.categories),
        "at": withdrawal.at,
        "due_at": withdrawal.due_at,
        "receipt_id": withdrawal.receipt_id,
        "made_by": _maker(withdrawal),
        "agency_id": withdrawal.agency_id,
        "person_id": withdrawal.person_id,
        "request_id": withdrawal.request_id,
    }


def _maker(withdrawal: Withdrawal) -> str:
    if withdrawal.by_service:
        return "service"
    return "client" if withdrawal.person_id is None else "staff"


def of_reinstatement(reinstatement: Reinstatement) -> Columns:
    """That a withdrawal was taken back."""
    return {
        "case_id": reinstatement.case_id,
        "withdrawal_id": reinstatement.withdrawal_id,
        "consent_id": reinstatement.consent_id,
        "discloser_id": reinstatement.discloser_id,
        "recipient_id": reinstatement.recipient_id,
        "referral_id": reinstatement.referral_id,
        "revision": reinstatement.revision,
        "at": reinstatement.at,
        "receipt_id": reinstatement.receipt_id,
        "made_by": "client" if reinstatement.person_id is None else "staff",
        "agency_id": reinstatement.agency_id,
        "person_id": reinstatement.person_id,
        "request_id": reinstatement.request_id,
    }


def of_acknowledgement(acknowledgement: Acknowledgement) -> Columns:
    """A step after a withdrawal; one that keeps categories has a column more."""
    kept: Columns = {"categories": sorted(acknowledgement.kept)} if acknowledgement.kept else {}
    return {
        "case_id": acknowledgement.case_id,
        "acknowledgement_id": acknowledgement.acknowledgement_id,
        "withdrawal_id": acknowledgement.withdrawal_id,
        "step": acknowledgement.step.value,
        "person_id": acknowledgement.person_id,
        "at": acknowledgement.at,
        "request_id": acknowledgement.request_id,
        **kept,
    }


def of_disclosure(disclosure: Disclosure) -> Columns:
    """A disclosure; only what was permitted is one, so nothing of it is unknown."""
    asked, decision = disclosure.circumstances, disclosure.decision
    item = decision.item
    return {
        "case_id": asked.case_id,
        "disclosure_id": disclosure.disclosure_id,
        "at": disclosure.at,
        "basis": asked.basis,
        "consent_id": decision.consent_id,
        "revision": decision.revision if decision.consent_id else None,
        "referral_id": asked.referral_id,
        "discloser_id": asked.discloser_id,
        "recipient_id": asked.recipient_id,
        "direction": asked.direction,
        "purpose": asked.purpose,
        "disclosure_kind": asked.kind,
        "item_id": item.item_id,
        "item_version": item.version,
        "category": item.category,
        "labels": sorted(item.labels or ()),
        "written_on": item.written_on,
        "authoring_agency_id": item.authoring_agency_id,
        "reader_id": disclosure.reader.person_id,
        "reader_agency_id": disclosure.reader.agency_id,
        "reader_role": disclosure.reader.role,
        "request_id": disclosure.request_id,
    }


def of_evidence(evidence: Evidence) -> Columns:
    """A piece of evidence."""
    given = evidence.given
    return {
        "case_id": evidence.case_id,
        "evidence_id": evidence.evidence_id,
        "consent_request_id": evidence.consent_request_id,
        "evidence_role": given.role.value,
        "item_id": given.item_id,
        "item_hash": given.item_hash,
        "relation": given.relation.value if given.relation else None,
        "question_id": given.question_id,
        "answered_right": given.answered_right,
        "recorded_by": evidence.recorded_by,
        "recording_agency_id": evidence.recording_agency_id,
        "at": evidence.at,
        "request_id": evidence.request_id,
    }


def of_export(export: EvidenceExport) -> Columns:
    """An export of evidence."""
    return {
        "case_id": export.case_id,
        "export_id": export.export_id,
        "agency_id": export.agency_id,
        "person_id": export.person_id,
        "at": export.at,
        "request_id": export.request_id,
    }


def of_act(act: RecordedAct) -> Columns:
    """An act that a law permits."""
    return {
        "case_id": act.case_id,
        "act_id": act.act_id,
        "discloser_id": act.discloser_id,
        "recipient_id": act.recipient_id,
        "recipient_body": act.recipient_body,
        "referral_id": act.referral_id,
        "ground": act.ground,
        "channel": act.channel,
        "categories": sorted(act.categories),
        "at": act.at,
        "until": act.until,
        "confirm_by": act.confirm_by,
        "notice_withheld": act.notice_withheld,
        "reason_hash": act.reason_hash,
        "recorded_by": act.recorded_by,
        "request_id": act.request_id,
    }


def of_review(review: Review) -> Columns:
    """What a second person said of an act; an objection has a column more."""
    ended: Columns = {"act_ended_at": review.act_ended_at} if review.act_ended_at else {}
    return {
        "case_id": review.case_id,
        "act_id": review.act_id,
        "review_id": review.review_id,
        "verdict": review.verdict,
        "person_id": review.person_id,
        "at": review.at,
        "request_id": review.request_id,
        **ended,
    }


def of_text_act(act: TextAct) -> Columns:
    """What a person did with a text."""
    return {
        "act_id": act.act_id,
        "at": act.at,
        "act": act.act.value,
        "draft_id": act.draft_id,
        "revision": act.revision,
        "text_version_id": act.text_version_id,
        "content_hash": act.content_hash,
        "person_id": act.hand.person_id,
        "role": act.hand.role,
        "reviewer": act.reviewer,
        "reviewed_on": act.reviewed_on,
        "request_id": act.request_id,
    }
