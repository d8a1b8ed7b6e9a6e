"""Where nobody helps: by areas and places of what is there, and by searches that found nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lotse.directory.v1 import search_pb2, search_pb2_grpc

from services.common.errors import LotseError
from services.directory.model.search import Question
from services.directory.reading import read_knowledge
from services.directory.rules.grid import kilometres
from services.directory.rules.understanding import understand
from services.directory.store.coverage import UnmetWriter
from services.directory.unmet import UnmetNeeds
from tests.integration.directory.conftest import NOW, Directory
from tests.integration.directory.filling import an_offer, load


async def coverage(directory: Directory, **asked: object) -> dict[str, search_pb2.DistrictCoverage]:
    async with directory.channel() as channel:
        stub = search_pb2_grpc.CoverageServiceStub(channel)
        request = search_pb2.GetCoverageRequest(**asked)  # type: ignore[arg-type]
        answer = await stub.GetCoverage(request, metadata=directory.staff("coordinator"))
    return {district.district_code: district for district in answer.districts}


async def unmet(directory: Directory, **asked: object) -> search_pb2.ListUnmetNeedsResponse:
    async with directory.channel() as channel:
        request = search_pb2.ListUnmetNeedsRequest(**asked)  # type: ignore[arg-type]
        answer: search_pb2.ListUnmetNeedsResponse = await search_pb2_grpc.CoverageServiceStub(channel).ListUnmetNeeds(
            request, metadata=directory.staff("coordinator")
        )
        return answer


async def test_each_postcode_has_somebody_responsible_or_within_reach_or_nobody(empty_directory: Directory) -> None:
    responsible = an_offer("a", postcode="38100", town="Braunschweig")
    near = an_offer("b", postcode="26721", town="Emden")
    responsible["services"][0]["service_areas"] = [
        {"id": "district", "district_code": "03101"},
        {"id": "range", "postcode_from": "38300", "postcode_to": "38304"},
    ]
    await load(empty_directory, responsible, near)
    found = await coverage(empty_directory, radius_km=20)
    assert len(found) > 390
    assert found["03101"].with_responsible == found["03101"].postcodes > 5
    assert found["03402"].within_reach == found["03402"].postcodes
    assert found["03402"].with_responsible == 0
    wolfenbuettel = found["03158"]
    assert wolfenbuettel.with_responsible == 3
    assert len(wolfenbuettel.without_anybody) + wolfenbuettel.within_reach + 3 == wolfenbuettel.postcodes
    assert found["09162"].postcodes == len(found["09162"].without_anybody) > 70
    # Held against distances taken one by one.
    async with empty_directory.database.opened("run") as database:
        gazetteer = (await read_knowledge(database)).gazetteer
    points = gazetteer.points()
    emden = (points["26721"].latitude, points["26721"].longitude)
    for code in found["03452"].without_anybody:
        assert kilometres(emden, (points[code].latitude, points[code].longitude)) > 15
    assert set(await coverage(empty_directory, state="NI")) == {code for code in found if code.startswith("03")}


async def test_coverage_is_of_the_topic_and_language_that_was_asked_for(directory: Directory) -> None:
    anything = await coverage(directory, state="NI")
    debts = await coverage(directory, state="NI", topic="schulden")
    in_arabic = await coverage(directory, state="NI", topic="schulden", language="ar")
    gaps = [sum(len(one.without_anybody) for one in found.values()) for found in (anything, debts, in_arabic)]
    assert gaps == sorted(gaps)
    assert gaps[0] < gaps[2]
    for field, value in (("topic", "gibt-es-nicht"), ("state", "XX"), ("language", "arabisch")):
        with pytest.raises(LotseError) as refused:
            await coverage(directory, **{field: value})
        assert refused.value.violations[0].field == field


async def test_the_public_may_not_ask_where_nobody_helps(directory: Directory) -> None:
    async with directory.channel() as channel:
        with pytest.raises(LotseError):
            await search_pb2_grpc.CoverageServiceStub(channel).GetCoverage(search_pb2.GetCoverageRequest())


async def test_searches_that_found_nothing_are_counted_without_their_text_and_shown_from_five_on(
    directory: Directory,
) -> None:
    async with directory.database.opened("run", "worker") as database:
        known = await read_knowledge(database)
        needs = UnmetNeeds(UnmetWriter(database), known.vocabulary)
        asked = [("Schulden Vietnamesisch Emden", 5), ("Schulden Vietnamesisch Celle", 4), ("Geheimnis", 9)]
        for text, times in asked:
            for _ in range(times):
                needs.count(understand(Question(text=text), known.vocabulary, known.gazetteer), NOW)
        await needs.flush()
        await needs.flush()
    answer = await unmet(directory)
    assert [(one.month, one.district, one.topic, one.language, one.searches) for one in answer.needs] == [
        ("2026-11", "Emden, Stadt", "schulden", "vi", 5)
    ]
    async with directory.database.administered() as connection:
        assert "geheimnis" not in str(await connection.fetch("select * from unmet_need")).lower()
    assert not (await unmet(directory, from_month="2026-12")).needs
    directory.clock.move(timedelta(days=400))
    assert not (await unmet(directory)).needs
    with pytest.raises(LotseError):
        await unmet(directory, from_month="2026-13")
    with pytest.raises(LotseError):
        await unmet(directory, page_token="x")


async def test_what_was_counted_is_written_when_the_directory_stops(directory: Directory) -> None:
    for _ in range(2):
        assert (await directory.search("Schuldnerberatung Vietnamesisch Emden")).total == 0
    await directory.search("Schuldnerberatung Vietnamesisch Celle", while_typing=True)  # which counts nothing
    await directory.search("Schuldnerberatung Braunschweig")
    await directory.stop()
    async with directory.database.administered() as connection:
        rows = [tuple(row)[1:] for row in await connection.fetch("select * from unmet_need")]
    assert rows == [("03402", "schulden", "vi", 2)]
