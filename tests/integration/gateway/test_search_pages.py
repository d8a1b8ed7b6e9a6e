"""The page of a search: what narrows a question, what takes a part of it back, what is drawn."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from lotse.directory.v1 import search_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from gateway.web.forms import CSRF_FIELD
from services.common.protobuf.times import to_timestamp
from tests.integration.gateway.login_server import LoginServer
from tests.integration.gateway.scripted_directory import Script, a_hit, scripted_directory
from tests.integration.gateway.world import Browser, World, running_gateway
from tests.support.postgres import DatabaseOf
from tests.support.server import TestNetwork

Form = dict[str, Any]


@dataclass
class Asking:
    world: World
    script: Script
    browser: Browser

    async def post(self, form: Form, **headers: str) -> httpx.Response:
        sent = {"Origin": self.browser.origin, "Sec-Fetch-Site": "same-origin", "Accept": "text/html", **headers}
        return await self.browser.request("POST", "/suche", data={CSRF_FIELD: self.browser.csrf, **form}, headers=sent)

    async def ask(self, **form: Any) -> str:
        """What the page says about a question."""
        led = await self.post(form)
        assert led.status_code == 303, led.text
        answer = await self.browser.get(led.headers["Location"], headers={"Accept": "text/html"})
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
async def asking(
    database_of: DatabaseOf, network: TestNetwork, login_server: LoginServer, tmp_path: Path
) -> AsyncIterator[Asking]:
    database = await database_of("gateway")
    async with (
        scripted_directory(network, login_server.tokens) as script,
        running_gateway(tmp_path, database, network, login_server) as world,
    ):
        browser = world.staff()
        await world.log_in(browser)
        yield Asking(world, script, browser)


A_PERSON = {
    "Accept": "text/html",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
}


def buttons(page: str, name: str) -> set[str]:
    return set(re.findall(rf'name="{name}" value="([^"]*)"', page))


async def test_all_that_can_be_asked_reaches_the_directory(asking: Asking) -> None:
    await asking.ask(
        text="Miete", place="38100", radius_km="50", topics="mietschulden", languages=["ar", "uk"],
        audiences="families", age="0", ways_in=["walk-in", "chat"], interpretation="video-interpreter",
        only=["has_room", "accepts_handover"], open_day="2026-11-27", open_time="17:30",
    )  # fmt: skip
    asked = asking.script.asked[-1]
    assert (asked.text, asked.place, asked.radius_km) == ("Miete", "38100", 50)
    assert [*asked.topics, *asked.languages] == ["mietschulden", "ar", "uk"]
    assert asked.audiences == [vocabulary_pb2.AUDIENCE_FAMILIES]
    assert asked.HasField("age")
    assert asked.ways_in == [vocabulary_pb2.WAY_IN_WALK_IN, vocabulary_pb2.WAY_IN_CHAT]
    assert asked.interpretation == [vocabulary_pb2.INTERPRETATION_VIDEO_INTERPRETER]
    assert (asked.has_room, asked.accepts_handover, asked.open_now, asked.with_facets) == (True, True, False, True)
    assert asked.open_at.ToJsonString() == "2026-11-27T16:30:00Z"


async def test_facets_narrow_and_what_is_set_is_taken_back(asking: Asking) -> None:
    value = search_pb2.FacetValue
    asking.script.found = search_pb2.SearchServicesResponse(
        hits=[a_hit()],
        total=12,
        facets=[
            search_pb2.Facet(kind="language", values=[value(value="ar", label="Arabisch", count=7)]),
            search_pb2.Facet(kind="topic", values=[value(value="mietschulden", label="Mietschulden", count=9)]),
            search_pb2.Facet(kind="room", values=[value(value="true", label="Has room", count=3)]),
        ],
    )
    page = await asking.ask(text="Schulden", languages="uk", topics="wohnungslosigkeit")
    assert buttons(page, "narrow") == {"language:ar", "topic:mietschulden", "room:true"}
    assert buttons(page, "drop") == {"languages:uk", "topics:wohnungslosigkeit"}

    kept: Form = {"text": "Schulden", "languages": "uk", "topics": "wohnungslosigkeit"}
    await asking.ask(**kept, narrow="language:ar")
    assert asking.script.asked[-1].languages == ["uk", "ar"]  # both must be spoken
    await asking.ask(**kept, narrow="topic:mietschulden")
    assert asking.script.asked[-1].topics == ["mietschulden"]  # one is enough, so another one takes its place
    page = await asking.ask(**kept, narrow="room:true")
    assert asking.script.asked[-1].has_room
    assert "room:true" not in buttons(page, "narrow")
    await asking.ask(**kept, drop="languages:uk")
    assert not asking.script.asked[-1].languages
    assert asking.script.asked[-1].text == "Schulden"


async def test_a_relaxation_and_the_meaning_of_a_place_are_one_click_away(asking: Asking) -> None:
    wider = search_pb2.SearchServicesRequest(text="Miete", radius_km=40, ways_in=[vocabulary_pb2.WAY_IN_CHAT], age=17)
    asking.script.found = search_pb2.SearchServicesResponse(
        relaxations=[search_pb2.Relaxation(kind="radius", text="Within 40 km: 2", count=2, request=wider)],
        place_choices=[search_pb2.PlaceChoice(label="Neustadt (Sachsen)", place="01844")],
    )
    page = await asking.ask(text="Miete", place="Neustadt", ways_in="chat", age="17")
    assert ">Within 40 km: 2<" in page
    relaxed = next(part for part in page.split("<form") if "Within 40 km" in part)
    assert dict(re.findall(r'name="(text|radius_km|ways_in|age|place)" value="([^"]*)"', relaxed)) == {
        "text": "Miete", "radius_km": "40", "ways_in": "chat", "age": "17",
    }  # fmt: skip
    assert buttons(page, "place_is") == {"01844"}
    await asking.ask(text="Miete", place_is="01844")
    assert asking.script.asked[-1].place == "01844"


async def test_many_places_of_one_name_are_offered_a_few_at_first(asking: Asking) -> None:
    asking.script.found = search_pb2.SearchServicesResponse(
        place_choices=[search_pb2.PlaceChoice(label=f"Neustadt {number}", place=f"0{number}") for number in range(19)]
    )
    page = await asking.ask(text="Miete", place="Neustadt")
    at_first, _, more = page.partition("13 more places")
    assert "Nothing found" in at_first
    assert len(buttons(at_first, "place_is")) == 6
    assert len(buttons(more, "place_is")) == 13


async def test_only_the_widest_of_what_was_understood_is_said(asking: Asking) -> None:
    """The directory means all kinds of a topic when the topic was named; to a reader that is one thing."""
    asking.script.found = search_pb2.SearchServicesResponse(
        understood=search_pb2.Understood(topics=["mietschulden", "schulden"])
    )
    understood = re.search(r"Understood:\s*([^<]*)", await asking.ask(text="Schulden"))
    assert understood
    assert understood[1].strip() == "Schulden"


async def test_a_hit_says_what_matters_before_somebody_is_sent_there(asking: Asking) -> None:
    said = to_timestamp(asking.world.clock.now() - timedelta(days=5))
    asking.script.found = search_pb2.SearchServicesResponse(
        total=1,
        hits=[
            a_hit(
                is_open=False, is_unconfirmed=True, exclusions="Menschen ohne Kinder",
                reasons=[search_pb2.Reason(kind="not-for", text="Nicht für: Menschen ohne Kinder")],
                audiences=[vocabulary_pb2.AUDIENCE_FAMILIES], ways_in=[vocabulary_pb2.WAY_IN_HOME_VISIT],
                interpretation=[vocabulary_pb2.INTERPRETATION_ARRANGED],
                capacity=search_pb2.Capacity(state=vocabulary_pb2.CAPACITY_STATE_FREE, said_at=said),
            )
        ],
    )  # fmt: skip
    page = await asking.ask(text="Schulden")
    for words in (
        "Closed now", "Has room, said 5 days ago", "Not confirmed for a long time", "Menschen ohne Kinder",
        "Families with children", "The counsellor comes home", "Interpreter is arranged",
    ):  # fmt: skip
        assert words in page, words
    assert page.count("Menschen ohne Kinder") == 1


async def test_a_protected_place_is_on_no_map_whatever_the_directory_says(asking: Asking) -> None:
    asking.script.found = search_pb2.SearchServicesResponse(
        total=2,
        hits=[a_hit("Frauenhaus", protected_location=True, distance_km=3.0, place="NI"), a_hit("Schuldnerberatung")],
    )
    page = await asking.ask(text="Hilfe")
    assert 'href="#hit-2"' in page
    assert 'href="#hit-1"' not in page
    assert "3 km" not in page
    assert "Niedersachsen" in page
    asking.script.found.hits.pop()
    assert "<svg" not in await asking.ask(text="Hilfe")


async def test_a_script_gets_the_answer_alone_and_the_way_back_to_it(asking: Asking) -> None:
    asking.script.found = search_pb2.SearchServicesResponse(total=1, hits=[a_hit()])
    part = await asking.post({"text": "Schul"}, **{"X-Part": "answer"})
    assert (part.status_code, "<html" in part.text, "Schuldnerberatung" in part.text) == (200, False, True)
    address = re.search(r'data-address="(/suche/[\w-]{20,})"', part.text)
    assert address
    again = await asking.browser.get(address[1], headers=A_PERSON)
    assert 'value="Schul"' in again.text
    assert [asked.while_typing for asked in asking.script.asked] == [True, False]


async def test_a_question_counts_once_in_an_hour_however_often_its_answer_is_looked_at(asking: Asking) -> None:
    first, again = [(await asking.post({"text": "Schulden Peine"})).headers["Location"] for _ in range(2)]
    other = (await asking.post({"text": "Sucht Peine"})).headers["Location"]
    for address in (first, first, again, other):
        await asking.browser.get(address, headers=A_PERSON)
    assert [asked.while_typing for asked in asking.script.asked] == [False, True, True, False]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"age": "old"}, "age"),
        ({"age": "200"}, "age"),
        ({"open_day": "2026-11-27"}, "open_time"),
        ({"open_day": "2026-02-30", "open_time": "10:00"}, "open_day"),
        ({"open_day": "0001-01-01", "open_time": "00:00"}, "open_time"),
        ({"open_time": "late"}, "open_time"),
        ({"text": "x" * 301}, "text"),
    ],
)
async def test_a_wrong_field_is_named_and_what_was_typed_stays(asking: Asking, form: Form, field: str) -> None:
    answer = await asking.post({"text": "Miete", **form})
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-fault"' in answer.text
    assert asking.script.asked == []


async def test_a_page_of_ten_hits_is_light(asking: Asking) -> None:
    points = [search_pb2.Coordinates(latitude=47.6 + n * 0.7, longitude=7.0 + n * 0.7) for n in range(10)]
    hits = [a_hit(f"Beratung {n}", point=point, languages=["ar", "uk", "fa"]) for n, point in enumerate(points)]
    asking.script.found = search_pb2.SearchServicesResponse(total=10, hits=hits)
    page = await asking.ask(text="Beratung")
    assert "<svg" in page
    assert len(page.encode()) < 60_000
