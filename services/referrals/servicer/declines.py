"""What an agency's declines say about its own entry in the directory: numbers, and nothing of a referral."""

from lotse.referrals.v1 import referral_pb2

from services.common.protobuf.enums import enum_text
from services.common.protobuf.times import from_timestamp, to_timestamp
from services.referrals.servicer.desk import Context, Desk, member, scope
from services.referrals.store import referrals


class DeclineRpcs:
    """The RPC that counts."""

    _desk: Desk

    async def CountDeclines(
        self, request: referral_pb2.CountDeclinesRequest, context: Context
    ) -> referral_pb2.CountDeclinesResponse:
        """Of the agency's own incoming referrals only, by service."""
        who, agency_id = member()
        reason = enum_text(referral_pb2.TransitionReason, request.reason)
        since = from_timestamp(request.since) if request.HasField("since") else None
        async with self._desk.database.transaction(scope(who), read_only=True) as tx:
            counted_since, counts = await referrals.count_declines(tx, agency_id, reason, since)
        return referral_pb2.CountDeclinesResponse(
            counts=[
                referral_pb2.DeclineCount(service_id=str(service_id or ""), count=count) for service_id, count in counts
            ],
            since=to_timestamp(counted_since),
        )
