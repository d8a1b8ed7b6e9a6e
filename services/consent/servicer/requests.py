"""ConsentRequestService: asking on behalf of the discloser; what is done for a client who is present stands beside."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import grpc
from lotse.consent.v1 import request_pb2, request_pb2_grpc

from services.common.database import Connection, Database, Lock, Scope
from services.common.errors import IllegalState, NotFound, PermissionDenied, RepeatKeyReused
from services.common.identity.context import staff
from services.common.identity.principals import Staff
from services.consent.convert import invalid, number, stamp, to_asked, to_purposes
from services.consent.errors import EvaluatorHelps, HelpNotDecided
from services.consent.model.request import ConsentRequest, RequestState
from services.consent.rules.codes import Digests
from services.consent.rules.requests import (
    AnswerError,
    check_question,
    expiry_of,
    help_is_decided,
    state_of,
    would_end_help,
)
from services.consent.rules.texts import STANDARD
from services.consent.servicer.access_codes import new_code
from services.consent.servicer.assisted import AssistedRpcs
from services.consent.servicer.at_desk import DeskRpcs
from services.consent.servicer.sittings import SittingRpcs, join_sitting
from services.consent.servicer.wording import Texts
from services.consent.store import consents, requests, sittings

Context = grpc.aio.ServicerContext[Any, Any]
STATE = request_pb2.ConsentRequestState


class ConsentRequestServicer(AssistedRpcs, DeskRpcs, SittingRpcs, request_pb2_grpc.ConsentRequestServiceServicer):
    """The discloser is the agency of the staff principal; it never gets to see why a client refused."""

    def __init__(self, database: Database, digests: Digests, *, production: bool) -> None:
        self._database = database
        self._digests = digests
        self._texts = Texts(production=production)

    async def CreateRequest(
        self, request: request_pb2.CreateRequestRequest, context: Context
    ) -> request_pb2.CreateRequestResponse:
        """A question with a fresh access code. The same open question again gets a new code and stays one question."""
        who, case_id = staff(), UUID(request.case_id)
        if who.agency is None:
            raise PermissionDenied
        if UUID(request.recipient_id) == who.agency:
            raise invalid("recipient_id", "another agency than one's own")
        async with self._database.transaction(Scope.of(who, case_id), lock=Lock(str(case_id))) as tx:
            if not await requests.claim_case(tx, case_id, who.agency):
                raise NotFound
            at = await requests.legal_time(tx)
            asked = await self._asked(tx, request, who, who.agency, at)
            if request.in_sitting_with:
                await join_sitting(tx, asked, UUID(request.in_sitting_with), at)
            secret = await new_code(
                tx,
                self._digests,
                asked,
                at=at,
                ends_at=expiry_of(asked),
                on_tablet_of=who.person if request.on_tablet else None,
            )
        return request_pb2.CreateRequestResponse(
            consent_request_id=str(asked.consent_request_id),
            access_code=secret.grouped(),
            expires_at=stamp(expiry_of(asked)),
        )

    async def _asked(
        self, tx: Connection, request: request_pb2.CreateRequestRequest, who: Staff, discloser_id: UUID, at: datetime
    ) -> ConsentRequest:
        """The open request that says exactly this, or a new one in place of those that are open for the referral."""
        new = ConsentRequest(
            case_id=UUID(request.case_id),
            consent_request_id=uuid4(),
            referral_id=UUID(request.referral_id),
            draft_revision=request.draft_revision,
            discloser_id=discloser_id,
            recipient_id=UUID(request.recipient_id),
            categories=to_asked(request.categories),
            purposes=to_purposes(request.purposes),
            language=request.language,
            in_danger=request.in_danger,
            text_version_ids=(),
            requested_by=who.person,
            requested_at=at,
            variety=request.variety or STANDARD,
            with_interpreter=request.with_interpreter,
            participants=frozenset(map(UUID, request.participant_ids)),
        )
        repeat = await requests.find_repeat(tx, discloser_id, UUID(request.request_id))
        if repeat is not None:
            if not _same(repeat, new):
                raise RepeatKeyReused
            if (state := state_of(repeat, at)) is not RequestState.REQUESTED:
                raise IllegalState(metadata={"state": state.value, "possible": "ask anew"})
            return repeat
        await _check(tx, new, at)
        for former in await requests.list_of_referral(tx, new.case_id, new.referral_id):
            if state_of(former, at) is not RequestState.REQUESTED:
                continue
            if _same(former, new) and await self._texts.still_count(tx, former):
                return former
            await requests.end(tx, former, RequestState.CANCELLED, "replaced", at)
        asked = replace(new, text_version_ids=await self._texts.for_new(tx, new))
        if not await requests.insert(tx, asked, UUID(request.request_id)):
            raise RepeatKeyReused
        return asked

    async def CancelRequest(
        self, request: request_pb2.CancelRequestRequest, context: Context
    ) -> request_pb2.CancelRequestResponse:
        """Ends an open question; one that ended before keeps its end."""
        who, case_id = staff(), UUID(request.case_id)
        async with self._database.transaction(Scope.of(who, case_id), lock=Lock(str(case_id))) as tx:
            asked = await requests.get(tx, case_id, UUID(request.consent_request_id))
            at = await requests.legal_time(tx)
            state = state_of(asked, at)
            if state is RequestState.REQUESTED:
                await requests.end(tx, asked, RequestState.CANCELLED, "counsellor", at)
                state = RequestState.CANCELLED
        return request_pb2.CancelRequestResponse(state=number(STATE, state))

    async def GetRequest(
        self, request: request_pb2.GetRequestRequest, context: Context
    ) -> request_pb2.GetRequestResponse:
        """The newest question of a referral, for its discloser."""
        case_id = UUID(request.case_id)
        async with self._database.transaction(Scope.of(staff(), case_id), read_only=True) as tx:
            found = await requests.list_of_referral(tx, case_id, UUID(request.referral_id))
            at = await requests.legal_time(tx)
            if not found:
                raise NotFound
            asked = found[0]
            sitting = await sittings.list_of(tx, case_id, asked.consent_request_id)
        return request_pb2.GetRequestResponse(
            consent_request_id=str(asked.consent_request_id),
            draft_revision=asked.draft_revision,
            state=number(STATE, state_of(asked, at)),
            requested_at=stamp(asked.requested_at),
            expires_at=stamp(expiry_of(asked)),
            sitting_referral_ids=[str(each.referral_id) for each in sitting] if len(sitting) > 1 else (),
        )

    async def FindReceipt(
        self, request: request_pb2.FindReceiptRequest, context: Context
    ) -> request_pb2.FindReceiptResponse:
        """Case and agencies of a receipt; row-level security shows only its own two agencies a row."""
        async with self._database.transaction(Scope.of(staff()), read_only=True) as tx:
            found = await consents.find_receipt(tx, UUID(request.receipt_id))
        if found is None:
            raise NotFound
        case_id, discloser_id, recipient_id = found
        return request_pb2.FindReceiptResponse(
            case_id=str(case_id), discloser_id=str(discloser_id), recipient_id=str(recipient_id)
        )


async def _check(tx: Connection, new: ConsentRequest, at: datetime) -> None:
    """Raises InvalidArgument, EvaluatorHelps or HelpNotDecided for a question that may not be asked, or not yet."""
    try:
        check_question(new)
    except AnswerError as error:
        raise invalid(error.field, error.rule) from None
    if not new.is_of_evaluation:
        return
    held = await consents.newest_of_pair(tx, new.case_id, new.discloser_id, new.recipient_id)
    if would_end_help(new, held.consent if held else None, at):
        raise EvaluatorHelps
    if not help_is_decided(new, await requests.list_of_case(tx, new.case_id), at):
        raise HelpNotDecided


def _same(left: ConsentRequest, right: ConsentRequest) -> bool:
    """Whether two requests ask the same of the same; who asks and when does not count."""
    return _content(left) == _content(right)


def _content(asked: ConsentRequest) -> tuple[object, ...]:
    return (
        asked.case_id,
        asked.referral_id,
        asked.draft_revision,
        asked.recipient_id,
        frozenset(asked.categories),
        asked.purposes,
        asked.language,
        asked.in_danger,
        asked.variety,
        asked.with_interpreter,
        asked.participants,
    )
