"""ConsentExplanationService: the client's own question, who can see what."""

from typing import Any

import grpc
from lotse.consent.v1 import decision_pb2, decision_pb2_grpc

from services.common.database import Database, Scope
from services.common.identity.context import client
from services.consent.convert import from_sight
from services.consent.model.consent import ConsentState
from services.consent.model.question import Grounds
from services.consent.rules.explanation import sights_of
from services.consent.servicer.own import held_consents
from services.consent.servicer.tokens import current_session
from services.consent.store import consents, regimes, requests

Context = grpc.aio.ServicerContext[Any, Any]


class ConsentExplanationServicer(decision_pb2_grpc.ConsentExplanationServiceServicer):
    """The case is the token's; names of agencies need its scope see-names."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ExplainOwnConsents(
        self, request: decision_pb2.ExplainOwnConsentsRequest, context: Context
    ) -> decision_pb2.ExplainOwnConsentsResponse:
        """Who can see what at this moment, as the decision itself says it."""
        who = client()
        names = "see-names" in who.scopes
        async with self._database.transaction(Scope.of(who), read_only=True) as tx:
            await current_session(tx, who)
            at = await requests.legal_time(tx)
            records = await consents.list_of_case(tx, who.case)
            rows = await regimes.list_of(tx, sorted({agency for record in records for agency in record.pair}))
        active = [held.record.consent for held in held_consents(records, rows, at) if held.state is ConsentState.ACTIVE]
        return decision_pb2.ExplainOwnConsentsResponse(
            consents=[
                decision_pb2.OwnExplanation(
                    consent_id=str(consent.consent_id),
                    discloser_id=str(consent.discloser_id) if names else "",
                    recipient_id=str(consent.recipient_id) if names else "",
                    categories=[from_sight(sight) for sight in sights_of(Grounds(consent, rows), at)],
                )
                for consent in active
            ]
        )
