"""ConsentAuditService: proof and numbers for the data-protection officer of an agency, never content."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import grpc
from lotse.consent.v1 import audit_pb2, audit_pb2_grpc, statutory_pb2

from services.common.database import Database, Scope
from services.common.errors import NotFound, PermissionDenied
from services.common.identifiers import uuid7
from services.common.identity.context import staff
from services.common.ledger import NoteVerifier
from services.consent.convert import CATEGORY, PURPOSE, WAY_BACK, number, numbers, stamp
from services.consent.model.audit import EvidenceExport, LanguageCount, OverdueDeletion, Processing, StatutoryProcessing
from services.consent.rules.decision import regime_of
from services.consent.rules.processing import processing_of
from services.consent.rules.quarters import quarter, settled_at, year_of
from services.consent.rules.small_numbers import protected
from services.consent.store import audit, case_log, regimes, requests

Context = grpc.aio.ServicerContext[Any, Any]
_ENTRIES_OF_A_PAGE = 500


class ConsentAuditServicer(audit_pb2_grpc.ConsentAuditServiceServicer):
    """The agency is that of the officer; a case of another one is not there."""

    def __init__(self, database: Database, verifier: NoteVerifier) -> None:
        self._database = database
        self._verifier = verifier

    async def FindEvidence(
        self, request: audit_pb2.FindEvidenceRequest, context: Context
    ) -> audit_pb2.FindEvidenceResponse:
        """The case that a number belongs to, with the number of its entries."""
        scope, agency = _officer()
        async with self._database.transaction(scope, read_only=True) as tx:
            case_id = await audit.find_case(tx, UUID(request.number), agency)
        counts = await case_log.kinds_of_case(self._database, case_id)
        return audit_pb2.FindEvidenceResponse(
            case_id=str(case_id),
            counts=[audit_pb2.EntryCount(kind=kind, count=count) for kind, count in counts.items()],
        )

    async def ExportEvidence(
        self, request: audit_pb2.ExportEvidenceRequest, context: Context
    ) -> audit_pb2.ExportEvidenceResponse:
        """A page of entries with their audit paths. The export is written down before anything is read."""
        case_id = UUID(request.case_id)
        scope, agency = _officer(case_id)
        size, after = _position(request.page_token)
        async with self._database.transaction(scope) as tx:
            if not await audit.owns_case(tx, case_id):
                raise NotFound
            at = await requests.legal_time(tx)
            if size is None:
                who = staff()
                await audit.insert_export(
                    tx, EvidenceExport(case_id, uuid7(), agency, who.person, at, UUID(request.request_id))
                )
        page = await case_log.read_page(self._database, case_id, limit=_ENTRIES_OF_A_PAGE, size=size, after=after)
        return audit_pb2.ExportEvidenceResponse(
            case_id=str(case_id),
            checkpoint=page.checkpoint,
            verifier=self._verifier.line(),
            exported_at=stamp(at),
            entries=[_entry(entry) for entry in page.entries],
            next_page_token="" if page.end is None else f"{page.size}:{page.end}",
        )

    async def ListOverdueDeletions(
        self, request: audit_pb2.ListOverdueDeletionsRequest, context: Context
    ) -> audit_pb2.ListOverdueDeletionsResponse:
        """What is late on either side, the longest overdue first."""
        scope, agency = _officer()
        async with self._database.transaction(scope, read_only=True) as tx:
            found = await audit.overdue(tx, agency)
        return audit_pb2.ListOverdueDeletionsResponse(deletions=[_overdue(each) for each in found])

    async def CountRequests(
        self, request: audit_pb2.CountRequestsRequest, context: Context
    ) -> audit_pb2.CountRequestsResponse:
        """The table of a quarter in which no number moves any more; nothing before that."""
        scope, agency = _officer()
        since, until = quarter(request.year, request.quarter)
        async with self._database.transaction(scope, read_only=True) as tx:
            at = await requests.legal_time(tx)
            available = at >= settled_at(until)
            table = protected(await audit.count_requests(tx, agency, since, until) if available else {})
        return audit_pb2.CountRequestsResponse(
            available_from=stamp(settled_at(until)),
            is_available=available,
            languages=[_language(each) for each in table.languages],
            outcomes=_outcomes(table.outcomes),
            total=table.total if available else None,
        )

    async def CountDenials(
        self, request: audit_pb2.CountDenialsRequest, context: Context
    ) -> audit_pb2.CountDenialsResponse:
        """Refused items of a year by month and reason."""
        scope, agency = _officer()
        async with self._database.transaction(scope, read_only=True) as tx:
            counts = await audit.denials(tx, agency, *year_of(request.year))
        return audit_pb2.CountDenialsResponse(
            counts=[
                audit_pb2.DenialCount(month=f"{each.month:%Y-%m}", reason=each.reason, count=each.count)
                for each in counts
            ]
        )

    async def GetProcessingRecord(
        self, request: audit_pb2.GetProcessingRecordRequest, context: Context
    ) -> audit_pb2.GetProcessingRecordResponse:
        """What crosses between the agency and its partners, and the law of the agency today."""
        scope, agency = _officer()
        async with self._database.transaction(scope, read_only=True) as tx:
            at = await requests.legal_time(tx)
            granted = await audit.granted(tx, agency)
            acted = await audit.acted(tx, agency)
            rows = await regimes.list_of(tx, [agency])
        law = regime_of(agency, rows, at)
        return audit_pb2.GetProcessingRecordResponse(
            regime=law.regime if law else "",
            overlays=sorted(law.overlays) if law else [],
            activities=[_processing(each) for each in processing_of(agency, granted)],
            statutory=[_statutory(each) for each in acted],
        )


def _officer(case_id: UUID | None = None) -> tuple[Scope, UUID]:
    """The scope of the officer's office, and her agency."""
    who = staff()
    if who.agency is None:
        raise PermissionDenied
    return Scope("audit", agency=who.agency, person=who.person, case=case_id), who.agency


