"""People whom clients named as those who must not read: what a coordinator has to find out."""

from datetime import datetime

from fastapi import APIRouter, Depends
from lotse.referrals.v1 import name_check_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientsOf, Etag, Parts, PartsOf, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, moment, word
from gateway.errors import LoginUnavailable
from services.common.identity.context import credential

router = APIRouter(prefix="/api/v1", tags=["name checks"], dependencies=[Depends(as_staff)])


class NameCheck(Answer):
    """A check without the name."""

    name_check_id: Id
    referral_id: Id
    state: str
    named_at: datetime | None
    answered_at: datetime | None
    answer_by: datetime | None
    excluded_person_ids: list[str]
    has_to_be_reassigned: bool
    etag: str


class NameChecks(Answer):
    """Open ones first."""

    checks: list[NameCheck]


class Person(Answer):
    """Somebody of the agency."""

    person_id: Id
    name: str


class OpenedNameCheck(Answer):
    """A check with the name that she gave, and who works here."""

    check: NameCheck
    name: str
    people: list[Person] | None = Field(description="null while Keycloak is away: then it cannot be said who it is.")


class Found(Body):
    """Who it is; nobody says that no one of that name works here."""

    person_ids: list[Id] = Field(default=[], max_length=10)


@router.get("/name-checks", summary="Names that have to be looked up")
async def list_name_checks(having: ClientsOf) -> NameChecks:
    """Where a referral has not ended; one that ended unchecked leaves its names for the next one."""
    found = await having.name_checks.ListNameChecks(name_check_pb2.ListNameChecksRequest())
    return NameChecks(checks=[_check(check) for check in found.checks])


@router.post("/name-checks/{name_check_id}/read", summary="Open the name, beside the people of the agency")
async def read_name_check(name_check_id: Id, having: PartsOf) -> OpenedNameCheck:
    """Each opening is written down. Keycloak is asked only after referrals took the token that names the agency."""
    request = name_check_pb2.ReadNameCheckRequest(name_check_id=name_check_id)
    opened = await having.clients.name_checks.ReadNameCheck(request)
    return OpenedNameCheck(check=_check(opened.check), name=opened.name, people=await _people(having))


@router.post("/name-checks/{name_check_id}/answer", summary="Say who it is, or that it is nobody")
async def answer_name_check(
    name_check_id: Id, body: Found, having: ClientsOf, repeat_key: RepeatKey, etag: Etag
) -> NameCheck:
    """People can be added later and never let in again: only she can permit more."""
    request = name_check_pb2.AnswerNameCheckRequest(
        request_id=repeat_key, name_check_id=name_check_id, etag=etag, person_ids=body.person_ids
    )
    return _check((await having.name_checks.AnswerNameCheck(request)).check)


async def _people(having: Parts) -> list[Person] | None:
    try:
        people = await having.people.colleagues(credential() or "")
    except LoginUnavailable:
        return None
    return [Person(person_id=one.person_id, name=one.name) for one in people]


def _check(check: name_check_pb2.NameCheck) -> NameCheck:
    return NameCheck(
        name_check_id=check.name_check_id,
        referral_id=check.referral_id,
        state=word(name_check_pb2.NameCheckState, check.state),
        named_at=moment(check.named_at),
        answered_at=moment(check.answered_at, present=check.HasField("answered_at")),
        answer_by=moment(check.answer_by, present=check.HasField("answer_by")),
        excluded_person_ids=list(check.excluded_person_ids),
        has_to_be_reassigned=check.has_to_be_reassigned,
        etag=check.etag,
    )
