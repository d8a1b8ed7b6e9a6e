"""The referral card: one page to print, in the language of whoever carries it. Nothing of a client is on it."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from lotse.directory.v1 import search_pb2

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.agencies import Agency, AgencyService, agency
from gateway.web.dependencies import StaffOf
from gateway.web.public.caching import cacheable
from gateway.web.public.card_texts import card_texts
from gateway.web.public.reading import AnybodyOf
from gateway.web.rendering import Reader, page
from services.common.errors import NotFound

router = APIRouter(include_in_schema=False)
Variety = Annotated[str, Query(pattern=r"^[a-z]{2,5}$")]
OneService = Annotated[str, Query(max_length=36)]


@router.get("/stellen/{agency_id}/karte")
async def for_staff(
    agency_id: Id, reader: StaffOf, having: PartsOf, sprache: Variety = "de", angebot: OneService = ""
) -> Response:
    """The card to hand over, with the language chosen by whoever sits there."""
    return await _card(agency_id, reader, having, sprache, angebot, "/stellen")


@router.get("/verzeichnis/{agency_id}/karte")
async def for_anybody(
    agency_id: Id, request: Request, reader: AnybodyOf, having: PartsOf, sprache: Variety = "", angebot: OneService = ""
) -> Response:
    """The same for whoever looks it up herself, in her own language unless she chooses another one."""
    variety = sprache or reader.language
    return cacheable(request, await _card(agency_id, reader, having, variety, angebot, "/verzeichnis"))


async def _card(agency_id: str, reader: Reader, having: PartsOf, variety: str, one: str, base: str) -> Response:
    known = card_texts()
    if variety not in known:
        raise NotFound
    found = await agency(agency_id, having.clients)
    services = [service for service in found.services if not one or service.service_id == one]
    if one and not services:
        raise NotFound
    topics = await having.clients.topics.ListTopics(search_pb2.ListTopicsRequest())
    return page(
        reader,
        "directory/card.html",
        layout="counsellor/layout.html" if base == "/stellen" else "public/layout.html",
        agency=found,
        services=services,
        card=known[variety],
        variety=variety,
        varieties=known,
        base=base,
        one=one,
        public_address=f"{having.settings.staff_origin}/verzeichnis/{agency_id}",
        **_facts(found, services, topics.topics, known[variety].tag),
    )


def _facts(found: Agency, services: Sequence[AgencyService], topics: Any, tag: str) -> dict[str, Any]:
    """What several services share, said once; topics in the card's language, with that language they stand in."""
    slugs = list(dict.fromkeys(slug for service in services for slug in service.topics))
    labels = {topic.slug: topic.labels for topic in topics}
    about = []
    for slug in slugs:
        known = labels.get(slug, {})
        language = tag if tag in known else "de"
        about.append((known.get(language, slug), language))
    return {
        "about": about,
        "hours": _by_service(services, "schedules"),
        "bring": list(dict.fromkeys(text for service in services for text in service.required_documents)),
        "costs": list(dict.fromkeys(service.fees for service in services if service.fees)),
        "languages": list(dict.fromkeys(code for service in services for code in service.languages)),
        "ways": list(dict.fromkeys(each.way for service in services for each in service.ways_in)),
        "interpreting": _interpreting(services),
        "access": found.accessibility,
    }


def _interpreting(services: Sequence[AgencyService]) -> list[str]:
    """All ways of interpreting that are to be had; "none" only where no service has any."""
    kinds = list(dict.fromkeys(kind for service in services for kind in service.interpretation_kinds))
    return [kind for kind in kinds if kind != "none"] or kinds


def _by_service(services: Sequence[AgencyService], name: str) -> list[tuple[str, list[str]]]:
    """What each service says; without names of services where all say the same."""
    said = [(service.name, list(getattr(service, name))) for service in services if getattr(service, name)]
    alike = len({tuple(texts) for _, texts in said}) == 1 and len(said) == len(services)
    return [("", said[0][1])] if alike else said
