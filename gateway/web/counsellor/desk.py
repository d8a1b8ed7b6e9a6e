"""The start page, what waits there, and leaving."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.staff.cases import Cases, list_cases
from gateway.api.v1.staff.contact_tasks import ContactTasks, list_contact_tasks
from gateway.api.v1.staff.deletion_tasks import DeletionTasks, list_tasks
from gateway.api.v1.staff.name_checks import NameChecks, list_name_checks
from gateway.api.v1.staff.objections import EscalatedTasks, escalated_tasks
from gateway.api.v1.staff.referrals import Referrals, list_referrals
from gateway.api.v1.staff.statutory import StatutoryActs, list_acts
from gateway.api.v1.staff.withdrawal_requests import WithdrawalRequests, list_withdrawal_requests
from gateway.errors import LogoutIncomplete
from gateway.identity import cookies
from gateway.web.coordinator.entry import to_be_kept
from gateway.web.dependencies import StaffOf, ending_staff
from gateway.web.rendering import Reader, page
from services.common.errors import Code, LotseError, PermissionDenied

router = APIRouter(include_in_schema=False)
_WAITING = {"draft", "offered", "accepted", "in-progress"}
_SHOWN = 10
_AWAY = (Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED)


@router.get("/")
async def desk(reader: StaffOf, having: PartsOf) -> Response:
    """What waits for this person; who has another office than counselling sees what she may.

    Whoever belongs to no agency runs the installation, and has pages of her own.
    """
    if not reader.agency_id:
        return RedirectResponse("/betrieb", 303)
    incoming, outgoing, tasks, (escalated, to_ask, asked, acts, checks), cases, kept = await asyncio.gather(
        _referrals(having, "incoming"),
        _referrals(having, "outgoing"),
        _tasks(having),
        asyncio.gather(_escalated(having), _to_ask(having), _asked(having), _acts(having), _checks(having)),
        _cases(having),
        to_be_kept(having, reader.agency_id),
    )
    both = [*incoming.referrals, *outgoing.referrals]
    names = await names_if_there(
        having.clients, [each for one in both for each in (one.discloser_id, one.recipient_id)]
    )
    return page(
        reader,
        "counsellor/desk.html",
        offers=[entry for entry in incoming.referrals if entry.state in _WAITING][:_SHOWN],
        outgoing=[entry for entry in outgoing.referrals if entry.state in _WAITING][:_SHOWN],
        tasks=[task for task in tasks.tasks if task.state == "open"],
        overdue=[task for task in escalated.tasks if task.state != "objected"],
        objections=[task for task in escalated.tasks if task.state == "objected"],
        to_ask=to_ask.tasks,
        asked=[one for one in asked.withdrawal_requests if one.answered_at is None],
        unreviewed=[act for act in acts.acts if not act.verdict],
        cases=cases.cases[:_SHOWN],
        names=names,
        kept=kept,
        checks=[check for check in checks.checks if check.state == "open" or check.has_to_be_reassigned],
    )


@router.get("/logged-in")
async def logged_in(reader: StaffOf) -> Response:
    """Where a login in a second window ends: the first one goes on."""
    return page(reader, "counsellor/logged_in.html")


@router.post("/logout")
async def logout(reader: Annotated[Reader, Depends(ending_staff)], having: PartsOf) -> Response:
    """End the session here and the login at Keycloak, and say so."""
    incomplete = await _end(reader, having)
    response = page(Reader(reader.language, at="/"), "counsellor/logged_out.html", incomplete=incomplete)
    cookies.clear_cookie(response, cookies.STAFF)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@router.post("/switch-agency")
async def switch_agency(reader: Annotated[Reader, Depends(ending_staff)], having: PartsOf) -> Response:
    """End both first, then log in anew: an old token renewed after a switch would mix two agencies."""
    response: Response = RedirectResponse("/login", 303)
    if await _end(reader, having):
        response = page(Reader(reader.language, at="/"), "counsellor/logged_out.html", incomplete=True)
    cookies.clear_cookie(response, cookies.STAFF)
    return response


async def _end(reader: Reader, having: PartsOf) -> bool:
    """End session and login; whether Keycloak could not be told."""
    try:
        await having.sessions.end_staff(reader.session_id)
    except LogoutIncomplete:
        return True
    return False


async def _referrals(having: PartsOf, box: str) -> Referrals:
    try:
        return await list_referrals(having.clients, box, page_size=50, page_token="")  # type: ignore[arg-type]
    except PermissionDenied:
        return Referrals(referrals=[], next_page_token="")


async def _tasks(having: PartsOf) -> DeletionTasks:
    try:
        return await list_tasks(having.clients, page_size=50, page_token="")
    except PermissionDenied:
        return DeletionTasks(tasks=[], next_page_token="")


async def _escalated(having: PartsOf) -> EscalatedTasks:
    try:
        return await escalated_tasks(having.clients)
    except PermissionDenied:
        return EscalatedTasks(tasks=[])


async def _to_ask(having: PartsOf) -> ContactTasks:
    try:
        return await list_contact_tasks(having.clients)
    except PermissionDenied:
        return ContactTasks(tasks=[])


async def _asked(having: PartsOf) -> WithdrawalRequests:
    try:
        return await list_withdrawal_requests(having.clients, "incoming")
    except PermissionDenied:
        return WithdrawalRequests(withdrawal_requests=[])


async def _checks(having: PartsOf) -> NameChecks:
    try:
        return await list_name_checks(having.clients)
    except PermissionDenied:
        return NameChecks(checks=[])


async def _acts(having: PartsOf) -> StatutoryActs:
    """None where consent is away: the desk shows what there is."""
    try:
        return await list_acts(having.clients)
    except LotseError as error:
        if not isinstance(error, PermissionDenied) and error.code not in _AWAY:
            raise
        return StatutoryActs(acts=[])


async def _cases(having: PartsOf) -> Cases:
    try:
        return await list_cases(having.clients, page_size=_SHOWN, page_token="")
    except PermissionDenied:
        return Cases(cases=[], next_page_token="")
