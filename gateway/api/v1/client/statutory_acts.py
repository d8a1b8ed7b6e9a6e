"""What an agency passed on without her consent because a law permits it, as far as she may know."""

from datetime import datetime

from fastapi import APIRouter
from lotse.consent.v1 import statutory_pb2

from gateway.api.v1.dependencies import ClientSessionOf, ClientsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Answer, category, moment, word

router = APIRouter(prefix="/api/v1", tags=["her list"])


class OwnStatutoryAct(Answer):
    """One act. Names are "" until the second secret was given, and while the directory is away."""

    at: datetime | None
    ground: str
    channel: str
    discloser: str
    recipient: str
    recipient_body: str
    categories: list[str]
    until: datetime | None
    verdict: str


class OwnStatutoryActs(Answer):
    """Newest first."""

    acts: list[OwnStatutoryAct]


@router.get("/own-statutory-acts", summary="What was passed on because a law permits it")
async def own_statutory_acts(having: ClientsOf, _: ClientSessionOf) -> OwnStatutoryActs:
    """Without those of which telling her would be dangerous."""
    found = await having.notices.ListOwnStatutoryActs(statutory_pb2.ListOwnStatutoryActsRequest())
    names = await names_if_there(having, [each for one in found.acts for each in (one.discloser_id, one.recipient_id)])
    return OwnStatutoryActs(
        acts=[
            OwnStatutoryAct(
                at=moment(each.at),
                ground=word(statutory_pb2.StatutoryGround, each.ground),
                channel=word(statutory_pb2.StatutoryChannel, each.channel),
                discloser=names[each.discloser_id],
                recipient=names[each.recipient_id],
                recipient_body=word(statutory_pb2.RecipientBody, each.recipient_body),
                categories=[category(value) for value in each.categories],
                until=moment(each.until),
                verdict=word(statutory_pb2.ReviewVerdict, each.verdict),
            )
            for each in found.acts
        ]
    )
