"""ConsentClientService: what a client does herself, without an account."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import grpc
from lotse.consent.v1 import client_pb2, client_pb2_grpc, request_pb2
from lotse.options.v1 import access_pb2

from services.common.database import Database, Scope
from services.common.errors import PermissionDenied
from services.common.identity.context import client
from services.common.identity.principals import Client
from services.consent.convert import (
    PURPOSE,
    from_asked,
    from_page_token,
    number,
    numbers,
    stamp,
    to_answer,
    to_reduction,
    to_retraction,
)
from services.consent.convert_texts import from_shown
from services.consent.keys import Keys
from services.consent.model.consent import ConsentState
from services.consent.model.record import ConsentRecord, Proof
from services.consent.rules.requests import state_of
from services.consent.servicer.answers import Answers, Question
from services.consent.servicer.own import Held, OwnList, own_consent
from services.consent.servicer.passes import Passes
from services.consent.servicer.receipts import Receipts
from services.consent.servicer.redemption import Redemption
from services.consent.servicer.tokens import Tokens, current_session
from services.consent.servicer.wording import Texts

Context = grpc.aio.ServicerContext[Any, Any]
REQUEST_STATE = request_pb2.ConsentRequestState


class ConsentClientServicer(client_pb2_grpc.ConsentClientServiceServicer):
    """The token says which case; no request of a client names one."""

    def __init__(self, database: Database, keys: Keys, tokens: Tokens, *, production: bool) -> None:
        self._database = database
        self._keys = keys
        self._tokens = tokens
        self._redemption = Redemption(database, keys.digests, tokens)
        self._passes = Passes(database, keys.digests, tokens)
        self._answers = Answers(database, Texts(production=production))
        self._list = OwnList(database)
        self._receipts = Receipts(database, keys)

    async def Redeem(self, request: client_pb2.RedeemRequest, context: Context) -> client_pb2.RedeemResponse:
        """A session for an access code or a pass."""
        issued = await self._redemption.redeem(request.secret, UUID(request.request_id))
        return client_pb2.RedeemResponse(
            client_token=issued.token,
            expires_at=stamp(issued.expires),
            session_ends_at=stamp(issued.session_ends),
            scopes=numbers(access_pb2.ClientScope, issued.scopes),
        )

    async def RenewToken(
        self, request: client_pb2.RenewTokenRequest, context: Context
    ) -> client_pb2.RenewTokenResponse:
        """A further token with the same scopes, while the session lasts."""
        who = client()
        async with self._database.transaction(Scope.of(who), read_only=True) as tx:
            session = await current_session(tx, who)
        issued = self._tokens.issue(session, who.scopes, referral=who.referral, draft_revision=who.draft_revision)
        return client_pb2.RenewTokenResponse(client_token=issued.token, expires_at=stamp(issued.expires))

    async def GetOwnRequest(
        self, request: client_pb2.GetOwnRequestRequest, context: Context
    ) -> client_pb2.GetOwnRequestResponse:
        """What she is asked, beside what it would replace."""
        who = client()
        return _own_question(await self._answers.question(who, _request_of(who), request.language, request.variety))

    async def RecordDecision(
        self, request: client_pb2.RecordDecisionRequest, context: Context
    ) -> client_pb2.RecordDecisionResponse:
        """Her answer with its receipt."""
        who = client()
        shown = tuple(map(UUID, request.text_version_ids))
        recorded = await self._answers.record(
            who, _request_of(who), to_answer(request), shown, UUID(request.request_id)
        )
        return client_pb2.RecordDecisionResponse(
            state=number(REQUEST_STATE, recorded.state),
            consent_id=str(recorded.consent_id) if recorded.consent_id else "",
            receipt=self._receipt(recorded.proof),
        )

    async def TakePass(self, request: client_pb2.TakePassRequest, context: Context) -> client_pb2.TakePassResponse:
        """A pass, shown this once."""
        who = client()
        return client_pb2.TakePassResponse(
            **{"pass": await self._passes.take(who, _request_of(who), request.second_secret)}
        )

    async def ConfirmSecondSecret(
        self, request: client_pb2.ConfirmSecondSecretRequest, context: Context
    ) -> client_pb2.ConfirmSecondSecretResponse:
        """A token that shows names."""
        issued = await self._passes.confirm(client(), request.second_secret)
        return client_pb2.ConfirmSecondSecretResponse(client_token=issued.token, expires_at=stamp(issued.expires))

    async def ListOwnConsents(
        self, request: client_pb2.ListOwnConsentsRequest, context: Context
    ) -> client_pb2.ListOwnConsentsResponse:
        """Her list."""
        return await self._list.read(client())

    async def Withdraw(self, request: client_pb2.WithdrawRequest, context: Context) -> client_pb2.WithdrawResponse:
        """Takes back at once, or says what that would do."""
        proofs, after = await self._list.withdraw(
            client(),
            UUID(request.consent_id) if request.consent_id else None,
            to_retraction(request),
            UUID(request.request_id),
            only_say=request.validate_only,
        )
        return client_pb2.WithdrawResponse(receipts=[self._receipt(proof) for proof in proofs], consents=after)

    async def ReinstateConsent(
        self, request: client_pb2.ReinstateConsentRequest, context: Context
    ) -> client_pb2.ReinstateConsentResponse:
        """Takes one withdrawal back."""
        proof = await self._list.take_withdrawal_back(client(), UUID(request.withdrawal_id), UUID(request.request_id))
        return client_pb2.ReinstateConsentResponse(receipt=self._receipt(proof))

    async def ListOwnDisclosures(
        self, request: client_pb2.ListOwnDisclosuresRequest, context: Context
    ) -> client_pb2.ListOwnDisclosuresResponse:
        """A page of her history."""
        before = from_page_token(request.page_token) if request.page_token else None
        return await self._list.history(client(), before, request.page_size)

    async def ReduceConsent(
        self, request: client_pb2.ReduceConsentRequest, context: Context
    ) -> client_pb2.ReduceConsentResponse:
        """Makes less of a consent at once; InvalidArgument for what would permit more."""
        proof, after = await self._list.reduce(
            client(), UUID(request.consent_id), to_reduction(request), UUID(request.request_id)
        )
        return client_pb2.ReduceConsentResponse(receipt=self._receipt(proof), consent=after)

    async def ListOwnActs(
        self, request: client_pb2.ListOwnActsRequest, context: Context
    ) -> client_pb2.ListOwnActsResponse:
        """All her acts with the numbers of their receipts."""
        return await self._receipts.acts(client())

    async def GetOwnReceipt(
        self, request: client_pb2.GetOwnReceiptRequest, context: Context
    ) -> client_pb2.GetOwnReceiptResponse:
        """One receipt, issued now."""
        return await self._receipts.receipt(client(), UUID(request.receipt_id))

    async def ConfirmDecision(
        self, request: client_pb2.ConfirmDecisionRequest, context: Context
    ) -> client_pb2.ConfirmDecisionResponse:
        """Her word on what was written down of her oral decision."""
        who = client()
        proof = await self._answers.confirm(who, _request_of(who), UUID(request.request_id), is_right=request.is_right)
        return client_pb2.ConfirmDecisionResponse(receipt=self._receipt(proof))

    async def NextInSitting(
        self, request: client_pb2.NextInSittingRequest, context: Context
    ) -> client_pb2.NextInSittingResponse:
        """A session for the next candidate of the same sitting."""
        who = client()
        session, asked = await self._answers.next_in_sitting(who, _request_of(who), UUID(request.request_id))
        issued = self._tokens.issue_for_request(session, asked)
        return client_pb2.NextInSittingResponse(
            client_token=issued.token,
            expires_at=stamp(issued.expires),
            session_ends_at=stamp(issued.session_ends),
            scopes=numbers(access_pb2.ClientScope, issued.scopes),
        )

    def _receipt(self, proof: Proof) -> client_pb2.Receipt:
        return client_pb2.Receipt(
            receipt_id=str(proof.receipt_id),
            leaf_hash=proof.leaf_hash.hex(),
            signature=self._keys.receipt_signature(proof),
            at=stamp(proof.at),
        )


def _request_of(who: Client) -> UUID:
    """The request that this token was made for; one of a pass was made for none."""
    if who.consent_request is None:
        raise PermissionDenied
    return who.consent_request


def _own_question(question: Question) -> client_pb2.GetOwnRequestResponse:
    asked, replaced = question.asked, question.replaced
    return client_pb2.GetOwnRequestResponse(
        consent_request_id=str(asked.consent_request_id),
        state=number(REQUEST_STATE, question.state),
        discloser_id=str(asked.discloser_id),
        recipient_id=str(asked.recipient_id),
        categories=from_asked(asked.categories),
        purposes=numbers(PURPOSE, asked.purposes),
        until=stamp(question.until),
        texts=[from_shown(version) for version in question.shown.texts],
        replaces=None
        if replaced is None
        else own_consent(
            Held(replaced, replaced.consent.at, ConsentState.ACTIVE, question.grounds.regimes),
            (),
            question.at,
            names=True,
        ),
        second_secret_is_mandatory=question.in_danger,
        wordings=[
            client_pb2.Wording(language=language, variety=variety) for language, variety in question.shown.wordings
        ],
        sitting=[
            client_pb2.SittingQuestion(
                consent_request_id=str(each.consent_request_id),
                recipient_id=str(each.recipient_id),
                state=number(REQUEST_STATE, state_of(each, question.at)),
            )
            for each in question.sitting
        ],
        participant_ids=map(str, sorted(asked.participants)),
        to_confirm=None if question.waiting is None else _as_confirmed(question.waiting, question),
    )


def _as_confirmed(waiting: ConsentRecord, question: Question) -> client_pb2.OwnConsent:
    """What she would confirm: as it will be, not as little as may go until then."""
    consent = replace(waiting.consent, unconfirmed_since=None)
    held = Held(replace(waiting, consent=consent), consent.at, ConsentState.ACTIVE, question.grounds.regimes)
    return own_consent(held, (), question.at, names=True)
