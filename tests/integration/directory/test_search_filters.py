"""For whom, which way in, interpreted how, open when: all must hold together, and what does not is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time

import pytest
import pytest_asyncio
from google.protobuf.timestamp_pb2 import Timestamp
from lotse.directory.v1 import search_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from services.common.errors import Code, LotseError
from tests.integration.directory.conftest import EMPTY, Directory, directory_at
from tests.integration.directory.filling import add_hours, add_way_in, an_offer, load, reindex, set_fields
from tests.support.postgres import Postgres
from tests.support.server import TestNetwork

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def few(postgres: Postgres, network: TestNetwork) -> AsyncIterator[Directory]:
    """Three services of one name: for women with a walk-in, for the young by chat, and for everybody without hours."""
    async with directory_at(postgres, network, EMPTY) as directory:
        await load(directory, an_offer("women"), an_offer("young"), an_offer("all"))
        await set_fields(
            directory, "women",
            audiences=["women-only", "families"], exclusions=["men", "acute-addiction"],
            interpretation=["video-interpreter"], exclusions_description="nicht ohne Anmeldung",
        )  # fmt: skip
        await set_fields(directory, "young", audiences=["young-people", "families"], minimum_age=14, maximum_age=27)
        await set_fields(directory, "young", exclusions=["women", "older-people"])
        walk_in = await add_way_in(directory, "women", "walk-in")
        await add_way_in(directory, "women", "phone")
        await add_way_in(directory, "young", "chat")
        await add_hours(directory, "women", "MO", time(9), time(12))
        await add_hours(directory, "women", "TU", time(14), time(16), way_in_id=walk_in)
        await add_hours(directory, "young", "FR", time(22), time(2), of="service_at_location")
        await add_hours(directory, "young", "MO,TU,WE,TH,FR", time(8), time(20), of="location")
        await add_hours(
            directory,
            "young",
            "WE",
            time(10),
            time(11),
            of="service_at_location",
            interval=2,
            dtstart=date(2026, 11, 25),
        )
        await reindex(directory)
        yield directory


def found(answer: search_pb2.SearchServicesResponse) -> set[str]:
    return {hit.agency_name.removeprefix("Stelle ") for hit in answer.hits}


def german(day: int, hour: int, minute: int = 0, month: int = 11) -> Timestamp:
    """A moment of autumn 2026 as the clock on the wall shows it."""
    stamp = Timestamp()
    stamp.FromDatetime(datetime(2026, month, day, hour - 1, minute, tzinfo=UTC))
    return stamp


async def test_a_service_made_for_any_of_the_groups_is_found(few: Directory) -> None:
    one = await few.search("Sternkunde", audiences=[words.AUDIENCE_YOUNG_PEOPLE])
    assert found(one) == {"young"}
    both = await few.search("Sternkunde", audiences=[words.AUDIENCE_YOUNG_PEOPLE, words.AUDIENCE_FAMILIES])
    assert found(both) == {"women", "young"}
    assert list(both.hits[0].audiences)
    assert any(reason.kind == "audience" for reason in both.hits[0].reasons)


async def test_a_service_that_excludes_a_group_asked_for_is_left_out(few: Directory) -> None:
    answer = await few.search("Sternkunde", audiences=[words.AUDIENCE_FAMILIES, words.AUDIENCE_WOMEN_ONLY])
    assert found(answer) == {"women"}
    assert answer.hits[0].exclusions == "Männer, Menschen mit akuter Sucht; nicht ohne Anmeldung"
    assert f"Nicht für: {answer.hits[0].exclusions}" in {reason.text for reason in answer.hits[0].reasons}


@pytest.mark.parametrize(
    ("age", "who"), [(13, {"women", "all"}), (14, {"women", "all", "young"}), (28, {"women", "all"})]
)
async def test_who_says_no_age_takes_all(few: Directory, age: int, who: set[str]) -> None:
    assert found(await few.search("Sternkunde", age=age)) == who


async def test_ways_in_and_interpreting_are_any_of_and_cumulative(few: Directory) -> None:
    ways = [words.WAY_IN_WALK_IN, words.WAY_IN_CHAT]
    assert found(await few.search("Sternkunde", ways_in=ways)) == {"women", "young"}
    video = [words.INTERPRETATION_VIDEO_INTERPRETER]
    answer = await few.search("Sternkunde", ways_in=ways, interpretation=video)
    assert found(answer) == {"women"}
    assert list(answer.hits[0].ways_in) == [words.WAY_IN_WALK_IN, words.WAY_IN_PHONE]


@pytest.mark.parametrize(
    ("moment", "ways", "who"),
    [
        (german(23, 9), [], {"women"}),
        (german(23, 12), [], set()),
        (german(24, 15), [], {"women"}),
        (german(24, 15), [words.WAY_IN_PHONE], set()),  # the walk-in has hours of its own
        (german(23, 10), [words.WAY_IN_PHONE], {"women"}),
        (german(23, 10), [words.WAY_IN_WALK_IN], set()),
        (german(27, 23), [], {"young"}),
        (german(28, 1, 59), [], {"young"}),  # Friday's hours go on after midnight
        (german(28, 2), [], set()),
        (german(26, 10), [], set()),  # the building is open, the service in it is not
        (german(25, 10), [], {"young"}),
        (german(2, 10, month=12), [], set()),  # every second Wednesday
        (german(9, 10, month=12), [], {"young"}),
    ],
)
async def test_open_at_a_moment_holds_for_the_hours_of_that_service_and_way_in(
    few: Directory, moment: Timestamp, ways: list[int], who: set[str]
) -> None:
    answer = await few.search("Sternkunde", open_at=moment, ways_in=ways)
    assert found(answer) == who
    assert all(hit.is_open for hit in answer.hits)


async def test_open_now_is_open_at_this_moment_and_whoever_has_no_hours_is_not_found(few: Directory) -> None:
    assert found(await few.search("Sternkunde", open_now=True)) == set()
    everybody = await few.search("Sternkunde")
    known = {hit.agency_name: hit.HasField("is_open") for hit in everybody.hits}
    assert known == {"Stelle women": True, "Stelle young": True, "Stelle all": False}


async def test_what_was_asked_for_in_vain_can_be_given_up_one_by_one(few: Directory) -> None:
    answer = await few.search(
        "Sternkunde",
        audiences=[words.AUDIENCE_WOMEN_ONLY],
        age=30,
        ways_in=[words.WAY_IN_PHONE],
        interpretation=[words.INTERPRETATION_VIDEO_INTERPRETER],
        open_at=german(24, 15),
    )
    assert answer.total == 0
    kinds = {relaxation.kind: relaxation for relaxation in answer.relaxations}
    assert set(kinds) == {"way-in", "open"}
    for relaxation in answer.relaxations:
        again = await few.search(**{field.name: value for field, value in relaxation.request.ListFields()})
        assert again.total == relaxation.count == 1


async def test_instead_of_a_language_an_interpreter_is_offered(few: Directory) -> None:
    answer = await few.search("Sternkunde Vietnamesisch")
    texts = {relaxation.kind: relaxation.text for relaxation in answer.relaxations}
    assert texts["interpreter"] == "Mit Videodolmetschen: 1"
    assert texts["language"] == "Ohne die Sprache Vietnamesisch: 3"


async def test_facets_count_what_was_found_in_the_readers_language(few: Directory) -> None:
    answer = await few.search("Sternkunde", with_facets=True, reader_language="en", page_size=1)
    facets = {
        facet.kind: {value.value: (value.label, value.count) for value in facet.values} for facet in answer.facets
    }
    assert facets["audience"]["families"] == ("families", 2)
    assert facets["way-in"] == {
        "chat": ("in writing online", 1),
        "phone": ("by telephone", 1),
        "walk-in": ("walk-in", 1),
    }
    assert facets["interpretation"] == {"video-interpreter": ("video interpreting", 1)}
    assert facets["room"]["true"][1] == 3
    assert not any(value.is_capped for facet in answer.facets for value in facet.values)
    assert not (await few.search("Sternkunde")).facets


async def test_counts_stop_at_a_thousand_where_no_place_was_asked_for_and_say_so(few: Directory) -> None:
    async with few.database.administered() as connection:
        await connection.execute(
            "insert into search_entry (id, source, service_id, agency_id, service_name, agency_name, words, topics, "
            "languages, cells, place, protected, has_area, accepts_handover) select gen_random_uuid(), 'many', "
            "gen_random_uuid(), gen_random_uuid(), 'x' || n, 'y', ('mondkund:1A ~' || n % 4)::tsvector, '{}', '{}', "
            "'{}', '', false, false, false from generate_series(1, 4400) n"
        )
    answer = await few.search("Mondkunde", with_facets=True)
    assert (answer.total, answer.total_is_capped) == (1000, True)
    assert all(value.is_capped and value.count <= 1000 for facet in answer.facets for value in facet.values)
    names = [hit.service_name for hit in answer.hits]
    assert names == [hit.service_name for hit in (await few.search("Mondkunde")).hits]
    # Of four classes of a thousand each only the best kept is ranked.
    assert {int(name[1:]) % 4 for name in names} == {3}


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", "x" * 10_000), ("audiences", [0]), ("audiences", [99]), ("age", 131), ("ways_in", [77])],
)
async def test_what_is_out_of_bounds_is_refused_with_the_name_of_the_field(
    few: Directory, field: str, value: object
) -> None:
    with pytest.raises(LotseError) as refused:
        await few.search(**{field: value})  # type: ignore[arg-type]
    assert refused.value.code == Code.INVALID_ARGUMENT
    assert refused.value.violations[0].field.startswith(field)
