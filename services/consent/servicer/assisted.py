"""What a counsellor does with a client before her who decides aloud or on paper; a part of ConsentRequestService."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import grpc
from lotse.consent.v1 import request_pb2

from services.common.database import Database, Lock, Scope
from services.common.errors import IllegalState, NotFound, PermissionDenied
from services.common.identity.context import staff
from services.common.identity.principals import Staff
from services.consent.convert import (
    CATEGORY,
    WAY_BACK,
    from_asked,
    invalid,
    known,
    number,
    required,
    stamp,
    to_evidence,
    to_grantor,
)
from services.consent.convert_texts import from_request_text
from services.consent.model.record import Evidence, EvidenceGiven, EvidenceKind
from services.consent.model.request import Answer, ConsentRequest
from services.consent.model.vocabulary import Category, WayBack
from services.consent.rules.codes import Digests
from services.consent.rules.evidence import checked_grantor, circumstance_of
from services.consent.rules.requests import AnswerError, state_of
from services.consent.servicer.access_codes import new_code
from services.consent.servicer.wording import Texts
from services.consent.servicer.writing_down import recorded_before, unconfirmed, unconfirmed_until, write_decision
from services.consent.store import evidence, requests, texts

Context = grpc.aio.ServicerContext[Any, Any]
STATE = request_pb2.ConsentRequestState
_KINDS = {
    request_pb2.DECISION_WAY_ORAL: EvidenceKind.ORAL,
    request_pb2.DECISION_WAY_PAPER: EvidenceKind.PAPER,
}


class AssistedRpcs:
    """The discloser's own questions only; what the client told nobody stays hers."""

    _database: Database
    _digests: Digests
    _texts: Texts

    async def GetRequestTexts(
        self, request: request_pb2.GetRequestTextsRequest, context: Context
    ) -> request_pb2.GetRequestTextsResponse:
        """The very versions that she is asked by, and the same subjects in a second language."""
        who, case_id = staff(), UUID(request.case_id)
        async with self._database.transaction(Scope.of(who, case_id), read_only=True) as tx:
            asked = await requests.get(tx, case_id, UUID(request.consent_request_id))
            at = await requests.legal_time(tx)
            hers = await texts.get(tx, asked.text_version_ids)
            beside = await self._texts.beside(tx, asked, request.beside) if request.beside else []
            waiting = await unconfirmed(tx, asked)
        return request_pb2.GetRequestTextsResponse(
            state=number(STATE, state_of(asked, at)),
            recipient_id=str(asked.recipient_id),
            categories=from_asked(asked.categories),
            texts=[from_request_text(version) for version in hers],
            beside=[from_request_text(version) for version in beside],
            unconfirmed_until=stamp(unconfirmed_until(waiting.consent)) if waiting else None,
            participant_ids=map(str, sorted(asked.participants)),
        )

    async def RecordDecisionForClient(
        self, request: request_pb2.RecordDecisionForClientRequest, context: Context
    ) -> request_pb2.RecordDecisionForClientResponse:
        """Her decision with what proves it; a repeat answers what was written down."""
        who, case_id = staff(), UUID(request.case_id)
        if who.agency is None:
            raise PermissionDenied
        given = [to_evidence(each) for each in request.evidence]
        request_id = UUID(request.request_id)
        async with self._database.transaction(Scope.of(who, case_id), lock=Lock(str(case_id))) as tx:
            asked = await requests.get(tx, case_id, UUID(request.consent_request_id))
            at = await requests.legal_time(tx)
            recorded = await recorded_before(tx, asked, request_id, state_of(asked, at))
            if recorded is None:
                try:
                    grantor = checked_grantor(to_grantor(request), asked, given)
                    how = circumstance_of(_KINDS[request.way], given, assisted_by=who.person, grantor=grantor)
                except AnswerError as error:
                    raise invalid(error.field, error.rule) from None
                asked = await self._texts.as_shown(tx, asked, ())
                recorded = await write_decision(tx, asked, _answer(request), how, request_id, at)
                for each in given:
                    await evidence.insert(tx, _evidence(asked, each, who, who.agency, request_id, at))
        return request_pb2.RecordDecisionForClientResponse(
            state=number(STATE, recorded.state),
            receipt_id=str(recorded.proof.receipt_id),
            unconfirmed_until=stamp(recorded.unconfirmed_until),
        )

    async def CreateConfirmationCode(
        self, request: request_pb2.CreateConfirmationCodeRequest, context: Context
    ) -> request_pb2.CreateConfirmationCodeResponse:
        """A code for an oral decision that waits for her word; the ones before open nothing."""
        who, case_id = staff(), UUID(request.case_id)
        async with self._database.transaction(Scope.of(who, case_id), lock=Lock(str(case_id))) as tx:
            asked = await requests.get(tx, case_id, UUID(request.consent_request_id))
            if who.agency != asked.discloser_id:
                raise NotFound
            at = await requests.legal_time(tx)
            waiting = await unconfirmed(tx, asked)
            until = unconfirmed_until(waiting.consent) if waiting else None
            if until is None or at >= until:
                raise IllegalState(metadata={"state": state_of(asked, at).value, "possible": "ask anew"})
            secret = await new_code(tx, self._digests, asked, at=at, ends_at=until)
        return request_pb2.CreateConfirmationCodeResponse(access_code=secret.grouped(), expires_at=stamp(until))


def _answer(request: request_pb2.RecordDecisionForClientRequest) -> Answer:
    return Answer(
        base_permits=False,
        exceptions=(),
        answers=tuple(
            (required(CATEGORY, Category, answer.category, "answers.category"), answer.permit)
            for answer in request.answers
        ),
        way_back=known(WAY_BACK, WayBack, request.way_back) or WayBack.NOTHING,
        secrecy_release_forward=request.secrecy_release_forward,
        secrecy_release_back=request.secrecy_release_back,
        purposes=frozenset(),
        valid_from=None,
        valid_until=None,
        excluded_persons=frozenset(),
    )


def _evidence(
    asked: ConsentRequest, given: EvidenceGiven, who: Staff, agency_id: UUID, request_id: UUID, at: datetime
) -> Evidence:
    return Evidence(
        case_id=asked.case_id,
        evidence_id=uuid4(),
        consent_request_id=asked.consent_request_id,
        given=given,
        recorded_by=who.person,
        recording_agency_id=agency_id,
        at=at,
        request_id=request_id,
    )
