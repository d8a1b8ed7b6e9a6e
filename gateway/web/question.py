"""A search between the form, the JSON API and the page: what was asked, what narrows it, what takes a part back.

Buttons under an answer carry the whole question in hidden fields and one change: `narrow` with `KIND:VALUE` of a facet,
`drop` with `FIELD:VALUE` of what is set, `place_is` with the meaning of an ambiguous place.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel import Locale

from gateway.api.v1.staff.found import Hit
from gateway.api.v1.staff.search import Search, SearchAnswer, Topic
from gateway.web.forms import Form, body_of
from gateway.web.map.drawing import Drawing, Spot, draw_spots
from gateway.web.map.outlines import on_plane
from services.common.errors import FieldViolation, InvalidArgument

PAGE = 10
GERMAN_TIME = ZoneInfo("Europe/Berlin")
ONLY = ("open_now", "has_room", "accepts_handover")
FIELDS = {"open_at": "open_time"}
"""Fields of the form by the names of the question, for faults."""

LISTS = ("topics", "languages", "audiences", "ways_in", "interpretation")
_FIELD_OF_FACET = {
    "topic": "topics",
    "language": "languages",
    "audience": "audiences",
    "way-in": "ways_in",
    "interpretation": "interpretation",
    "room": "has_room",
    "handover": "accepts_handover",
}
_ALL_OF_THEM = "languages"
"""Of the lists, the one whose values must hold together; of all others one is enough, so another one replaces it."""


def read_question(form: Form, now: datetime) -> Search:
    """What the form asks, changed by the button that was pressed; raises InvalidArgument that names fields."""
    values: dict[str, object] = {
        "text": form.text("text"),
        "place": form.text("place_is") or form.text("place"),
        **{name: list(dict.fromkeys(each for each in form.texts(name) if each)) for name in LISTS},
        **{name: form.has("only", name) for name in ONLY},
        "radius_km": form.number("radius_km"),
        "age": form.number("age") if form.text("age") else None,
        "open_at": _open_at(form, now),
        "with_facets": True,
        "page_size": PAGE,
        "page_token": form.text("page_token"),
    }
    _narrow(values, *form.text("narrow").partition(":")[::2])
    _drop(values, *form.text("drop").partition(":")[::2])
    return body_of(Search, values)


def form_of(asked: Search) -> Form:
    """The form as it asks this question, without its page."""
    moment = asked.open_at.astimezone(GERMAN_TIME) if asked.open_at else None
    return Form.showing(
        text=asked.text,
        place=asked.place,
        radius_km=str(asked.radius_km or ""),
        age="" if asked.age is None else str(asked.age),
        open_day=f"{moment:%Y-%m-%d}" if moment else "",
        open_time=f"{moment:%H:%M}" if moment else "",
        **{name: values for name in LISTS if (values := getattr(asked, name))},
        **({"only": switches} if (switches := [name for name in ONLY if getattr(asked, name)]) else {}),
    )


def hidden_fields(form: Form, *, but: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Name and value of everything the form asks, for the buttons under an answer."""
    return [(name, value) for name, values in form.values.items() if name not in but for value in values if value]


def chips(asked: Search) -> list[tuple[str, str]]:
    """What is set beside the words, as field and value; each can be taken back with `drop`."""
    single = [(name, str(getattr(asked, name))) for name in ("place", "age") if getattr(asked, name) not in {"", None}]
    if asked.radius_km:
        single.append(("radius_km", str(asked.radius_km)))
    if asked.open_at:
        single.append(("open_at", asked.open_at.isoformat()))
    switches = [(name, "true") for name in ONLY if getattr(asked, name)]
    return [*single, *((name, value) for name in LISTS for value in getattr(asked, name)), *switches]


def is_set(asked: Search, kind: str, value: str) -> bool:
    """Whether the question asks for this value of a facet already."""
    field = _FIELD_OF_FACET.get(kind, "")
    held = getattr(asked, field, None)
    return value in held if isinstance(held, list) else bool(held)