def _position(token: str) -> tuple[int | None, int]:
    """Size of the tree and last position of the page before; no size at the beginning."""
    if not token:
        return None, case_log.BEGINNING
    size, _, after = token.partition(":")
    return int(size), int(after)


def _entry(entry: case_log.EvidenceEntry) -> audit_pb2.EvidenceEntry:
    return audit_pb2.EvidenceEntry(
        seq=entry.seq,
        kind=entry.kind,
        row=entry.text.decode(),
        salt=entry.salt,
        leaf_hash=entry.leaf_hash,
        proof=entry.proof,
        row_id=str(entry.row_id),
        revision=entry.revision,
    )


def _overdue(each: OverdueDeletion) -> audit_pb2.OverdueDeletion:
    return audit_pb2.OverdueDeletion(
        withdrawal_id=str(each.withdrawal_id),
        referral_id=str(each.referral_id) if each.referral_id else "",
        discloser_id=str(each.discloser_id),
        recipient_id=str(each.recipient_id),
        withdrawn_at=stamp(each.withdrawn_at),
        due_at=stamp(each.due_at),
        acknowledged_at=stamp(each.acknowledged_at),
        is_objected=each.is_objected,
    )


def _language(each: LanguageCount) -> audit_pb2.LanguageCount:
    return audit_pb2.LanguageCount(language=each.language, total=each.total, outcomes=_outcomes(each.outcomes))


def _outcomes(counts: Mapping[str, int] | None) -> list[audit_pb2.OutcomeCount]:
    return [audit_pb2.OutcomeCount(outcome=outcome, count=count) for outcome, count in (counts or {}).items()]


def _processing(each: Processing) -> audit_pb2.Processing:
    return audit_pb2.Processing(
        partner_id=str(each.partner_id),
        discloses=each.discloses,
        purposes=numbers(PURPOSE, each.purposes),
        categories=numbers(CATEGORY, each.categories),
        way_back=number(WAY_BACK, each.way_back),
        since=stamp(each.since),
        until=stamp(each.until),
    )


def _statutory(each: StatutoryProcessing) -> audit_pb2.StatutoryProcessing:
    return audit_pb2.StatutoryProcessing(
        recipient_id=str(each.recipient_id) if each.recipient_id else "",
        recipient_body=number(statutory_pb2.RecipientBody, each.recipient_body or ""),
        grounds=numbers(statutory_pb2.StatutoryGround, each.grounds),
        categories=numbers(CATEGORY, each.categories),
        since=stamp(each.since),
        newest=stamp(each.newest),
    )
