"""The directory for everybody: search, pages of agencies, cards.

On the staff's host, without a login, and without a word or link that leads to the clients' pages.
"""

from fastapi import APIRouter

from gateway.web.public.agencies import router as agencies
from gateway.web.public.card import router as card
from gateway.web.public.search import router as search


def routers() -> list[APIRouter]:
    """All of them."""
    return [search, agencies, card]
