"""Routes of the staff's host."""

from fastapi import APIRouter

from gateway.api.v1.staff.agencies import router as agencies
from gateway.api.v1.staff.assisted import router as assisted
from gateway.api.v1.staff.audit import router as audit
from gateway.api.v1.staff.candidates import router as candidates
from gateway.api.v1.staff.cases import router as cases
from gateway.api.v1.staff.consent_text_drafts import router as consent_text_drafts
from gateway.api.v1.staff.consent_texts import router as consent_texts
from gateway.api.v1.staff.contact_tasks import router as contact_tasks
from gateway.api.v1.staff.coverage import router as coverage
from gateway.api.v1.staff.declines import router as declines
from gateway.api.v1.staff.deletion_tasks import router as deletion_tasks
from gateway.api.v1.staff.entry import router as entry
from gateway.api.v1.staff.name_checks import router as name_checks
from gateway.api.v1.staff.notes import router as notes
from gateway.api.v1.staff.objections import router as objections
from gateway.api.v1.staff.operation import router as operation
from gateway.api.v1.staff.recordings import router as recordings
from gateway.api.v1.staff.referrals import router as referrals
from gateway.api.v1.staff.reports import router as reports
from gateway.api.v1.staff.search import router as search
from gateway.api.v1.staff.session import router as session
from gateway.api.v1.staff.statutory import router as statutory
from gateway.api.v1.staff.transitions import router as transitions
from gateway.api.v1.staff.withdrawal_requests import router as withdrawal_requests
from gateway.api.v1.staff.withdrawals import router as withdrawals


def routers() -> list[APIRouter]:
    """All of them."""
    of_directory = [search, agencies, coverage, entry, reports, notes]
    after_withdrawal = [withdrawals, deletion_tasks, objections, contact_tasks, withdrawal_requests]
    of_cases = [cases, referrals, candidates, assisted, transitions, declines, statutory, name_checks]
    of_texts = [consent_texts, consent_text_drafts, recordings]
    return [session, *of_directory, *of_cases, *after_withdrawal, audit, *of_texts, operation]
