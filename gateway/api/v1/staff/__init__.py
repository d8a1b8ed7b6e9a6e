"""Routes of the staff's host."""

from fastapi import APIRouter

from gateway.api.v1.staff import agencies, cases, deletion_tasks, referrals, search, session, transitions


def routers() -> list[APIRouter]:
    """All of them."""
    modules = (session, search, agencies, cases, referrals, transitions, deletion_tasks)
    return [module.router for module in modules]
