"""Each RPC with the number of somebody else's object, and with one that never was: both get the same answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from google.protobuf.message import Message
from lotse.consent.v1 import client_pb2, decision_pb2, recording_pb2, request_pb2, text_draft_pb2, text_pb2

from services.common.errors import LotseError
from services.common.protobuf.times import to_timestamp
from tests.integration.consent.world import CONTACT, COVER, READ_BACK, Asked, Counsellor, World, an_item, bearer

STRANGER = Counsellor(uuid4())


@dataclass(frozen=True)
class Place:
    """Numbers of objects, of a case that is there or of none."""

    case: str
    referral: str
    consent_request: str
    consent: str
    withdrawal: str
    receipt: str

    @classmethod
    def nowhere(cls) -> Place:
        return cls(*(str(uuid4()) for _ in range(6)))


Ask = Callable[[World, Place], Awaitable[Message]]


def _circumstances(world: World, place: Place) -> decision_pb2.Circumstances:
    return world.circumstances(Asked(UUID(place.case), UUID(place.referral), "", ""))


STAFF: dict[str, tuple[Ask, str]] = {
    "ConsentRequestService/CancelRequest": (
        lambda w, p: w.requests.CancelRequest(
            request_pb2.CancelRequestRequest(
                request_id=str(uuid4()), case_id=p.case, consent_request_id=p.consent_request
            ),
            metadata=w.as_staff(STRANGER),
        ),
        "NOT_FOUND",
    ),
    "ConsentRequestService/GetRequest": (
        lambda w, p: w.requests.GetRequest(
            request_pb2.GetRequestRequest(case_id=p.case, referral_id=p.referral), metadata=w.as_staff(STRANGER)
        ),
        "NOT_FOUND",
    ),
    "ConsentRequestService/WithdrawForClient": (
        lambda w, p: w.requests.WithdrawForClient(
            request_pb2.WithdrawForClientRequest(
                request_id=str(uuid4()),
                case_id=p.case,
                discloser_id=str(w.discloser.agency),
                recipient_id=str(w.recipient.agency),
            ),
            metadata=w.as_staff(STRANGER),
        ),
        "NOT_FOUND",
    ),
    "ConsentRequestService/PreviewWithdrawalForClient": (
        lambda w, p: w.requests.PreviewWithdrawalForClient(
            request_pb2.PreviewWithdrawalForClientRequest(
                case_id=p.case, discloser_id=str(w.discloser.agency), recipient_id=str(w.recipient.agency)
            ),
            metadata=w.as_staff(STRANGER),
        ),
        "NOT_FOUND",
    ),
    "ConsentRequestService/ReduceConsentForClient": (
        lambda w, p: w.requests.ReduceConsentForClient(
            request_pb2.ReduceConsentForClientRequest(
                request_id=str(uuid4()),
                case_id=p.case,
                discloser_id=str(w.discloser.agency),
                recipient_id=str(w.recipient.agency),
                valid_until=to_timestamp(datetime.now(UTC) + timedelta(days=1)),
            ),
            metadata=w.as_staff(STRANGER),
        ),
        "NOT_FOUND",
    ),
    "ConsentRequestService/ReinstateConsentForClient": (
        lambda w, p: w.requests.ReinstateConsentForClient(
            request_pb2.ReinstateConsentForClientRequest(
                request_id=str(uuid4()), case_id=p.case, withdrawal_id=p.withdrawal
            ),
            metadata=w.as_staff(STRANGER),
        ),
        "NOT_FOUND",
    ),
    "ConsentRequestService/FindReceipt": (
        lambda w, p: w.requests.FindReceipt(
            request_pb2.FindReceiptRequest(receipt_id=p.receipt), metadata=w.as_staff(STRANGER)
        ),
        "NOT_FOUND",
    ),
    "ConsentRequestService/GetRequestTexts": (
        lambda w, p: w.requests.GetRequestTexts(
            request_pb2.GetRequestTextsRequest(case_id=p.case, consent_request_id=p.consent_request),
            metadata=w.as_staff(STRANGER),
        ),
        "NOT_FOUND",
    ),
    "ConsentRequestService/RecordDecisionForClient": (
        lambda w, p: w.requests.RecordDecisionForClient(
            request_pb2.RecordDecisionForClientRequest(
                request_id=str(uuid4()),
                case_id=p.case,
                consent_request_id=p.consent_request,
                way=request_pb2.DECISION_WAY_ORAL,
                evidence=[READ_BACK],
            ),
            metadata=w.as_staff(STRANGER),
        ),
        "NOT_FOUND",
    ),
    "ConsentRequestService/CreateConfirmationCode": (
        lambda w, p: w.requests.CreateConfirmationCode(
            request_pb2.CreateConfirmationCodeRequest(
                request_id=str(uuid4()), case_id=p.case, consent_request_id=p.consent_request
            ),
            metadata=w.as_staff(STRANGER),
        ),
        "NOT_FOUND",
    ),
    "ConsentDecisionService/Disclose": (
        lambda w, p: w.decisions.Disclose(
            decision_pb2.DiscloseRequest(
                request_id=str(uuid4()), circumstances=_circumstances(w, p), items=[an_item(CONTACT)]
            ),
            metadata=w.as_staff(STRANGER),
        ),
        "PERMISSION_DENIED",
    ),
    "ConsentDecisionService/Decide": (
        lambda w, p: w.decisions.Decide(
            decision_pb2.DecideRequest(
                queries=[decision_pb2.DecisionQuery(circumstances=_circumstances(w, p), items=[an_item(CONTACT)])]
            ),
            metadata=w.as_staff(STRANGER),
        ),
        "PERMISSION_DENIED",
    ),
}
SERVICE: dict[str, tuple[Ask, str]] = {
    "ConsentDecisionService/AcknowledgeWithdrawal": (
        lambda w, p: w.decisions.AcknowledgeWithdrawal(
            decision_pb2.AcknowledgeWithdrawalRequest(
                request_id=str(uuid4()),
                case_id=p.case,
                withdrawal_id=str(uuid4()),
                step=decision_pb2.WITHDRAWAL_STEP_KEYS_DESTROYED,
            )
        ),
        "NOT_FOUND",
    ),
}
OF_THE_TOKEN = {
    f"ConsentClientService/{name}"
    for name in (
        "Redeem", "RenewToken", "GetOwnRequest", "RecordDecision", "TakePass", "ConfirmSecondSecret", "ListOwnConsents",
        "ListOwnActs", "ListOwnDisclosures", "ConfirmDecision", "NextInSitting",
    )
} | {"ConsentExplanationService/ExplainOwnConsents"}  # fmt: skip
"""No number comes from the caller: the case is the token's."""
OF_NO_CASE = {
    "ConsentDecisionService/ListChanges",
    "ConsentTextService/PublishText",
    "ConsentTextService/RetireText",
    "ConsentTextService/ListTexts",
    "ConsentTextService/ReviewText",
    "ConsentTextService/GetRenderedText",
    "ConsentTextDraftService/WriteTextDraft",
    "ConsentTextDraftService/GetTextDraft",
    "ConsentTextDraftService/ListTextDrafts",
    "ConsentTextDraftService/SignTextDraft",
    "ConsentTextDraftService/PublishTextDraft",
    "ConsentTextDraftService/DiscardTextDraft",
    "ConsentTextDraftService/ListTextActs",
    "ConsentRecordingService/PutRecording",
    "ConsentRecordingService/RemoveRecording",
    "ConsentRecordingService/GetRecording",
    "ConsentKeyService/ListPublicKeys",
}
OF_SERVICES_ONLY = {"ConsentRequestService/EndUnused"}
"""Shown in test_sittings.py: a case that is not the referral's has nothing to end."""
BELOW = {
    "ConsentRequestService/CreateRequest",
    "ConsentClientService/Withdraw",
    "ConsentClientService/ReinstateConsent",
    "ConsentClientService/ReduceConsent",
    "ConsentClientService/GetOwnReceipt",
}


