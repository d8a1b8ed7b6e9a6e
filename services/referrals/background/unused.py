"""Tells consent that an agency took a case, so that what the sitting leaves unused ends; until consent has heard."""

from uuid import uuid5

import grpc
import structlog
from lotse.consent.v1 import request_pb2, request_pb2_grpc

from services.common.database import SERVICE_SCOPE, Database
from services.common.identity.context import use_principal
from services.common.identity.principals import Service
from services.common.status import RemoteError
from services.referrals.store import sittings

_TOLD_AS = Service("lotse-referrals")
_log = structlog.get_logger(__name__)


class UnusedConsents:
    """Run each second; a referral is told of once, or again with the same repeat key."""

    def __init__(self, database: Database, channel: grpc.aio.Channel) -> None:
        self._database = database
        self._consent = request_pb2_grpc.ConsentRequestServiceStub(channel)

    async def end(self) -> None:
        """End what is unused. Raises Unavailable while consent is away; what is left is told the next time.

        One that consent refuses is logged and tried again, and does not keep the others waiting.
        """
        async with self._database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
            accepted = await sittings.to_tell(tx)
        for each in accepted:
            request = request_pb2.EndUnusedRequest(
                request_id=str(uuid5(each.referral_id, "unused")),
                case_id=str(each.case_id),
                referral_id=str(each.referral_id),
                used_referral_ids=[str(used) for used in each.used],
            )
            try:
                with use_principal(_TOLD_AS):
                    ended = await self._consent.EndUnused(request)
            except RemoteError as error:
                _log.error("unused.not_told", referral=str(each.referral_id), reason=error.reason)
                continue
            async with self._database.transaction(SERVICE_SCOPE, "worker") as tx:
                await sittings.mark_told(tx, each.referral_id)
            if ended.consents or ended.questions:
                _log.info("unused.ended", referral=str(each.referral_id), consents=ended.consents)
