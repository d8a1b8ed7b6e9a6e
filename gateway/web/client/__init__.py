"""Pages of the clients' host. Nothing on them names the matter in title, icon or address."""

from fastapi import APIRouter

from gateway.web.choosing import router as choosing
from gateway.web.client.changing import router as changing
from gateway.web.client.code import router as code
from gateway.web.client.consent import router as consent
from gateway.web.client.naming import router as naming
from gateway.web.client.own_list import router as own_list
from gateway.web.client.paper import router as paper
from gateway.web.client.receipts import router as receipts
from gateway.web.client.recordings import router as recordings
from gateway.web.client.sitting import router as sitting
from gateway.web.client.tablet import router as tablet
from gateway.web.client.who_sees import router as who_sees
from gateway.web.client.withdrawals import router as withdrawals
from gateway.web.client.withdrawing import router as withdrawing
from gateway.web.client.wording import router as wording


def routers() -> list[APIRouter]:
    """All of them; what has an address of its own before the questions, whose addresses take any name."""
    asking = [choosing, code, tablet, paper, wording, recordings, sitting, naming, consent]
    return [*asking, own_list, withdrawals, withdrawing, changing, receipts, who_sees]
