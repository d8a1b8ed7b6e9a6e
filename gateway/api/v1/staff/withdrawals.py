"""What a client takes back at the desk of an agency, and taking that back again."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Depends
from lotse.consent.v1 import request_pb2
from lotse.referrals.v1 import referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientsOf, RepeatKey, as_staff
from gateway.api.v1.schemas import Answer, Body, Id, Moment, Word, category, moment, number, numbers, word
from services.common.protobuf.times import to_timestamp

router = APIRouter(prefix="/api/v1/referrals/{referral_id}", tags=["withdrawals"], dependencies=[Depends(as_staff)])


class WithdrawnForClient(Answer):
    """The number of her receipt; "" where she had permitted nothing between the two agencies."""

    receipt_id: str


class PartTakenBack(Body):
    """What is taken back; empty means everything."""

    categories: list[Word] = Field(default=[], max_length=18)
    direction: Word | None = None
    secrecy_releases: list[Word] = Field(default=[], max_length=2, description="Releases from secrecy, by direction.")


@router.post("/withdraw", summary="Take back for a client who is present")
async def withdraw_for_client(
    referral_id: Id, having: ClientsOf, repeat_key: RepeatKey, body: PartTakenBack | None = None
) -> WithdrawnForClient:
    """What she permitted between the two agencies ends at once, all or the part named, in whatever state it is."""
    part = body or PartTakenBack()
    request = referral_pb2.WithdrawForClientRequest(
        request_id=repeat_key,
        referral_id=referral_id,
        categories=numbers(vocabulary_pb2.DataCategory, part.categories, "categories"),  # type: ignore[arg-type]
        direction=number(vocabulary_pb2.Direction, part.direction or "", "direction"),  # type: ignore[arg-type]
        secrecy_releases=numbers(vocabulary_pb2.Direction, part.secrecy_releases, "secrecy_releases"),  # type: ignore[arg-type]
    )
    return WithdrawnForClient(receipt_id=(await having.referrals.WithdrawForClient(request)).receipt_id)


class Extent(Answer):
    """How far a consent reaches. `open_back` is the way back in truth: nothing without the release from secrecy."""

    in_force: bool
    permitted: list[str]
    open_back: str
    valid_until: datetime | None


class PartOfConsent(Answer):
    """One category, or one release from secrecy by its direction; the other is "". What would be left without it."""

    category: str
    secrecy_release: str
    left: Extent


class WithdrawalPreview(Answer):
    """What is in force, null where nothing is, and what taking back each part by itself would leave."""

    now: Extent | None
    parts: list[PartOfConsent]


@router.get("/withdraw", summary="What a client who is present can take back by parts")
async def preview_withdrawal(referral_id: Id, having: ClientsOf) -> WithdrawalPreview:
    """To be read out to her before."""
    request = referral_pb2.PreviewWithdrawalForClientRequest(referral_id=referral_id)
    found = await having.referrals.PreviewWithdrawalForClient(request)
    return WithdrawalPreview(
        now=_extent(found.now) if found.HasField("now") else None,
        parts=[
            PartOfConsent(
                category=category(part.category),
                secrecy_release=word(vocabulary_pb2.Direction, part.secrecy_release),
                left=_extent(part.left),
            )
            for part in found.parts
        ],
    )


class EarlierEnd(Body):
    """When it is to end."""

    valid_until: Moment = Field(strict=False, description="Earlier than before, and in the future.")


@router.post("/reductions", status_code=201, summary="Let it end earlier for a client who is present")
async def reduce_for_client(
    referral_id: Id, body: EarlierEnd, having: ClientsOf, repeat_key: RepeatKey
) -> WithdrawnForClient:
    """Holds at once; 404 where nothing is in force between the two agencies."""
    request = referral_pb2.ReduceConsentForClientRequest(
        request_id=repeat_key, referral_id=referral_id, valid_until=to_timestamp(body.valid_until)
    )
    return WithdrawnForClient(receipt_id=(await having.referrals.ReduceConsentForClient(request)).receipt_id)


def _extent(extent: request_pb2.ConsentExtent) -> Extent:
    return Extent(
        in_force=extent.in_force,
        permitted=[category(value) for value in extent.permitted],
        open_back=word(vocabulary_pb2.WayBack, extent.way_back),
        valid_until=moment(extent.valid_until),
    )


class Withdrawal(Answer):
    """What she took back between the two agencies of a referral."""

    withdrawal_id: Id
    at: datetime | None
    everything: bool
    categories: list[str]
    due_at: datetime | None
    taken_back_at: datetime | None
    may_be_taken_back: bool


class Withdrawals(Answer):
    """Newest first."""

    withdrawals: list[Withdrawal]


class Present(Body):
    """She is there and wants it."""

    client_is_present: Literal[True]


class Reinstated(Answer):
    """The number of her receipt."""

    receipt_id: str


@router.get("/withdrawals", summary="What she took back between the two agencies")
async def list_withdrawals(referral_id: Id, having: ClientsOf) -> Withdrawals:
    """For the discloser's people who work on it."""
    found = await having.referrals.ListWithdrawals(referral_pb2.ListWithdrawalsRequest(referral_id=referral_id))
    return Withdrawals(
        withdrawals=[
            Withdrawal(
                withdrawal_id=each.withdrawal_id,
                at=moment(each.at),
                everything=each.everything,
                categories=[category(value) for value in each.categories],
                due_at=moment(each.due_at, present=each.HasField("due_at")),
                taken_back_at=moment(each.taken_back_at, present=each.HasField("taken_back_at")),
                may_be_taken_back=each.may_be_taken_back,
            )
            for each in found.withdrawals
        ]
    )


@router.post("/withdrawals/{withdrawal_id}/take-back", summary="Take a withdrawal back for a client who is present")
async def take_withdrawal_back(
    referral_id: Id, withdrawal_id: Id, body: Present, having: ClientsOf, repeat_key: RepeatKey
) -> Reinstated:
    """What this one withdrawal ended is in force again; possible until copies are deleted and before the due date."""
    request = referral_pb2.ReinstateConsentForClientRequest(
        request_id=repeat_key,
        referral_id=referral_id,
        withdrawal_id=withdrawal_id,
        client_is_present=body.client_is_present,
    )
    return Reinstated(receipt_id=(await having.referrals.ReinstateConsentForClient(request)).receipt_id)
