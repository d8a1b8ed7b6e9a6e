"""Her list: what, to whom, since when, who read it; taking it back, and making it less."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from lotse.consent.v1 import client_pb2, request_pb2
from lotse.options.v1 import access_pb2
from lotse.vocabulary.v1 import vocabulary_pb2
from pydantic import Field

from gateway.api.v1.client.consent_request import Receipt, receipt
from gateway.api.v1.dependencies import ClientSessionOf, ClientsOf, RepeatKey
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Answer, Body, Id, Moment, Word, category, moment, number, numbers, word
from services.common.protobuf.times import to_timestamp

router = APIRouter(prefix="/api/v1", tags=["her list"])


class Withdrawal(Answer):
    """What she took back, and what came of it."""

    withdrawal_id: str
    at: datetime | None
    everything: bool
    categories: list[str]
    due_at: datetime | None
    acknowledged_at: datetime | None
    keys_destroyed_at: datetime | None
    objected_at: datetime | None
    objection_closed_at: datetime | None
    kept: list[str]
    taken_back_at: datetime | None
    may_be_taken_back: bool
    another_agency_took_it: bool = Field(description="Nobody took it back: it ended unused.")


class Consent(Answer):
    """One consent. Names are "" until the second secret was given, and while the directory is away."""

    consent_id: str
    state: str
    discloser: str
    recipient: str
    permitted: list[str]
    way_back: str
    secrecy_release_forward: bool
    secrecy_release_back: bool
    given_at: datetime | None
    valid_until: datetime | None
    unconfirmed_until: datetime | None
    withdrawals: list[Withdrawal]


class Disclosure(Answer):
    """Somebody read or sent something."""

    at: datetime | None
    agency: str
    role: str
    category: str
    kind: str
    direction: str


class OwnRequest(Answer):
    """A question that she refused or did not answer."""

    state: str
    requested_at: datetime | None
    recipient: str
    another_agency_took_it: bool = Field(description="It ended unanswered.")


class OwnList(Answer):
    """Her list. Where there are more disclosures than these, `/disclosures` goes on with the token."""

    consents: list[Consent]
    disclosures: list[Disclosure]
    requests: list[OwnRequest]
    next_disclosures_page_token: str


class History(Answer):
    """A page of who read what; the token is "" on the last one."""

    disclosures: list[Disclosure]
    next_page_token: str


class NewWithdrawal(Body):
    """What she takes back; empty means everything."""

    consent_id: Id | None = None
    categories: list[Word] = Field(default=[], max_length=18)
    direction: Word | None = None
    secrecy_releases: list[Word] = Field(default=[], max_length=2, description="Releases from secrecy, by direction.")
    validate_only: bool = Field(default=False, description="Only say what would happen.")


class Withdrawn(Answer):
    """What happened, or would happen."""

    receipts: list[Receipt]
    consents: list[Consent]


class NewReduction(Body):
    """What is to be less: an earlier end, persons who may not read, or both."""

    valid_until: Moment | None = Field(None, strict=False, description="Earlier than before, and in the future.")
    excluded_person_ids: list[Id] = Field(default=[], max_length=50)


class Reduced(Answer):
    """What holds now."""

    receipt: Receipt
    consent: Consent


@router.get("/consents", summary="Her list")
async def own_list(having: ClientsOf, _: ClientSessionOf) -> OwnList:
    """Newest first."""
    found = await having.consent.ListOwnConsents(client_pb2.ListOwnConsentsRequest())
    agencies = [consent.discloser_id for consent in found.consents]
    agencies += [consent.recipient_id for consent in found.consents]
    agencies += [disclosure.agency_id for disclosure in found.disclosures]
    names = await names_if_there(having, [*agencies, *(request.recipient_id for request in found.requests)])
    return OwnList(
        consents=[_consent(consent, names) for consent in found.consents],
        disclosures=[_disclosure(disclosure, names) for disclosure in found.disclosures],
        requests=[
            OwnRequest(
                state=word(request_pb2.ConsentRequestState, request.state),
                requested_at=moment(request.requested_at),
                recipient=names[request.recipient_id],
                another_agency_took_it=request.another_agency_took_it,
            )
            for request in found.requests
        ],
        next_disclosures_page_token=found.next_disclosures_page_token,
    )


@router.get("/disclosures", summary="Who read what, page by page")
async def history(
    having: ClientsOf,
    _: ClientSessionOf,
    page_token: Annotated[str, Query(max_length=100)] = "",
    page_size: Annotated[int, Query(ge=0, le=1000)] = 0,
) -> History:
    """Newest first; nothing is left out."""
    request = client_pb2.ListOwnDisclosuresRequest(page_token=page_token, page_size=page_size)
    found = await having.consent.ListOwnDisclosures(request)
    names = await names_if_there(having, [disclosure.agency_id for disclosure in found.disclosures])
    return History(
        disclosures=[_disclosure(disclosure, names) for disclosure in found.disclosures],
        next_page_token=found.next_page_token,
    )


@router.post(
    "/withdrawals",
    status_code=201,
    summary="Take back",
    responses={200: {"model": Withdrawn, "description": "What would happen; nothing has happened."}},
)
async def withdraw(
    body: NewWithdrawal, having: ClientsOf, _: ClientSessionOf, repeat_key: RepeatKey, response: Response
) -> Withdrawn:
    """Needs no reason and always succeeds at once; with `validate_only` 200 and nothing has happened."""
    request = client_pb2.WithdrawRequest(
        request_id=repeat_key,
        consent_id=body.consent_id or "",
        categories=numbers(vocabulary_pb2.DataCategory, body.categories, "categories"),  # type: ignore[arg-type]
        direction=number(vocabulary_pb2.Direction, body.direction or "", "direction"),  # type: ignore[arg-type]
        secrecy_releases=numbers(vocabulary_pb2.Direction, body.secrecy_releases, "secrecy_releases"),  # type: ignore[arg-type]
        validate_only=body.validate_only,
    )
    done = await having.consent.Withdraw(request)
    if body.validate_only:
        response.status_code = 200
    names = await names_if_there(
        having, [each for one in done.consents for each in (one.discloser_id, one.recipient_id)]
    )
    return Withdrawn(
        receipts=[receipt(each) for each in done.receipts],
        consents=[_consent(consent, names) for consent in done.consents],
    )


@router.post("/consents/{consent_id}/reductions", status_code=201, summary="Permit less without a new request")
async def reduce(
    consent_id: Id, body: NewReduction, having: ClientsOf, _: ClientSessionOf, repeat_key: RepeatKey
) -> Reduced:
    """Holds at once. To permit more somebody has to ask anew."""
    done = await having.consent.ReduceConsent(
        client_pb2.ReduceConsentRequest(
            request_id=repeat_key,
            consent_id=consent_id,
            valid_until=to_timestamp(body.valid_until),
            excluded_person_ids=body.excluded_person_ids,
        )
    )
    names = await names_if_there(having, [done.consent.discloser_id, done.consent.recipient_id])
    return Reduced(receipt=receipt(done.receipt), consent=_consent(done.consent, names))


def _disclosure(disclosure: client_pb2.OwnDisclosure, names: dict[str, str]) -> Disclosure:
    return Disclosure(
        at=moment(disclosure.at),
        agency=names[disclosure.agency_id],
        role=word(access_pb2.Role, disclosure.role),
        category=category(disclosure.category),
        kind=word(client_pb2.DisclosureKind, disclosure.kind),
        direction=word(vocabulary_pb2.Direction, disclosure.direction),
    )


def _consent(consent: client_pb2.OwnConsent, names: dict[str, str]) -> Consent:
    return Consent(
        consent_id=consent.consent_id,
        state=word(client_pb2.ConsentState, consent.state),
        discloser=names[consent.discloser_id],
        recipient=names[consent.recipient_id],
        permitted=[category(value) for value in consent.permitted],
        way_back=word(vocabulary_pb2.WayBack, consent.way_back),
        secrecy_release_forward=consent.secrecy_release_forward,
        secrecy_release_back=consent.secrecy_release_back,
        given_at=moment(consent.given_at),
        valid_until=moment(consent.valid_until),
        unconfirmed_until=moment(consent.unconfirmed_until, present=consent.HasField("unconfirmed_until")),
        withdrawals=[
            Withdrawal(
                withdrawal_id=each.withdrawal_id,
                at=moment(each.at),
                everything=each.everything,
                categories=[category(value) for value in each.categories],
                due_at=moment(each.due_at, present=each.HasField("due_at")),
                acknowledged_at=moment(each.acknowledged_at, present=each.HasField("acknowledged_at")),
                keys_destroyed_at=moment(each.keys_destroyed_at, present=each.HasField("keys_destroyed_at")),
                objected_at=moment(each.objected_at, present=each.HasField("objected_at")),
                objection_closed_at=moment(each.objection_closed_at, present=each.HasField("objection_closed_at")),
                kept=[category(value) for value in each.kept],
                taken_back_at=moment(each.taken_back_at, present=each.HasField("taken_back_at")),
                may_be_taken_back=each.may_be_taken_back,
                another_agency_took_it=each.another_agency_took_it,
            )
            for each in consent.withdrawals
        ],
    )