def test_every_rpc_has_its_row_here() -> None:
    files = (client_pb2, decision_pb2, recording_pb2, request_pb2, text_draft_pb2, text_pb2)
    services = [service for file in files for service in file.DESCRIPTOR.services_by_name.values()]
    methods = {f"{service.name}/{method.name}" for service in services for method in service.methods}
    assert methods == {*STAFF, *SERVICE, *OF_THE_TOKEN, *OF_NO_CASE, *OF_SERVICES_ONLY, *BELOW}


async def a_place(world: World) -> Place:
    """A case that was asked about, permitted, and of which a part was taken back."""
    asked = await world.ask(COVER, CONTACT)
    token = await world.redeem(await world.take_pass(await world.grant(asked, COVER, CONTACT)))
    done = await world.withdraw(token, categories=[COVER])
    consent = done.consents[0]
    return Place(
        str(asked.case),
        str(asked.referral),
        asked.consent_request_id,
        consent.consent_id,
        consent.withdrawals[0].withdrawal_id,
        done.receipts[0].receipt_id,
    )


@pytest.mark.parametrize(("name", "ask", "reason"), [(name, *row) for name, row in (STAFF | SERVICE).items()])
async def test_a_strangers_question_is_answered_as_for_nothing(world: World, name: str, ask: Ask, reason: str) -> None:
    answers = []
    for place in (await a_place(world), Place.nowhere()):
        with pytest.raises(LotseError) as refused:
            await ask(world, place)
        answers.append((refused.value.reason, str(refused.value), dict(refused.value.metadata)))
    assert answers[0] == answers[1]
    assert answers[0][0] == reason


