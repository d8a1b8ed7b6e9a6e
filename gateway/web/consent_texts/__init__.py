"""Pages on the texts that clients are asked with, for operators and data-protection officers."""

from fastapi import APIRouter

from gateway.web.consent_texts.drafts import router as drafts
from gateway.web.consent_texts.overview import router as overview
from gateway.web.consent_texts.recordings import router as recordings
from gateway.web.consent_texts.versions import router as versions
from gateway.web.consent_texts.writing import router as writing


def routers() -> list[APIRouter]:
    """All of them. What is written comes first: `neu` is no number of a draft."""
    return [overview, writing, drafts, versions, recordings]
