"""Errors that counsellors report: who sees them, who answers, and what the operator learns of the age of entries."""

from __future__ import annotations

from uuid import uuid4

import asyncpg
import pytest
from lotse.directory.v1 import entry_pb2, report_pb2

from services.common.errors import LotseError
from tests.integration.directory.conftest import Directory
from tests.integration.directory.keeping import CARITAS, DIAKONIE, RENT, SHELTER, Keeper, keeper

RECEIVED, SENT, NOBODYS = (
    report_pb2.REPORT_BOX_RECEIVED,
    report_pb2.REPORT_BOX_SENT,
    report_pb2.REPORT_BOX_UNREPRESENTED,
)


async def report(who: Keeper, *, request_id: str = "", **changes: str) -> report_pb2.ErrorReport:
    values = {"agency_id": DIAKONIE, "service_id": RENT, "field_name": "opening-hours", **changes}
    request = report_pb2.ReportErrorRequest(
        request_id=request_id or str(uuid4()),
        reason=report_pb2.REPORT_REASON_OUTDATED,
        message="Dienstags war niemand da.",
        **values,
    )
    return (await who.reports.ReportError(request, metadata=who.metadata)).report


async def box(who: Keeper, of: report_pb2.ReportBox.ValueType) -> list[report_pb2.ErrorReport]:
    request = report_pb2.ListReportsRequest(box=of)
    return list((await who.reports.ListReports(request, metadata=who.metadata)).reports)


async def answer(who: Keeper, report_id: str, text: str) -> report_pb2.ErrorReport:
    state = report_pb2.REPORT_STATE_ANSWERED if text else report_pb2.REPORT_STATE_CORRECTED
    request = report_pb2.AnswerReportRequest(request_id=str(uuid4()), report_id=report_id, state=state, answer=text)
    return (await who.reports.AnswerReport(request, metadata=who.metadata)).report


async def test_an_error_goes_to_the_agency_and_the_answer_comes_back(directory: Directory) -> None:
    async with keeper(directory, CARITAS, "counsellor") as maren, keeper(directory) as gesine:
        made = await report(maren)
        got = (await box(gesine, RECEIVED))[0]
        assert got == made
        assert got.reporter_agency_name == "Caritas Sozialberatung Hannover (Demo)"
        assert got.service_name.startswith("Beratung bei Mietschulden")
        await answer(gesine, made.report_id, "Wir hatten Betriebsausflug.")
        back = (await box(maren, SENT))[0]
        assert (back.state, back.answer) == (report_pb2.REPORT_STATE_ANSWERED, "Wir hatten Betriebsausflug.")
        await answer(gesine, made.report_id, "Wir hatten Betriebsausflug.")
        with pytest.raises(LotseError) as refused:
            await answer(gesine, made.report_id, "")
        assert refused.value.reason == "ALREADY_ANSWERED"


async def test_a_second_click_reports_once(directory: Directory) -> None:
    key = str(uuid4())
    async with keeper(directory, CARITAS, "counsellor") as maren:
        assert await report(maren, request_id=key) == await report(maren, request_id=key)
        with pytest.raises(LotseError) as refused:
            await report(maren, request_id=key, field_name="languages")
        assert refused.value.reason == "REPEAT_KEY_REUSED"
        assert len(await box(maren, SENT)) == 1


async def test_nobody_else_sees_or_answers_a_report(directory: Directory) -> None:
    async with keeper(directory, CARITAS, "counsellor") as maren, keeper(directory, SHELTER) as other:
        made = await report(maren)
        assert await box(other, RECEIVED) == await box(other, SENT) == []
        with pytest.raises(LotseError) as refused:
            await answer(other, made.report_id, "Stimmt")
        assert refused.value.reason == "NOT_FOUND"
        for of in (RECEIVED, NOBODYS):
            with pytest.raises(LotseError) as denied:
                await box(maren, of)
            assert denied.value.reason == "PERMISSION_DENIED"


