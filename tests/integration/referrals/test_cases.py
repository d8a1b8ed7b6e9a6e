"""An agency's own cases: versions, repeats, who is assigned, what lies in the databases."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from lotse.referrals.v1 import case_pb2, referral_pb2

from tests.integration.consent.world import refused
from tests.integration.referrals.world import CANARY, CONTACT, HOUSING, MONEY, World


async def test_a_stale_version_is_refused_and_nothing_is_lost(world: World) -> None:
    case = await world.open_case()
    await world.write(case.case_id, HOUSING, "first")
    with refused("STALE_ETAG"):
        await world.write(case.case_id, HOUSING, "overwrites")
    second = await world.write(case.case_id, HOUSING, "second", base=1)
    assert second.version == 2
    assert (await world.read_own(case.case_id, HOUSING)).content.note == "second"
    assert (await world.read_own(case.case_id, HOUSING, version=1)).content.note == "first"


async def test_of_many_who_write_on_the_same_version_one_wins(world: World) -> None:
    case = await world.open_case()
    results = await asyncio.gather(
        *(world.write(case.case_id, HOUSING, f"text {number}") for number in range(20)), return_exceptions=True
    )
    assert sum(isinstance(result, case_pb2.SectionVersion) for result in results) == 1
    assert {getattr(result, "reason", "") for result in results} == {"", "STALE_ETAG"}
    assert (await world.read_own(case.case_id, HOUSING)).section.version == 1


async def test_a_repeat_answers_what_was_written_then(world: World) -> None:
    request_id = uuid4()
    case = await world.open_case(request_id=request_id)
    assert await world.open_case(request_id=request_id) == case

    request_id = uuid4()
    first = await world.write(case.case_id, HOUSING, "once", request_id=request_id)
    await world.write(case.case_id, HOUSING, "later", base=1)
    assert await world.write(case.case_id, HOUSING, "once", request_id=request_id) == first
    with refused("REPEAT_KEY_REUSED"):
        await world.write(case.case_id, MONEY, "other", request_id=request_id)


async def test_a_repeat_at_the_same_time_is_written_once(world: World) -> None:
    case = await world.open_case()
    request_id = uuid4()
    both = await asyncio.gather(*(world.write(case.case_id, HOUSING, "once", request_id=request_id) for _ in range(5)))
    assert all(each == both[0] for each in both)


async def test_whoever_is_not_assigned_gets_not_found_like_for_an_unknown_case(world: World) -> None:
    case = await world.dossier(HOUSING)
    for who in (world.colleague, world.third):
        with refused("NOT_FOUND"):
            await world.read_own(case.case_id, HOUSING, who=who)
        with refused("NOT_FOUND"):
            await world.write(case.case_id, HOUSING, "x", base=1, who=who)
        with refused("NOT_FOUND"):
            request = case_pb2.GetCaseRequest(case_id=case.case_id)
            await world.cases.GetCase(request, metadata=world.as_staff(who))
        listed = await world.cases.ListCases(case_pb2.ListCasesRequest(), metadata=world.as_staff(who))
        assert not listed.cases
    with refused("NOT_FOUND"):
        await world.read_own(str(uuid4()), HOUSING)


async def test_cases_come_newest_first_in_pages(world: World) -> None:
    made = [(await world.open_case()).case_id for _ in range(5)]
    seen: list[str] = []
    token = ""
    for _ in range(3):
        request = case_pb2.ListCasesRequest(page_size=2, page_token=token)
        page = await world.cases.ListCases(request, metadata=world.as_staff(world.discloser))
        seen += [case.case_id for case in page.cases]
        token = page.next_page_token
    assert seen == list(reversed(made))
    assert not token


async def test_a_page_token_that_was_never_answered_is_refused(world: World) -> None:
    metadata = world.as_staff(world.discloser)
    for edge in ("", "x|y", "0001-01-01T00:00:00+14:00|", "9999-12-31T23:59:59-14:00|"):
        token = (f"{edge}{uuid4()}" if edge.endswith("|") else edge).encode().hex() or "nonsense"
        with refused("INVALID_ARGUMENT"):
            await world.cases.ListCases(case_pb2.ListCasesRequest(page_token=token), metadata=metadata)
        for box in (referral_pb2.REFERRAL_BOX_INCOMING, referral_pb2.REFERRAL_BOX_OUTGOING):
            with refused("INVALID_ARGUMENT"):
                await world.stub.ListReferrals(
                    referral_pb2.ListReferralsRequest(box=box, page_token=token), metadata=metadata
                )
        for tasks_token in (token, b"True|".hex() + token):
            with refused("INVALID_ARGUMENT"):
                await world.deletion.ListDeletionTasks(
                    referral_pb2.ListDeletionTasksRequest(page_token=tasks_token), metadata=metadata
                )


async def test_a_handle_that_no_database_can_keep_is_refused(world: World) -> None:
    request = case_pb2.CreateCaseRequest(request_id=str(uuid4()), handle="A-\0")
    with refused("INVALID_ARGUMENT"):
        await world.cases.CreateCase(request, metadata=world.as_staff(world.discloser))


async def test_a_field_that_the_section_does_not_know_is_refused(world: World) -> None:
    case = await world.open_case()
    with refused("INVALID_ARGUMENT"):
        await world.write(case.case_id, HOUSING, "x", fields={"diagnosis": "x"})


async def test_default_labels_join_those_given(world: World) -> None:
    case = await world.open_case()
    request = case_pb2.WriteSectionRequest(
        request_id=str(uuid4()),
        case_id=case.case_id,
        category=6,  # type: ignore[arg-type]  # residence
        content=case_pb2.SectionContent(note="x"),
        labels=[1],  # type: ignore[list-item]  # violence
    )
    written = await world.cases.WriteSection(request, metadata=world.as_staff(world.discloser))
    assert set(written.section.labels) == {1, 6}


async def test_no_word_of_a_section_lies_in_either_database(world: World) -> None:
    offer = await world.in_progress(CONTACT, HOUSING)
    await world.complete(offer.referral, f"{CANARY} outcome")
    for database in (world.content, world.keys):
        async with database.administered() as admin:
            tables = await admin.fetch("select tablename from pg_tables where schemaname = 'public'")
            assert tables
            for table in tables:
                text = f"""select string_agg(t::text, '') from "{table["tablename"]}" t"""  # noqa: S608 - own catalogue
                dump = await admin.fetchval(text) or ""
                assert CANARY not in dump
                assert CANARY.encode().hex() not in dump


async def test_reading_own_notes_leaves_a_trace_in_the_own_log(world: World) -> None:
    case = await world.dossier(HOUSING)
    await world.read_own(case.case_id, HOUSING)
    async with world.content.administered() as admin:
        rows = await admin.fetch("select person_id, agency_id, version from own_read")
    assert [tuple(row) for row in rows] == [(world.discloser.person, world.discloser.agency, 1)]


@pytest.mark.parametrize("table", ["section_version", "own_read"])
async def test_the_writer_cannot_change_what_was_written(world: World, table: str) -> None:
    case = await world.dossier(HOUSING)
    await world.read_own(case.case_id, HOUSING)
    async with world.content.administered() as admin:
        for right in ("UPDATE", "DELETE"):
            role = f"test_referrals_{'run'}"
            assert not await admin.fetchval("select has_table_privilege($1, $2, $3)", role, table, right)
    assert UUID(case.case_id)
