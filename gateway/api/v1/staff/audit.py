"""Proof and numbers for the data-protection officer of an agency."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from lotse.consent.v1 import audit_pb2, statutory_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from gateway.api.v1.dependencies import ClientsOf, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, category, moment, word, words
from gateway.clients import Clients
from services.common.ledger.evidence import Entry, Evidence
from services.common.protobuf.times import from_timestamp

router = APIRouter(prefix="/api/v1/audit", tags=["audit"], dependencies=[Depends(as_staff)])
_PAGE_SECONDS = 30.0
"""For a page of evidence: the rows of a case and five hundred proofs."""

Year = Annotated[int, Query(ge=2020, le=2200)]


class Number(Body):
    """A number that somebody has at hand: of a receipt, a referral, a consent request or a case."""

    number: Id


class FoundCase(Answer):
    """A case of one's own agency, and how many entries of each kind the ledger has of it."""

    case_id: Id
    counts: dict[str, int]


class Case(Body):
    """Which case."""

    case_id: Id


class OverdueDeletion(Answer):
    """A withdrawal whose keys should be gone by now."""

    withdrawal_id: Id
    referral_id: str
    discloser_id: Id
    recipient_id: Id
    withdrawn_at: datetime | None
    due_at: datetime | None
    acknowledged_at: datetime | None
    is_objected: bool


class OverdueDeletions(Answer):
    """The longest overdue first."""

    deletions: list[OverdueDeletion]


class LanguageCount(Answer):
    """Requests in one language; "" for those that cannot stand alone, no outcomes where one would be under five."""

    language: str
    total: int
    outcomes: dict[str, int] | None


class RequestCounts(Answer):
    """The table of a quarter, from the day on which no number of it moves any more."""

    available_from: datetime | None
    is_available: bool
    languages: list[LanguageCount]
    outcomes: dict[str, int] | None
    total: int | None


class DenialCount(Answer):
    """How often a reason refused an item in a month."""

    month: str
    reason: str
    count: int


class DenialCounts(Answer):
    """Newest month first."""

    counts: list[DenialCount]


class Processing(Answer):
    """What goes to a partner, or comes from it, by the consents on record."""

    partner_id: Id
    discloses: bool
    purposes: list[str]
    categories: list[str]
    way_back: str
    since: datetime | None
    until: datetime | None


class StatutoryProcessing(Answer):
    """What went to a recipient without consent; `recipient_id` is "" for a body, `recipient_body` for an agency."""

    recipient_id: str
    recipient_body: str
    grounds: list[str]
    categories: list[str]
    since: datetime | None
    newest: datetime | None


class ProcessingRecord(Answer):
    """The moving part of the record of processing activities; what a law permitted stands by itself."""

    regime: str
    overlays: list[str]
    activities: list[Processing]
    statutory: list[StatutoryProcessing]


@router.post("/evidence/find", summary="Which case of the own agency a number belongs to")
async def find_evidence(body: Number, having: ClientsOf) -> FoundCase:
    """By POST, since a number of a case or receipt is in no address."""
    found = await having.audit.FindEvidence(audit_pb2.FindEvidenceRequest(number=body.number))
    return FoundCase(case_id=found.case_id, counts={each.kind: each.count for each in found.counts})


@router.post("/evidence/export", summary="The evidence of a case as a file that verifies offline")
async def export(body: Case, having: ClientsOf, repeat_key: RepeatKey) -> Response:
    """Needs a login with a second factor within a quarter of an hour. `lotse evidence verify` checks the file."""
    return as_file(await export_evidence(body.case_id, having, repeat_key))


@router.get("/overdue-deletions", summary="Withdrawals whose keys should be gone by now")
async def overdue_deletions(having: ClientsOf) -> OverdueDeletions:
    """On either side of the own agency."""
    found = await having.audit.ListOverdueDeletions(audit_pb2.ListOverdueDeletionsRequest())
    return OverdueDeletions(deletions=[_overdue(each) for each in found.deletions])


