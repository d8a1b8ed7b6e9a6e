"""Sittings with several candidates: joining one, and ending what is unused; a part of ConsentRequestService."""

from datetime import datetime
from typing import Any
from uuid import UUID

import grpc
from lotse.consent.v1 import request_pb2

from services.common.database import Connection, Database, Lock, Scope
from services.common.identity.context import principal
from services.consent.convert import invalid
from services.consent.model.request import ConsentRequest, RequestState, Retraction
from services.consent.rules.requests import AnswerError, state_of
from services.consent.rules.sittings import check_joins, open_others, to_end, unused_of
from services.consent.rules.withdrawal import take_back
from services.consent.servicer.withdrawing import Actor, write_down
from services.consent.store import consents, requests, sittings, withdrawals

Context = grpc.aio.ServicerContext[Any, Any]


async def join_sitting(tx: Connection, asked: ConsentRequest, other: UUID, at: datetime) -> None:
    """Lets the request be answered in the sitting of another one; InvalidArgument where it cannot."""
    sitting = await sittings.list_of(tx, asked.case_id, other)
    if any(each.consent_request_id == asked.consent_request_id for each in sitting):
        return
    try:
        check_joins(asked, sitting, at)
    except AnswerError as error:
        raise invalid(error.field, error.rule) from None
    await sittings.join(tx, asked, sitting[0].consent_request_id)


async def open_in_sitting(
    tx: Connection, case_id: UUID, consent_request_id: UUID, at: datetime
) -> list[ConsentRequest]:
    """The other open questions of the sitting, the next one first; none where this request is not in this scope."""
    sitting = await sittings.list_of(tx, case_id, consent_request_id)
    return open_others(sitting, consent_request_id, at) if sitting else []


class SittingRpcs:
    """Only background work ends what nobody took back, and only what belongs to the sitting."""

    _database: Database

    async def EndUnused(self, request: request_pb2.EndUnusedRequest, context: Context) -> request_pb2.EndUnusedResponse:
        """Each consent ends like a withdrawal, with its entry in the ledger; a repeat key ends nothing twice."""
        case_id, referral_id, request_id = UUID(request.case_id), UUID(request.referral_id), UUID(request.request_id)
        used = {referral_id, *map(UUID, request.used_referral_ids)}
        async with self._database.transaction(Scope.of(principal(), case_id), lock=Lock(str(case_id))) as tx:
            if await withdrawals.find_by_repeat(tx, case_id, request_id):
                return request_pb2.EndUnusedResponse()  # what she wants again since then stays in force
            at = await requests.legal_time(tx)
            of_case = await requests.list_of_case(tx, case_id)
            sitting = [
                other
                for asked in of_case
                if asked.referral_id == referral_id and not asked.is_of_conference
                for other in await sittings.list_of(tx, case_id, asked.consent_request_id)
            ]
            unused = unused_of(sitting, of_case, used)
            waiting = [
                asked
                for asked in of_case
                if asked.referral_id in unused and state_of(asked, at) is RequestState.REQUESTED
            ]
            for asked in waiting:
                await requests.end(tx, asked, RequestState.CANCELLED, "taken-on", at)
            ending = to_end(await consents.list_of_case(tx, case_id), unused, at)
            for record in ending:
                remainder = take_back(record.consent, Retraction(), at)
                await write_down(tx, record, remainder, Actor(request_id, by_service=True), at)
        return request_pb2.EndUnusedResponse(consents=len(ending), questions=len(waiting))
