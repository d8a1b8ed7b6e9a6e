"""The services behind the gateway: one channel each, every call with a deadline."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc
from lotse.consent.v1 import (
    audit_pb2_grpc,
    client_pb2_grpc,
    decision_pb2_grpc,
    recording_pb2_grpc,
    statutory_pb2_grpc,
    text_draft_pb2_grpc,
    text_pb2_grpc,
)
from lotse.directory.v1 import (
    agency_pb2_grpc,
    entry_pb2_grpc,
    import_pb2_grpc,
    note_pb2_grpc,
    publication_pb2_grpc,
    report_pb2_grpc,
    search_pb2_grpc,
)
from lotse.referrals.v1 import (
    case_pb2_grpc,
    contact_task_pb2_grpc,
    name_check_pb2_grpc,
    referral_pb2_grpc,
    withdrawal_request_pb2_grpc,
)
from lotse.referrals.v1 import statutory_pb2_grpc as referrals_statutory_pb2_grpc

from gateway.settings import GatewaySettings
from services.common.channel import connect

_READS = {
    "lotse.directory.v1.SearchService": ["SearchServices"],
    "lotse.directory.v1.CoverageService": ["GetCoverage", "ListUnmetNeeds"],
    "lotse.directory.v1.TopicService": ["ListTopics"],
    "lotse.directory.v1.PublicationService": ["GetRecord", "ListRecords"],
    "lotse.directory.v1.AgencyService": ["GetAgency", "BatchGetAgencies"],
    "lotse.directory.v1.EntryService": ["GetEntry", "ListChanges"],
    "lotse.directory.v1.FreshnessService": ["ListFreshness"],
    "lotse.directory.v1.ImportRunService": ["ListImportRuns", "ListImportFindings"],
    "lotse.directory.v1.ReportService": ["ListReports"],
    "lotse.directory.v1.PartnerNoteService": ["ListNotes"],
    "lotse.referrals.v1.CaseService": ["GetCase", "ListCases"],
    "lotse.referrals.v1.ReferralService": [
        "GetReferral",
        "ListReferrals",
        "PreviewReferral",
        "CountDeclines",
        "ListWithdrawals",
        "ExplainReferral",
        "GetQuestion",
        "ListEvidence",
    ],
    "lotse.referrals.v1.DeletionTaskService": ["ListDeletionTasks", "ReadObjection", "ListEscalatedTasks"],
    "lotse.referrals.v1.ContactTaskService": ["ListContactTasks"],
    "lotse.referrals.v1.NameCheckService": ["ListNameChecks", "ListOwnNameChecks"],
    "lotse.referrals.v1.WithdrawalRequestService": ["ListWithdrawalRequests", "GetWithdrawalRequest"],
    "lotse.consent.v1.ConsentClientService": [
        "GetOwnRequest",
        "GetOwnReceipt",
        "ListOwnActs",
        "ListOwnConsents",
        "ListOwnDisclosures",
    ],
    "lotse.consent.v1.ConsentExplanationService": ["ExplainOwnConsents"],
    "lotse.consent.v1.ConsentAuditService": [
        "FindEvidence",
        "ListOverdueDeletions",
        "CountRequests",
        "CountDenials",
        "GetProcessingRecord",
    ],
    "lotse.consent.v1.ConsentStatutoryService": ["ListActs"],
    "lotse.consent.v1.ConsentNoticeService": ["ListOwnStatutoryActs"],
    "lotse.consent.v1.ConsentTextService": ["GetRenderedText", "ListTexts"],
    "lotse.consent.v1.ConsentTextDraftService": ["GetTextDraft", "ListTextActs", "ListTextDrafts"],
    "lotse.consent.v1.ConsentRecordingService": ["GetRecording"],
}


@dataclass(frozen=True, slots=True)
class Clients:
    """Stubs; calls raise LotseError."""

    search: search_pb2_grpc.SearchServiceStub
    coverage: search_pb2_grpc.CoverageServiceStub
    topics: search_pb2_grpc.TopicServiceStub
    agencies: agency_pb2_grpc.AgencyServiceStub
    entries: entry_pb2_grpc.EntryServiceStub
    freshness: entry_pb2_grpc.FreshnessServiceStub
    import_runs: import_pb2_grpc.ImportRunServiceStub
    reports: report_pb2_grpc.ReportServiceStub
    notes: note_pb2_grpc.PartnerNoteServiceStub
    publication: publication_pb2_grpc.PublicationServiceStub
    consent: client_pb2_grpc.ConsentClientServiceStub
    explanations: decision_pb2_grpc.ConsentExplanationServiceStub
    audit: audit_pb2_grpc.ConsentAuditServiceStub
    acts: statutory_pb2_grpc.ConsentStatutoryServiceStub
    notices: statutory_pb2_grpc.ConsentNoticeServiceStub
    texts: text_pb2_grpc.ConsentTextServiceStub
    text_drafts: text_draft_pb2_grpc.ConsentTextDraftServiceStub
    recordings: recording_pb2_grpc.ConsentRecordingServiceStub
    cases: case_pb2_grpc.CaseServiceStub
    referrals: referral_pb2_grpc.ReferralServiceStub
    deletion_tasks: referral_pb2_grpc.DeletionTaskServiceStub
    draft_previews: referral_pb2_grpc.DraftPreviewServiceStub
    contact_tasks: contact_task_pb2_grpc.ContactTaskServiceStub
    name_checks: name_check_pb2_grpc.NameCheckServiceStub
    withdrawal_requests: withdrawal_request_pb2_grpc.WithdrawalRequestServiceStub
    statutory: referrals_statutory_pb2_grpc.StatutoryServiceStub


@asynccontextmanager
async def connected(settings: GatewaySettings) -> AsyncIterator[Clients]:
    """The stubs, as long as the block runs; connections are made at first use."""
    directory = _channel(settings, settings.directory_target, "lotse-directory")
    consent = _channel(settings, settings.consent_target, "lotse-consent")
    referrals = _channel(settings, settings.referrals_target, "lotse-referrals")
    try:
        yield Clients(
            search=search_pb2_grpc.SearchServiceStub(directory),
            coverage=search_pb2_grpc.CoverageServiceStub(directory),
            topics=search_pb2_grpc.TopicServiceStub(directory),
            agencies=agency_pb2_grpc.AgencyServiceStub(directory),
            entries=entry_pb2_grpc.EntryServiceStub(directory),
            freshness=entry_pb2_grpc.FreshnessServiceStub(directory),
            import_runs=import_pb2_grpc.ImportRunServiceStub(directory),
            reports=report_pb2_grpc.ReportServiceStub(directory),
            notes=note_pb2_grpc.PartnerNoteServiceStub(directory),
            publication=publication_pb2_grpc.PublicationServiceStub(directory),
            consent=client_pb2_grpc.ConsentClientServiceStub(consent),
            explanations=decision_pb2_grpc.ConsentExplanationServiceStub(consent),
            audit=audit_pb2_grpc.ConsentAuditServiceStub(consent),
            acts=statutory_pb2_grpc.ConsentStatutoryServiceStub(consent),
            notices=statutory_pb2_grpc.ConsentNoticeServiceStub(consent),
            texts=text_pb2_grpc.ConsentTextServiceStub(consent),
            text_drafts=text_draft_pb2_grpc.ConsentTextDraftServiceStub(consent),
            recordings=recording_pb2_grpc.ConsentRecordingServiceStub(consent),
            cases=case_pb2_grpc.CaseServiceStub(referrals),
            referrals=referral_pb2_grpc.ReferralServiceStub(referrals),
            deletion_tasks=referral_pb2_grpc.DeletionTaskServiceStub(referrals),
            draft_previews=referral_pb2_grpc.DraftPreviewServiceStub(referrals),
            contact_tasks=contact_task_pb2_grpc.ContactTaskServiceStub(referrals),
            name_checks=name_check_pb2_grpc.NameCheckServiceStub(referrals),
            withdrawal_requests=withdrawal_request_pb2_grpc.WithdrawalRequestServiceStub(referrals),
            statutory=referrals_statutory_pb2_grpc.StatutoryServiceStub(referrals),
        )
    finally:
        for channel in (directory, consent, referrals):
            await channel.close()


def _channel(settings: GatewaySettings, target: str, name: str) -> grpc.aio.Channel:
    return connect(target, settings, name, default_seconds=settings.call_seconds, idempotent=_READS)
