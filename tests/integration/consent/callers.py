"""Which program may call which service of consent."""

CALLERS = {
    "lotse.consent.v1.ConsentTextService": ["lotse-cli", "lotse-gateway"],
    "lotse.consent.v1.ConsentTextDraftService": ["lotse-gateway"],
    "lotse.consent.v1.ConsentRecordingService": ["lotse-gateway", "lotse-cli"],
    "lotse.consent.v1.ConsentRequestService": ["lotse-referrals"],
    "lotse.consent.v1.ConsentClientService": ["lotse-gateway"],
    "lotse.consent.v1.ConsentDecisionService": ["lotse-referrals"],
    "lotse.consent.v1.ConsentExplanationService": ["lotse-gateway"],
    "lotse.consent.v1.ConsentAuditService": ["lotse-gateway"],
    "lotse.consent.v1.ConsentStatutoryService": ["lotse-gateway", "lotse-referrals"],
    "lotse.consent.v1.ConsentNoticeService": ["lotse-gateway"],
    "lotse.consent.v1.ConsentExclusionService": ["lotse-referrals"],
    "lotse.consent.v1.ConsentKeyService": ["lotse-directory", "lotse-referrals", "lotse-gateway"],
}