@router.get("/requests", summary="What became of consent requests, by language")
async def count_requests(having: ClientsOf, year: Year, quarter: Annotated[int, Query(ge=1, le=4)]) -> RequestCounts:
    """No number under five can be read or computed."""
    found = await having.audit.CountRequests(audit_pb2.CountRequestsRequest(year=year, quarter=quarter))
    return RequestCounts(
        available_from=moment(found.available_from),
        is_available=found.is_available,
        languages=[
            LanguageCount(language=each.language, total=each.total, outcomes=_outcomes(each.outcomes))
            for each in found.languages
        ],
        outcomes=_outcomes(found.outcomes),
        total=found.total if found.HasField("total") else None,
    )


@router.get("/denials", summary="How often items were refused to the own people, by month and reason")
async def count_denials(having: ClientsOf, year: Year) -> DenialCounts:
    """Neither case nor person is recorded for it."""
    found = await having.audit.CountDenials(audit_pb2.CountDenialsRequest(year=year))
    return DenialCounts(
        counts=[DenialCount(month=each.month, reason=each.reason, count=each.count) for each in found.counts]
    )


@router.get("/processing-record", summary="What crosses between the own agency and others")
async def processing_record(having: ClientsOf) -> ProcessingRecord:
    """By the consents on record (Art. 30 GDPR, § 31 KDG, § 31 DSG-EKD)."""
    found = await having.audit.GetProcessingRecord(audit_pb2.GetProcessingRecordRequest())
    return ProcessingRecord(
        regime=found.regime,
        overlays=list(found.overlays),
        activities=[_processing(each) for each in found.activities],
        statutory=[_statutory(each) for each in found.statutory],
    )


async def export_evidence(case_id: str, having: Clients, repeat_key: str) -> Evidence:
    """All pages of a case's evidence under one checkpoint."""
    entries: list[Entry] = []
    page_token = ""
    while True:
        request = audit_pb2.ExportEvidenceRequest(request_id=repeat_key, case_id=case_id, page_token=page_token)
        found = await having.audit.ExportEvidence(request, timeout=_PAGE_SECONDS)
        entries += [_entry(each) for each in found.entries]
        page_token = found.next_page_token
        if not page_token:
            break
    exported_at = from_timestamp(found.exported_at).isoformat()
    return Evidence(found.case_id, exported_at, found.checkpoint, found.verifier, tuple(entries))


def as_file(evidence: Evidence) -> Response:
    """The evidence as a download; its name says the case's number and nothing else."""
    return Response(
        evidence.text(),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="evidence-{evidence.case_id}.json"'},
    )


def _entry(each: audit_pb2.EvidenceEntry) -> Entry:
    return Entry(
        seq=each.seq,
        kind=each.kind,
        row_id=each.row_id,
        revision=each.revision,
        leaf_hash=each.leaf_hash,
        proof=tuple(each.proof),
        row=json.loads(each.row) if each.row else None,
        salt=each.salt,
    )


def _overdue(each: audit_pb2.OverdueDeletion) -> OverdueDeletion:
    return OverdueDeletion(
        withdrawal_id=each.withdrawal_id,
        referral_id=each.referral_id,
        discloser_id=each.discloser_id,
        recipient_id=each.recipient_id,
        withdrawn_at=moment(each.withdrawn_at),
        due_at=moment(each.due_at),
        acknowledged_at=moment(each.acknowledged_at, present=each.HasField("acknowledged_at")),
        is_objected=each.is_objected,
    )


def _outcomes(counts: Iterable[audit_pb2.OutcomeCount]) -> dict[str, int] | None:
    return {each.outcome: each.count for each in counts} or None


def _processing(each: audit_pb2.Processing) -> Processing:
    return Processing(
        partner_id=each.partner_id,
        discloses=each.discloses,
        purposes=words(vocabulary_pb2.Purpose, list(each.purposes)),
        categories=[category(value) for value in each.categories],
        way_back=word(vocabulary_pb2.WayBack, each.way_back),
        since=moment(each.since),
        until=moment(each.until),
    )


def _statutory(each: audit_pb2.StatutoryProcessing) -> StatutoryProcessing:
    return StatutoryProcessing(
        recipient_id=each.recipient_id,
        recipient_body=word(statutory_pb2.RecipientBody, each.recipient_body),
        grounds=words(statutory_pb2.StatutoryGround, list(each.grounds)),
        categories=[category(value) for value in each.categories],
        since=moment(each.since),
        newest=moment(each.newest),
    )
