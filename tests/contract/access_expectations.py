"""Who may call which RPC, written down a second time by hand: the protos are held against this table.

A cell that is not named is refused. An RPC that is not named fails the test.
"""

from __future__ import annotations

CELLS = (
    "public",
    "service",
    "counsellor",
    "coordinator",
    "data-protection-officer",
    "outreach",
    "operator",
    "client:decide",
    "client:see",
    "client:withdraw",
    "client:see-names",
)
EVERYBODY = set(CELLS)
DECIDES = {"client:decide"}
SEES = {"client:see"}
COUNSELS = {"counsellor"}
HANDLES = {"counsellor", "coordinator"}
LEADS = {"coordinator"}
BACKGROUND = {"service"}

EXPECTED: dict[str, set[str]] = {
    "lotse.directory.v1.SearchService/SearchServices": EVERYBODY,
    "lotse.directory.v1.TopicService/ListTopics": EVERYBODY,
    "lotse.directory.v1.CoverageService/GetCoverage": HANDLES | BACKGROUND | {"operator"},
    "lotse.directory.v1.CoverageService/ListUnmetNeeds": HANDLES | BACKGROUND | {"operator"},
    "lotse.directory.v1.AgencyService/GetAgency": EVERYBODY,
    "lotse.directory.v1.AgencyService/BatchGetAgencies": EVERYBODY,
    "lotse.directory.v1.AgencyService/GetService": EVERYBODY,
    "lotse.directory.v1.RegimeService/ListRegimes": BACKGROUND,
    "lotse.directory.v1.EntryService/GetEntry": HANDLES,
    "lotse.directory.v1.EntryService/UpdateEntry": LEADS,
    "lotse.directory.v1.EntryService/SetCapacity": LEADS,
    "lotse.directory.v1.EntryService/ConfirmEntry": LEADS,
    "lotse.directory.v1.EntryService/ListChanges": LEADS,
    "lotse.directory.v1.EntryService/UndoChange": LEADS,
    "lotse.directory.v1.FreshnessService/ListFreshness": {"operator"},
    "lotse.directory.v1.ReportService/ReportError": HANDLES,
    "lotse.directory.v1.ReportService/ListReports": HANDLES | {"operator"},
    "lotse.directory.v1.ReportService/AnswerReport": LEADS | {"operator"},
    "lotse.directory.v1.ImportService/Import": BACKGROUND,
    "lotse.directory.v1.ImportService/GetImportProgress": BACKGROUND,
    "lotse.directory.v1.ImportRunService/ListImportRuns": BACKGROUND | {"operator"},
    "lotse.directory.v1.ImportRunService/ListImportFindings": BACKGROUND | {"operator"},
    "lotse.consent.v1.ConsentTextService/PublishText": BACKGROUND | {"operator"},
    "lotse.consent.v1.ConsentTextService/RetireText": BACKGROUND | {"operator"},
    "lotse.consent.v1.ConsentTextService/ListTexts": BACKGROUND | {"operator", "data-protection-officer"},
    "lotse.consent.v1.ConsentKeyService/ListPublicKeys": BACKGROUND,
    "lotse.consent.v1.ConsentRequestService/CreateRequest": COUNSELS,
    "lotse.consent.v1.ConsentRequestService/CancelRequest": COUNSELS,
    "lotse.consent.v1.ConsentRequestService/GetRequest": HANDLES,
    "lotse.consent.v1.ConsentRequestService/WithdrawForClient": HANDLES,
    "lotse.consent.v1.ConsentClientService/Redeem": EVERYBODY,
    "lotse.consent.v1.ConsentClientService/RenewToken": DECIDES | SEES,
    "lotse.consent.v1.ConsentClientService/GetOwnRequest": DECIDES,
    "lotse.consent.v1.ConsentClientService/RecordDecision": DECIDES,
    "lotse.consent.v1.ConsentClientService/TakePass": DECIDES,
    "lotse.consent.v1.ConsentClientService/ConfirmSecondSecret": SEES,
    "lotse.consent.v1.ConsentClientService/ListOwnConsents": SEES,
    "lotse.consent.v1.ConsentClientService/Withdraw": {"client:withdraw"},
    "lotse.consent.v1.ConsentDecisionService/Disclose": COUNSELS,
    "lotse.consent.v1.ConsentDecisionService/Decide": HANDLES,
    "lotse.consent.v1.ConsentDecisionService/ListChanges": BACKGROUND,
    "lotse.consent.v1.ConsentDecisionService/AcknowledgeWithdrawal": BACKGROUND,
    "lotse.referrals.v1.CaseService/CreateCase": COUNSELS,
    "lotse.referrals.v1.CaseService/GetCase": COUNSELS,
    "lotse.referrals.v1.CaseService/ListCases": COUNSELS,
    "lotse.referrals.v1.CaseService/WriteSection": COUNSELS,
    "lotse.referrals.v1.CaseService/ReadOwnSection": COUNSELS,
    "lotse.referrals.v1.ReferralService/CreateReferral": COUNSELS,
    "lotse.referrals.v1.ReferralService/UpdateReferral": COUNSELS,
    "lotse.referrals.v1.ReferralService/DiscardReferral": COUNSELS,
    "lotse.referrals.v1.ReferralService/RequestConsent": COUNSELS,
    "lotse.referrals.v1.ReferralService/PreviewReferral": COUNSELS,
    "lotse.referrals.v1.ReferralService/SendReferral": COUNSELS,
    "lotse.referrals.v1.ReferralService/GetReferral": HANDLES,
    "lotse.referrals.v1.ReferralService/ListReferrals": HANDLES,
    "lotse.referrals.v1.ReferralService/AcceptReferral": HANDLES,
    "lotse.referrals.v1.ReferralService/DeclineReferral": HANDLES,
    "lotse.referrals.v1.ReferralService/AssignReferral": HANDLES,
    "lotse.referrals.v1.ReferralService/StartReferral": COUNSELS,
    "lotse.referrals.v1.ReferralService/ReadSection": COUNSELS,
    "lotse.referrals.v1.ReferralService/RecallReferral": COUNSELS,
    "lotse.referrals.v1.ReferralService/ReturnReferral": COUNSELS,
    "lotse.referrals.v1.ReferralService/CompleteReferral": COUNSELS,
    "lotse.referrals.v1.ReferralService/ReadOutcome": COUNSELS,
    "lotse.referrals.v1.DeletionTaskService/ListDeletionTasks": HANDLES | {"data-protection-officer"},
    "lotse.referrals.v1.DeletionTaskService/AcknowledgeDeletionTask": HANDLES,
    "lotse.referrals.v1.DraftPreviewService/ReadDraftSection": DECIDES,
}
