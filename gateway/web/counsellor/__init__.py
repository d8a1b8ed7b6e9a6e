"""Pages of the staff's host."""

from fastapi import APIRouter

from gateway.web.choosing import router as choosing
from gateway.web.components import router as components
from gateway.web.consent_texts import routers as consent_texts
from gateway.web.coordinator import routers as coordinator
from gateway.web.counsellor.agencies import router as agencies
from gateway.web.counsellor.assisted import router as assisted
from gateway.web.counsellor.cases import router as cases
from gateway.web.counsellor.contact_tasks import router as contact_tasks
from gateway.web.counsellor.coverage import router as coverage
from gateway.web.counsellor.deletion_tasks import router as deletion_tasks
from gateway.web.counsellor.desk import router as desk
from gateway.web.counsellor.drafts import router as drafts
from gateway.web.counsellor.hand_over import router as hand_over
from gateway.web.counsellor.incoming import router as incoming
from gateway.web.counsellor.name_checks import router as name_checks
from gateway.web.counsellor.objections import router as objections
from gateway.web.counsellor.referrals import router as referrals
from gateway.web.counsellor.search import router as search
from gateway.web.counsellor.statutory import router as statutory
from gateway.web.counsellor.withdrawal_requests import router as withdrawal_requests
from gateway.web.counsellor.withdrawals import router as withdrawals
from gateway.web.dpo import routers as dpo
from gateway.web.operator import routers as operator
from gateway.web.public import routers as public


def routers() -> list[APIRouter]:
    """All of them."""
    of_cases = [cases, drafts, assisted, hand_over, referrals, incoming, statutory, name_checks]
    of_counsellors = [desk, search, agencies, coverage, *of_cases]
    after_withdrawal = [withdrawals, deletion_tasks, objections, contact_tasks, withdrawal_requests]
    of_officers = [*coordinator(), *dpo(), *consent_texts(), *operator()]
    return [choosing, components, *of_counsellors, *after_withdrawal, *of_officers, *public()]