async def test_nobody_asks_about_the_case_of_another_agency(world: World) -> None:
    place = await a_place(world)
    with pytest.raises(LotseError) as refused:
        await world.ask(COVER, by=STRANGER, case=UUID(place.case))
    assert refused.value.reason == "NOT_FOUND"


async def test_nobody_takes_the_withdrawal_of_another_client_back(world: World) -> None:
    place = await a_place(world)
    other = await world.ask(COVER)
    pass_ = await world.take_pass(await world.grant(other, COVER), "493817")
    token = await world.confirm(await world.redeem(pass_), "493817")
    for withdrawal_id in (place.withdrawal, str(uuid4())):
        with pytest.raises(LotseError) as refused:
            await world.clients.ReinstateConsent(
                client_pb2.ReinstateConsentRequest(request_id=str(uuid4()), withdrawal_id=withdrawal_id),
                metadata=bearer(token),
            )
        assert refused.value.reason == "NOT_FOUND"


async def test_nobody_reads_the_receipt_of_another_client(world: World) -> None:
    place = await a_place(world)
    other = await world.ask(COVER)
    token = await world.redeem(await world.take_pass(await world.grant(other, COVER)))
    for receipt_id in (place.receipt, str(uuid4())):
        with pytest.raises(LotseError) as refused:
            await world.clients.GetOwnReceipt(
                client_pb2.GetOwnReceiptRequest(receipt_id=receipt_id), metadata=bearer(token)
            )
        assert refused.value.reason == "NOT_FOUND"


async def test_nobody_ends_the_consent_of_another_client_earlier(world: World) -> None:
    place = await a_place(world)
    other = await world.ask(COVER)
    token = await world.redeem(await world.take_pass(await world.grant(other, COVER)))
    until = to_timestamp(datetime.now(UTC) + timedelta(days=1))
    for consent_id in (place.consent, str(uuid4())):
        with pytest.raises(LotseError) as refused:
            await world.clients.ReduceConsent(
                client_pb2.ReduceConsentRequest(request_id=str(uuid4()), consent_id=consent_id, valid_until=until),
                metadata=bearer(token),
            )
        assert refused.value.reason == "NOT_FOUND"


async def test_nobody_withdraws_the_consent_of_another_client(world: World) -> None:
    place = await a_place(world)
    other = await world.ask(COVER, CONTACT)
    token = await world.redeem(await world.take_pass(await world.grant(other, COVER)))
    for consent_id in (place.consent, str(uuid4())):
        with pytest.raises(LotseError) as refused:
            await world.clients.Withdraw(
                client_pb2.WithdrawRequest(request_id=str(uuid4()), consent_id=consent_id), metadata=bearer(token)
            )
        assert refused.value.reason == "NOT_FOUND"
    assert await world.permits(Asked(UUID(place.case), UUID(place.referral), "", ""), CONTACT) == [True]