async def test_the_database_itself_shows_an_agency_only_its_own_reports(directory: Directory) -> None:
    async with keeper(directory, CARITAS, "counsellor") as maren:
        await report(maren)
    async with directory.database.connected("edit") as connection, connection.transaction():
        for agency_id, seen in ((DIAKONIE, 1), (CARITAS, 1), (SHELTER, 0)):
            await connection.execute("select set_config('lotse.agency', $1, true)", agency_id)
            assert await connection.fetchval("select count(*) from error_report") == seen
        await connection.execute("select set_config('lotse.agency', $1, true)", SHELTER)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(
                "insert into error_report (id, organization_id, resource_type, resource_id, field_name, reason, "
                "message, reported_at, reporter_agency_id, request_id) "
                "values ($1, $2, 'organization', $2, 'name', 'wrong', '', now(), $3, $1)",
                uuid4(),
                DIAKONIE,
                CARITAS,
            )


async def test_what_cannot_be_reported_is_refused_by_field(directory: Directory) -> None:
    async with keeper(directory, CARITAS, "counsellor") as maren:
        for changes, reason in (
            ({"field_name": "shoe-size"}, "INVALID_ARGUMENT"),
            ({"service_id": "", "field_name": "capacity"}, "INVALID_ARGUMENT"),
            ({"agency_id": str(uuid4())}, "NOT_FOUND"),
            ({"agency_id": SHELTER}, "NOT_FOUND"),
        ):
            with pytest.raises(LotseError) as refused:
                await report(maren, **changes)
            assert refused.value.reason == reason, changes


async def test_reports_that_nobody_answers_go_to_the_operator_until_somebody_does(directory: Directory) -> None:
    async with (
        keeper(directory, CARITAS, "counsellor") as maren,
        keeper(directory, CARITAS, "operator") as betty,
        keeper(directory) as gesine,
    ):
        made = await report(maren)
        assert [each.report_id for each in await box(betty, NOBODYS)] == [made.report_id]
        await gesine.confirm()
        assert await box(betty, NOBODYS) == []
        orphan = await report(maren, agency_id=SHELTER, service_id="", field_name="phone")
        answered = await answer(betty, orphan.report_id, "")
        assert answered.state == report_pb2.REPORT_STATE_CORRECTED


async def test_the_operator_sees_how_old_every_entry_is(directory: Directory) -> None:
    async with (
        keeper(directory, CARITAS, "counsellor") as maren,
        keeper(directory, CARITAS, "operator") as betty,
        keeper(directory) as gesine,
    ):
        await report(maren, agency_id=SHELTER, service_id="", field_name="phone")
        await gesine.confirm()

        async def listed(**asked: object) -> list[entry_pb2.Freshness]:
            found: list[entry_pb2.Freshness] = []
            token = ""
            while True:
                request = entry_pb2.ListFreshnessRequest(page_size=20, page_token=token, **asked)  # type: ignore[arg-type]
                page = await betty.freshness.ListFreshness(request, metadata=betty.metadata)
                found += page.entries
                token = page.next_page_token
                if not token:
                    return found

        oldest = await listed()
        assert len(oldest) == len({each.agency_id for each in oldest}) > 40
        assert [each.confirmed_at.seconds for each in oldest] == sorted(each.confirmed_at.seconds for each in oldest)
        mine = oldest[-1]
        assert (mine.agency_id, mine.standing, mine.is_represented) == (DIAKONIE, entry_pb2.STANDING_FRESH, True)
        assert (await listed(order=entry_pb2.FRESHNESS_ORDER_OPEN_REPORTS))[0].agency_id == SHELTER
        names = [each.name for each in await listed(order=entry_pb2.FRESHNESS_ORDER_NAME)]
        assert names[0] < names[-1]
        stale = await listed(only_unconfirmed=True)
        assert {each.standing for each in stale} == {entry_pb2.STANDING_UNCONFIRMED}
        assert DIAKONIE not in {each.agency_id for each in stale}
