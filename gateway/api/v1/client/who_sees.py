"""Who can see what now, as the decision says it that staff are held to."""

from datetime import datetime

from fastapi import APIRouter
from lotse.consent.v1 import decision_pb2

from gateway.api.v1.dependencies import ClientSessionOf, ClientsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Answer, category, moment, word

router = APIRouter(prefix="/api/v1", tags=["her list"])


class CategorySight(Answer):
    """How much of a category the other agency can see, and why; a time where time alone will change it."""

    category: str
    sight: str
    reason: str
    remedy: str
    permitted_until: datetime | None
    permitted_from: datetime | None


class OwnExplanation(Answer):
    """One active consent. Names are "" until the second secret was given, and while the directory is away."""

    consent_id: str
    discloser: str
    recipient: str
    categories: list[CategorySight]


class WhoSees(Answer):
    """Who can see what."""

    consents: list[OwnExplanation]


@router.get("/who-sees", summary="Who can see what, and why")
async def who_sees(having: ClientsOf, _: ClientSessionOf) -> WhoSees:
    """Every category of every active consent at this moment, newest consent first."""
    found = await having.explanations.ExplainOwnConsents(decision_pb2.ExplainOwnConsentsRequest())
    agencies = [agency for each in found.consents for agency in (each.discloser_id, each.recipient_id)]
    names = await names_if_there(having, agencies)
    return WhoSees(
        consents=[
            OwnExplanation(
                consent_id=each.consent_id,
                discloser=names[each.discloser_id],
                recipient=names[each.recipient_id],
                categories=[_sight(sight) for sight in each.categories],
            )
            for each in found.consents
        ]
    )


def _sight(sight: decision_pb2.CategorySight) -> CategorySight:
    return CategorySight(
        category=category(sight.category),
        sight=word(decision_pb2.Sight, sight.sight),
        reason=word(decision_pb2.DecisionReason, sight.reason),
        remedy=word(decision_pb2.DecisionRemedy, sight.remedy),
        permitted_until=moment(sight.permitted_until, present=sight.HasField("permitted_until")),
        permitted_from=moment(sight.permitted_from, present=sight.HasField("permitted_from")),
    )
