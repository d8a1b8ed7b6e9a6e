"""What the page of an agency shows, to staff and to everybody."""

from typing import Any

from gateway.api.v1.dependencies import Parts
from gateway.api.v1.staff.agencies import Agency
from gateway.api.v1.staff.search import topics
from gateway.web.map.drawing import Spot, draw_spots
from gateway.web.map.outlines import on_plane
from gateway.web.rendering import Reader


async def shown_agency(found: Agency, reader: Reader, having: Parts) -> dict[str, Any]:
    """The agency, names of topics, and the map with one marker; none for a protected place."""
    known = await topics(having.clients, reader.language)
    point = None if found.protected_location else found.point
    spots = [] if point is None else [Spot(1, found.name, on_plane(point.latitude, point.longitude))]
    return {
        "agency": found,
        "topic_names": {topic.slug: topic.label for topic in known.topics},
        "drawing": draw_spots(spots),
        # To the minute, so that a page that says how long ago something was is the same for a while.
        "now": having.clock.now().replace(second=0, microsecond=0),
    }
