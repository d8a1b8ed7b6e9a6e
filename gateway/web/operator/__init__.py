"""Pages of whoever runs the installation: imports with what they refused, and how old the entries are."""

from fastapi import APIRouter

from gateway.web.operator.freshness import router as freshness
from gateway.web.operator.imports import router as imports


def routers() -> list[APIRouter]:
    """All of them."""
    return [imports, freshness]
