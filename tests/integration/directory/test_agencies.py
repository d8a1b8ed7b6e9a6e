"""Public facts about agencies, services, topics and law, over the real gates."""

from __future__ import annotations

from uuid import uuid4

import pytest
from lotse.directory.v1 import agency_pb2, agency_pb2_grpc, search_pb2, search_pb2_grpc
from lotse.vocabulary.v1 import vocabulary_pb2

from services.common.errors import LotseError
from tests.integration.directory.conftest import Directory, demo_id

pytestmark = pytest.mark.asyncio(loop_scope="module")

CARITAS = demo_id("organization", "caritas-hannover-sozialberatung")
SISTER = demo_id("organization", "caritas-hannover-migration")
DIAKONIE = demo_id("organization", "diakonie-braunschweig-schuldnerberatung")
AWO = demo_id("organization", "awo-hannover-beratungszentrum")
SHELTER = demo_id("organization", "frauenhaus-harzvorland")


async def test_the_agencies_of_the_story_have_the_ids_that_the_readme_names(shared_directory: Directory) -> None:
    assert CARITAS == "755a2d5e-2454-51b2-9f3e-2523e30d5a25"
    assert SISTER == "ef002570-23e1-5ace-bf45-621dd4d521fd"
    assert DIAKONIE == "8371454e-763a-5bb8-a3b9-54eb2251abdd"
    assert AWO == "4d10cf86-8df4-555c-93bc-5ca7ce7fe87c"
    ids = [DIAKONIE, str(uuid4()), CARITAS, AWO, SISTER]
    async with shared_directory.agencies() as stub:
        found = await stub.BatchGetAgencies(agency_pb2.BatchGetAgenciesRequest(agency_ids=ids))
    assert [agency.agency_id for agency in found.agencies] == [DIAKONIE, CARITAS, AWO, SISTER]
    regimes = {agency.agency_id: agency.regime for agency in found.agencies}
    assert regimes[CARITAS] == vocabulary_pb2.REGIME_KDG
    assert regimes[DIAKONIE] == vocabulary_pb2.REGIME_DSG_EKD
    assert regimes[AWO] == vocabulary_pb2.REGIME_GDPR
    parents = {agency.agency_id: agency.parent_id for agency in found.agencies}
    assert parents[CARITAS] == parents[SISTER] == demo_id("organization", "caritas-hannover")


async def test_an_agency_comes_with_its_services_in_words(shared_directory: Directory) -> None:
    async with shared_directory.agencies() as stub:
        answer = await stub.GetAgency(agency_pb2.GetAgencyRequest(agency_id=DIAKONIE))
    assert answer.agency.address == "Klosterhof 8, 38100 Braunschweig"
    assert answer.agency.state == "NI"
    assert answer.agency.accepts_handover
    assert answer.agency.source_id == "diakonie-braunschweig-schuldnerberatung"
    assert len(answer.services) == 2
    rent = next(service for service in answer.services if "Mietschulden" in service.name)
    assert rent.topics[0] == "schulden"
    assert "ar" in rent.languages
    assert rent.schedules
    assert rent.service_areas == ["Kreisfreie Stadt Braunschweig"]
    assert rent.capacity.state == vocabulary_pb2.CAPACITY_STATE_FREE


async def test_a_service_comes_with_its_agency(shared_directory: Directory) -> None:
    service = demo_id("service", "diakonie-braunschweig-schuldnerberatung/miete")
    async with shared_directory.agencies() as stub:
        answer = await stub.GetService(agency_pb2.GetServiceRequest(service_id=service))
        assert answer.service.service_id == service
        assert answer.service.agency_id == answer.agency.agency_id == DIAKONIE
        with pytest.raises(LotseError) as refused:
            await stub.GetService(agency_pb2.GetServiceRequest(service_id=str(uuid4())))
    assert refused.value.reason == "NOT_FOUND"


async def test_of_a_protected_agency_there_is_a_front_door_and_a_land(shared_directory: Directory) -> None:
    async with shared_directory.agencies() as stub:
        agency = (await stub.GetAgency(agency_pb2.GetAgencyRequest(agency_id=SHELTER))).agency
    assert agency.protected_location
    assert agency.address == "Niedersachsen"
    assert len(agency.phones) == 1


async def test_an_unknown_agency_is_not_found(shared_directory: Directory) -> None:
    async with shared_directory.agencies() as stub:
        with pytest.raises(LotseError) as refused:
            await stub.GetAgency(agency_pb2.GetAgencyRequest(agency_id=str(uuid4())))
    assert refused.value.reason == "NOT_FOUND"


async def test_staff_and_the_public_may_ask_and_referrals_as_well(shared_directory: Directory) -> None:
    request = agency_pb2.GetAgencyRequest(agency_id=CARITAS)
    async with shared_directory.agencies() as stub:
        await stub.GetAgency(request)
        await stub.GetAgency(request, metadata=shared_directory.staff())
    async with shared_directory.agencies("lotse-referrals") as stub:
        await stub.GetAgency(request)


async def test_all_regimes_come_in_pages_and_the_rest_may_not_ask(shared_directory: Directory) -> None:
    seen = []
    token = ""
    async with shared_directory.channel("lotse-consent") as channel:
        stub = agency_pb2_grpc.RegimeServiceStub(channel)
        while True:
            page = await stub.ListRegimes(agency_pb2.ListRegimesRequest(page_size=20, page_token=token))
            seen += [(row.agency_id, row.valid_from) for row in page.rows]
            token = page.next_page_token
            if not token:
                break
        with pytest.raises(LotseError):
            await stub.ListRegimes(agency_pb2.ListRegimesRequest(page_token="broken"))
    assert len(seen) == len(set(seen)) == 73
    assert seen == sorted(seen)
    async with shared_directory.channel("lotse-gateway") as channel:
        with pytest.raises(LotseError) as refused:
            await agency_pb2_grpc.RegimeServiceStub(channel).ListRegimes(agency_pb2.ListRegimesRequest())
    assert refused.value.reason == "CALLER_NOT_ALLOWED"


async def test_the_conflict_overlay_is_part_of_the_row(shared_directory: Directory) -> None:
    async with shared_directory.channel("lotse-consent") as channel:
        stub = agency_pb2_grpc.RegimeServiceStub(channel)
        rows = (await stub.ListRegimes(agency_pb2.ListRegimesRequest())).rows
    row = next(row for row in rows if row.agency_id == demo_id("organization", "diakonie-hannover-konflikt"))
    assert list(row.overlays) == [vocabulary_pb2.REGIME_OVERLAY_SCHKG]
    assert row.valid_until == ""


async def test_topics_have_words_in_two_languages(shared_directory: Directory) -> None:
    async with shared_directory.channel() as channel:
        topics = (await search_pb2_grpc.TopicServiceStub(channel).ListTopics(search_pb2.ListTopicsRequest())).topics
    assert len(topics) >= 40
    for topic in topics:
        assert topic.labels["de"]
        assert topic.labels["en"]
        assert topic.synonyms["de"].words
        assert topic.explanations["de"]
