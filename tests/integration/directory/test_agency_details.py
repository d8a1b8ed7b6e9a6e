"""What an agency's page shows beyond its name: for whom, which way in, when, and how sure it is."""

from __future__ import annotations

from uuid import UUID, uuid4

from lotse.directory.v1 import agency_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from tests.integration.directory.conftest import Directory, demo_id

DIAKONIE = demo_id("organization", "diakonie-braunschweig-schuldnerberatung")


async def test_an_agency_and_its_services_tell_all_that_the_page_shows(directory: Directory) -> None:
    async with directory.database.administered() as connection:
        await connection.execute(
            "update organization set handover_kinds = '{refer}', confirmed_at = now() - interval '2 years' "
            "where id = $1", UUID(DIAKONIE)
        )  # fmt: skip
        await connection.execute(
            "insert into confirmation values ($1, 'capacity', '2026-11-01T00:00:00Z', 'phone')", UUID(DIAKONIE)
        )
        row = await connection.fetchrow(
            "select s.id, x.id from service s join service_at_location x on x.service_id = s.id "
            "where s.organization_id = $1 and s.name like '%Mietschulden%'", UUID(DIAKONIE)
        )  # fmt: skip
        assert row is not None
        service, place = row
        await connection.execute(
            "update service set audiences = '{families}', exclusions = '{acute-crisis}', minimum_age = 18, "
            "interpretation = '{arranged}', alert = 'Umzug im Mai' where id = $1", service
        )  # fmt: skip
        await connection.execute(
            "insert into phone (id, source, source_id, digest, changed_at, service_at_location_id, number) "
            "values ($1, 'x', 'x', '', now(), $2, '(030) 23125 999')", uuid4(), place
        )  # fmt: skip
        way = await connection.fetchval(
            "insert into way_in (id, source, source_id, digest, changed_at, service_id, way, note) "
            "values ($1, 'x', 'x', '', now(), $2, 'walk-in', 'Nummer ziehen') returning id", uuid4(), service
        )  # fmt: skip
        await connection.execute(
            "insert into schedule (id, source, source_id, digest, changed_at, way_in_id, freq, byday, opens_at, "
            "closes_at) values ($1, 'x', 'x', '', now(), $2, 'WEEKLY', 'FR', '07:00', '08:30')", uuid4(), way
        )  # fmt: skip
    async with directory.agencies() as stub:
        answer = await stub.GetAgency(agency_pb2.GetAgencyRequest(agency_id=DIAKONIE))
    agency = answer.agency
    assert 52 < agency.point.latitude < 53
    assert "(030) 23125 999" in agency.phones
    assert list(agency.handover_kinds) == [vocabulary_pb2.REFERRAL_KIND_REFER]
    assert ("capacity", "phone") in [(one.field_group, one.confirmed_how) for one in agency.confirmations]
    assert agency.is_unconfirmed
    rent = next(service for service in answer.services if "Mietschulden" in service.name)
    assert list(rent.audiences) == [vocabulary_pb2.AUDIENCE_FAMILIES]
    assert (rent.minimum_age, rent.HasField("maximum_age")) == (18, False)
    assert rent.exclusions == "Menschen in akuter Krise"
    assert (vocabulary_pb2.WAY_IN_WALK_IN, ["Freitag 07:00-08:30"], "Nummer ziehen") in [
        (one.way, list(one.schedules), one.note) for one in rent.ways_in
    ]
    assert "Freitag 07:00-08:30" not in rent.schedules
    assert list(rent.interpretation_kinds) == [vocabulary_pb2.INTERPRETATION_ARRANGED]
    assert rent.alert == "Umzug im Mai"
    assert {one.code for one in rent.spoken_languages} == set(rent.languages)
