"""Somebody whom she names as one who must not read, and what her agency found out."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Response
from lotse.consent.v1 import client_pb2
from lotse.referrals.v1 import name_check_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientSessionOf, ClientsOf, RepeatKey
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Answer, Body, Id, moment, word
from gateway.clients import Clients
from services.common.errors import NotFound

router = APIRouter(prefix="/api/v1", tags=["consent"])
MOST = 5
"""Names in one sitting."""


class NamedPerson(Body):
    """Somebody who must not read."""

    side: Literal["discloser", "recipient"] = Field(description="At which of the two agencies the person works.")
    name: str = Field(min_length=1, max_length=120, pattern=r"\S", description="As she says it.")


class NamedPersons(Body):
    """All of them; for a question they take the place of those that were named before."""

    persons: list[NamedPerson] = Field(max_length=MOST)


class OwnNameCheck(Answer):
    """What became of a name. The name itself is shown to nobody who only has her pass."""

    agency: str
    state: str
    named_at: datetime | None
    answered_at: datetime | None


class OwnNameChecks(Answer):
    """Newest first."""

    checks: list[OwnNameCheck]


@router.put("/consent-request/named-persons", status_code=204, summary="Who must not read, before she decides")
async def name_for_question(
    body: NamedPersons, having: ClientsOf, _: ClientSessionOf, repeat_key: RepeatKey
) -> Response:
    """Kept encrypted at the agency where the person works; that agency learns of it when the referral is sent."""
    await having.name_checks.NamePersons(_request(body, repeat_key))
    return Response(status_code=204)


@router.post(
    "/consents/{consent_id}/named-persons", status_code=204, summary="Who must not read any more, with names shown"
)
async def name_for_consent(
    consent_id: Id, body: NamedPersons, having: ClientsOf, _: ClientSessionOf, repeat_key: RepeatKey
) -> Response:
    """From now on nobody of that agency reads until its coordinator has found out who it is."""
    listed = await having.consent.ListOwnConsents(client_pb2.ListOwnConsentsRequest())
    for consent in listed.consents:
        if consent.consent_id == consent_id and consent.state == client_pb2.CONSENT_STATE_ACTIVE:
            request = _request(body, repeat_key)
            request.discloser_id, request.recipient_id = consent.discloser_id, consent.recipient_id
            await having.name_checks.NamePersons(request)
            return Response(status_code=204)
    raise NotFound


@router.get("/named-persons", summary="What became of the names that she gave")
async def own_name_checks(having: ClientsOf, _: ClientSessionOf) -> OwnNameChecks:
    """Without the names."""
    return await name_checks_of(having)


async def name_checks_of(having: Clients, *, seconds: float | None = None) -> OwnNameChecks:
    """The same for a page; raises one of COME_AGAIN where referrals has not answered after `seconds`."""
    found = await having.name_checks.ListOwnNameChecks(name_check_pb2.ListOwnNameChecksRequest(), timeout=seconds)
    names = await names_if_there(having, [check.agency_id for check in found.checks])
    return OwnNameChecks(
        checks=[
            OwnNameCheck(
                agency=names[check.agency_id],
                state=word(name_check_pb2.NameCheckState, check.state),
                named_at=moment(check.named_at),
                answered_at=moment(check.answered_at, present=check.HasField("answered_at")),
            )
            for check in found.checks
        ]
    )


def _request(body: NamedPersons, repeat_key: str) -> name_check_pb2.NamePersonsRequest:
    sides = {
        "discloser": name_check_pb2.NAMED_SIDE_DISCLOSER,
        "recipient": name_check_pb2.NAMED_SIDE_RECIPIENT,
    }
    return name_check_pb2.NamePersonsRequest(
        request_id=repeat_key,
        persons=[name_check_pb2.NamedPerson(side=sides[each.side], name=each.name) for each in body.persons],
    )
