"""ConsentStatutoryService: acts that a law permits; ConsentNoticeService: what the client is told of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import grpc
from lotse.consent.v1 import statutory_pb2, statutory_pb2_grpc

from services.common.database import Database, Lock, Scope
from services.common.errors import IllegalState, NotFound, PermissionDenied, RepeatKeyReused
from services.common.identifiers import uuid7
from services.common.identity.context import client, staff
from services.common.identity.principals import Staff
from services.common.protobuf.times import from_timestamp
from services.consent.convert import CATEGORY, invalid, known, number, numbers, required, stamp
from services.consent.model.statutory import (
    Body,
    Channel,
    Ground,
    RecordedAct,
    Review,
    ReviewedAct,
    Verdict,
    WithheldGround,
)
from services.consent.model.vocabulary import Category
from services.consent.rules.statutory import ActError, can_review, check_act, in_order, until
from services.consent.servicer.tokens import current_session
from services.consent.store import requests, statutory

Context = grpc.aio.ServicerContext[Any, Any]


class ConsentStatutoryServicer(statutory_pb2_grpc.ConsentStatutoryServiceServicer):
    """The agency that acts is that of the staff principal; an act of another one is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def RecordAct(
        self, request: statutory_pb2.RecordActRequest, context: Context
    ) -> statutory_pb2.RecordActResponse:
        """The act; a repeat answers that of then. What it permits can cross from the commit on."""
        who, agency = _member()
        case_id, request_id = UUID(request.case_id), UUID(request.request_id)
        async with self._database.transaction(Scope.of(who, case_id), lock=Lock(str(case_id))) as tx:
            if not await requests.claim_case(tx, case_id, agency):
                raise NotFound
            at = await requests.legal_time(tx)
            found = await statutory.find_repeat(tx, case_id, request_id)
            if found is None:
                act = RecordedAct(
                    case_id=case_id,
                    act_id=UUID(request.act_id),
                    discloser_id=agency,
                    recipient_id=UUID(request.recipient_id) if request.recipient_id else None,
                    recipient_body=known(statutory_pb2.RecipientBody, Body, request.recipient_body),
                    referral_id=UUID(request.referral_id) if request.referral_id else None,
                    ground=required(statutory_pb2.StatutoryGround, Ground, request.ground, "ground"),
                    channel=required(statutory_pb2.StatutoryChannel, Channel, request.channel, "channel"),
                    categories=frozenset(
                        required(CATEGORY, Category, value, "categories") for value in request.categories
                    ),
                    at=at,
                    until=until(at, request.hours),
                    confirm_by=_confirm_by(request),
                    notice_withheld=known(statutory_pb2.NoticeWithheldGround, WithheldGround, request.notice_withheld),
                    reason_hash=request.reason_hash,
                    recorded_by=who.person,
                    request_id=request_id,
                )
                _check(act)
                await statutory.insert(tx, act)
                found = ReviewedAct(act, None)
            elif found.act.act_id != UUID(request.act_id):
                raise RepeatKeyReused
        return statutory_pb2.RecordActResponse(act=_from_act(found, escalated=found.is_escalated(at)))

    async def ReviewAct(
        self, request: statutory_pb2.ReviewActRequest, context: Context
    ) -> statutory_pb2.ReviewActResponse:
        """What a second person says, once; the same again from the same person answers what was said then."""
        who, agency = _member()
        case_id, act_id = UUID(request.case_id), UUID(request.act_id)
        verdict = required(statutory_pb2.ReviewVerdict, Verdict, request.verdict, "verdict")
        async with self._database.transaction(Scope.of(who, case_id), lock=Lock(str(case_id))) as tx:
            found = await statutory.get(tx, case_id, act_id, agency)
            at = await requests.legal_time(tx)
            if found.review is None:
                if not can_review(found.act, who.person):
                    raise IllegalState(metadata={"state": "not reviewed", "possible": "another person"})
                ended_at = at if verdict is Verdict.OBJECTED else None
                review = Review(case_id, act_id, uuid7(), verdict, who.person, at, UUID(request.request_id), ended_at)
                await statutory.insert_review(tx, review)
                found = ReviewedAct(found.act, review)
            elif found.review.request_id != UUID(request.request_id):
                raise IllegalState(metadata={"state": found.review.verdict.value, "possible": ""})
        return statutory_pb2.ReviewActResponse(act=_from_act(found, escalated=False))

    async def ListActs(
        self, request: statutory_pb2.ListActsRequest, context: Context
    ) -> statutory_pb2.ListActsResponse:
        """The agency's acts, those that wait for a second person first."""
        who, agency = _member()
        async with self._database.transaction(Scope.of(who), read_only=True) as tx:
            at = await requests.legal_time(tx)
            found = await statutory.list_of_agency(tx, agency)
        return statutory_pb2.ListActsResponse(
            acts=[_from_act(each, escalated=each.is_escalated(at)) for each in in_order(found)]
        )