def stored(asked: Search) -> dict[str, object]:
    """The question as a session keeps it."""
    kept: dict[str, object] = json.loads(asked.model_dump_json())
    return kept


def restored(kept: dict[str, object]) -> Search:
    """What `stored` made."""
    return Search.model_validate_json(json.dumps(kept))


def draw_hits(hits: Sequence[Hit]) -> Drawing | None:
    """The map of a page of hits, numbered as in the list; what has no point, as a protected place, is not on it."""
    return draw_spots(
        [
            Spot(number, hit.service_name, on_plane(hit.point.latitude, hit.point.longitude))
            for number, hit in enumerate(hits, 1)
            if hit.point is not None and not hit.protected_location
        ]
    )


def shown_answer(asked: Search | None, found: SearchAnswer | None, topics: Sequence[Topic]) -> dict[str, object]:
    """What the part of the page below the form shows, on the staff's pages and on the public ones."""
    if asked is None or found is None:
        return {"found": None}
    form = form_of(asked)
    facets = [
        (facet.kind, values)
        for facet in found.facets
        if (values := [each for each in facet.values if each.count and not is_set(asked, facet.kind, each.value)])
    ]
    return {
        "asked": asked,
        "found": found,
        "understood_topics": widest(found.understood.topics, topics),
        "hidden": hidden_fields(form),
        "hidden_but_place": hidden_fields(form, but=["place"]),
        "chips": chips(asked),
        "facets": facets,
        "helps": [(each, hidden_fields(form_of(each.question))) for each in found.relaxations],
        "drawing": draw_hits(found.hits),
    }


def widest(slugs: Sequence[str], topics: Sequence[Topic]) -> list[str]:
    """Of these topics those that are part of no other one of them.

    Somebody who wrote of violence at home means no particular kind of it, and need not read all kinds that there are.
    """
    parents = {topic.slug: topic.parent for topic in topics}

    def is_covered(slug: str) -> bool:
        above = parents.get(slug, "")
        return bool(above) and (above in slugs or is_covered(above))

    return [slug for slug in slugs if not is_covered(slug)]


def named_languages(codes: Sequence[str], reader_language: str) -> list[tuple[str, str]]:
    """Codes and names of languages in the reader's language, by name."""
    names = Locale.parse(reader_language).languages
    return sorted(((code, str(names.get(code, code))) for code in codes), key=lambda pair: pair[1])


def _open_at(form: Form, now: datetime) -> datetime | None:
    """The moment in German time; without a day it is today."""
    day, hour = form.text("open_day"), form.text("open_time")
    if not day and not hour:
        return None
    if not hour:
        raise InvalidArgument(violations=[FieldViolation("open_time", "missing")])
    try:
        on = date.fromisoformat(day) if day else now.astimezone(GERMAN_TIME).date()
    except ValueError:
        raise InvalidArgument(violations=[FieldViolation("open_day", "wrong-form")]) from None
    try:
        at = time.fromisoformat(hour).replace(second=0, microsecond=0, tzinfo=None)
        return datetime.combine(on, at, GERMAN_TIME)
    except ValueError:
        raise InvalidArgument(violations=[FieldViolation("open_time", "wrong-form")]) from None


def _narrow(values: dict[str, object], kind: str, value: str) -> None:
    field = _FIELD_OF_FACET.get(kind)
    if field is None:
        return
    before = values[field]
    if isinstance(before, list):
        values[field] = list(dict.fromkeys([*before, value])) if field == _ALL_OF_THEM else [value]
    else:
        values[field] = True


def _drop(values: dict[str, object], field: str, value: str) -> None:
    before = values.get(field)
    if isinstance(before, list):
        values[field] = [each for each in before if each != value]
    elif field in {"open_at", "age"}:
        values[field] = None
    elif field == "radius_km":
        values[field] = 0
    elif field in {"place", *ONLY}:
        values[field] = "" if field == "place" else False
