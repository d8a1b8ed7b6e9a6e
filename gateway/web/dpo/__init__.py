"""Pages of an agency's data-protection officer: proof, numbers and dates, nothing of content."""

from fastapi import APIRouter

from gateway.web.dpo.evidence import router as evidence
from gateway.web.dpo.numbers import router as numbers
from gateway.web.dpo.overview import router as overview
from gateway.web.dpo.record import router as record


def routers() -> list[APIRouter]:
    """All of them."""
    return [overview, evidence, numbers, record]