class ConsentNoticeServicer(statutory_pb2_grpc.ConsentNoticeServiceServicer):
    """What must not reach her yet is no row in her scope."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ListOwnStatutoryActs(
        self, request: statutory_pb2.ListOwnStatutoryActsRequest, context: Context
    ) -> statutory_pb2.ListOwnStatutoryActsResponse:
        """The acts of her case, newest first."""
        who = client()
        async with self._database.transaction(Scope.of(who), read_only=True) as tx:
            await current_session(tx, who)
            found = await statutory.list_of_case(tx, who.case)
        names = "see-names" in who.scopes
        return statutory_pb2.ListOwnStatutoryActsResponse(acts=[_own_act(each, names=names) for each in found])


def _member() -> tuple[Staff, UUID]:
    who = staff()
    if who.agency is None:
        raise PermissionDenied
    return who, who.agency


def _confirm_by(request: statutory_pb2.RecordActRequest) -> datetime:
    try:
        return from_timestamp(request.confirm_by)
    except (ValueError, OverflowError):
        raise invalid("confirm_by", "a time of the calendar") from None


def _check(act: RecordedAct) -> None:
    try:
        check_act(act)
    except ActError as error:
        raise invalid(error.field, error.rule) from None


def _from_act(found: ReviewedAct, *, escalated: bool) -> statutory_pb2.StatutoryAct:
    act, review = found.act, found.review
    return statutory_pb2.StatutoryAct(
        act_id=str(act.act_id),
        case_id=str(act.case_id),
        referral_id=str(act.referral_id) if act.referral_id else "",
        recipient_id=str(act.recipient_id) if act.recipient_id else "",
        recipient_body=number(statutory_pb2.RecipientBody, act.recipient_body or ""),
        ground=number(statutory_pb2.StatutoryGround, act.ground),
        channel=number(statutory_pb2.StatutoryChannel, act.channel),
        categories=numbers(CATEGORY, act.categories),
        at=stamp(act.at),
        until=stamp(act.until),
        confirm_by=stamp(act.confirm_by),
        recorded_by=str(act.recorded_by),
        notice_withheld=number(statutory_pb2.NoticeWithheldGround, act.notice_withheld or ""),
        verdict=number(statutory_pb2.ReviewVerdict, review.verdict if review else ""),
        reviewed_by=str(review.person_id) if review and review.person_id else "",
        reviewed_at=stamp(review.at if review else None),
        is_escalated=escalated,
    )


def _own_act(found: ReviewedAct, *, names: bool) -> statutory_pb2.OwnStatutoryAct:
    act = found.act
    return statutory_pb2.OwnStatutoryAct(
        at=stamp(act.at),
        ground=number(statutory_pb2.StatutoryGround, act.ground),
        channel=number(statutory_pb2.StatutoryChannel, act.channel),
        discloser_id=str(act.discloser_id) if names else "",
        recipient_id=str(act.recipient_id) if names and act.recipient_id else "",
        recipient_body=number(statutory_pb2.RecipientBody, act.recipient_body or ""),
        categories=numbers(CATEGORY, act.categories),
        until=stamp(act.until),
        verdict=number(statutory_pb2.ReviewVerdict, found.review.verdict if found.review else ""),
    )
