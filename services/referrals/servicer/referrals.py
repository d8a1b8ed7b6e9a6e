"""ReferralService, put together from drafting, decisions with help, transitions, reading, explaining and counting."""

from lotse.referrals.v1 import referral_pb2_grpc

from services.referrals.background.destruction import Destruction
from services.referrals.servicer.assisted import AssistedRpcs
from services.referrals.servicer.candidates import CandidateRpcs
from services.referrals.servicer.declines import DeclineRpcs
from services.referrals.servicer.desk import Desk
from services.referrals.servicer.explaining import ExplainingRpcs
from services.referrals.servicer.reading import ReadingRpcs
from services.referrals.servicer.transitions import TransitionRpcs
from services.referrals.servicer.withdrawing import WithdrawingRpcs


class ReferralServicer(
    CandidateRpcs,
    AssistedRpcs,
    TransitionRpcs,
    ReadingRpcs,
    ExplainingRpcs,
    WithdrawingRpcs,
    DeclineRpcs,
    referral_pb2_grpc.ReferralServiceServicer,
):
    """A referral of others answers like one that does not exist."""

    def __init__(self, desk: Desk, destruction: Destruction) -> None:
        self._desk = desk
        self._destruction = destruction
