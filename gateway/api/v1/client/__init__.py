"""Routes of the clients' host."""

from fastapi import APIRouter

from gateway.api.v1.client.consent_request import router as consent_request
from gateway.api.v1.client.named_persons import router as named_persons
from gateway.api.v1.client.own_list import router as own_list
from gateway.api.v1.client.receipts import router as receipts
from gateway.api.v1.client.recordings import router as recordings
from gateway.api.v1.client.reinstatement import router as reinstatement
from gateway.api.v1.client.session import router as session
from gateway.api.v1.client.sitting import router as sitting
from gateway.api.v1.client.statutory_acts import router as statutory_acts
from gateway.api.v1.client.who_sees import router as who_sees


def routers() -> list[APIRouter]:
    """All of them."""
    asking = [consent_request, recordings, sitting, named_persons]
    return [session, *asking, own_list, reinstatement, receipts, who_sees, statutory_acts]
