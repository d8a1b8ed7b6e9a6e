"""Pages for whoever keeps an agency's entry true; counsellors read them, coordinators write."""

from fastapi import APIRouter

from gateway.web.coordinator.capacity import router as capacity
from gateway.web.coordinator.editing import router as editing
from gateway.web.coordinator.entry import router as entry
from gateway.web.coordinator.history import router as history
from gateway.web.coordinator.reports import router as reports


def routers() -> list[APIRouter]:
    """All of them."""
    return [entry, editing, capacity, history, reports]
