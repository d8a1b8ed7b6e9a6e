"""Her acts, and a receipt of each: to read, and as a signed file to keep and to check."""

from datetime import datetime

from fastapi import APIRouter, Response
from lotse.consent.v1 import client_pb2
from lotse.vocabulary.v1 import vocabulary_pb2
from pydantic import Field

from gateway.api.v1.dependencies import ClientSessionOf, ClientsOf
from gateway.api.v1.names import names_if_there
from gateway.api.v1.schemas import Answer, Id, category, moment, word
from gateway.clients import Clients

router = APIRouter(prefix="/api/v1", tags=["her list"])
JSON_LD = "application/ld+json"


class Act(Answer):
    """Something that she decided. `consent_id` is "" for a refusal, `recipient` without her second secret."""

    receipt_id: str
    kind: str
    at: datetime | None
    consent_id: str
    recipient: str
    another_agency_took_it: bool = Field(default=False, description="Nobody took it back: it ended unused.")


class Acts(Answer):
    """All of them."""

    acts: list[Act]


class OwnReceipt(Answer):
    """A receipt in words."""

    act: Act
    discloser: str
    permitted: list[str]
    refused: list[str]
    ended: list[str]
    way_back: str
    secrecy_release_forward: bool
    secrecy_release_back: bool
    valid_until: datetime | None
    language: str
    text_hashes: list[str]
    is_in_log: bool


@router.get("/acts", summary="All that she decided")
async def acts(having: ClientsOf, _: ClientSessionOf) -> Acts:
    """Newest first, each with the number of its receipt."""
    found = await having.consent.ListOwnActs(client_pb2.ListOwnActsRequest())
    names = await names_if_there(having, [act.recipient_id for act in found.acts])
    return Acts(acts=[_act(act, names) for act in found.acts])


@router.get("/receipts/{receipt_id}", summary="A receipt in words")
async def own_receipt(receipt_id: Id, having: ClientsOf, _: ClientSessionOf) -> OwnReceipt:
    """Without names until the second secret was given."""
    receipt, _signed = await receipt_in_both_forms(receipt_id, having)
    return receipt


async def receipt_in_both_forms(receipt_id: str, having: Clients) -> tuple[OwnReceipt, str]:
    """A receipt in words, and the signed document that says the same."""
    found = await having.consent.GetOwnReceipt(client_pb2.GetOwnReceiptRequest(receipt_id=receipt_id))
    names = await names_if_there(having, [found.act.recipient_id, found.discloser_id])
    receipt = OwnReceipt(
        act=_act(found.act, names),
        discloser=names[found.discloser_id],
        permitted=[category(value) for value in found.permitted],
        refused=[category(value) for value in found.refused],
        ended=[category(value) for value in found.ended],
        way_back=word(vocabulary_pb2.WayBack, found.way_back),
        secrecy_release_forward=found.secrecy_release_forward,
        secrecy_release_back=found.secrecy_release_back,
        valid_until=moment(found.valid_until, present=found.HasField("valid_until")),
        language=found.language,
        text_hashes=list(found.text_hashes),
        is_in_log=found.is_in_log,
    )
    return receipt, found.document


@router.get(
    "/receipts/{receipt_id}/document",
    summary="A receipt as signed JSON-LD",
    response_class=Response,
    responses={200: {"content": {JSON_LD: {}}, "description": "After ISO/IEC TS 27560 in terms of DPV."}},
)
async def document(receipt_id: Id, having: ClientsOf, _: ClientSessionOf) -> Response:
    """Anybody can check it with the public key alone: `lotse receipt verify`. The name of the file says nothing."""
    found = await having.consent.GetOwnReceipt(client_pb2.GetOwnReceiptRequest(receipt_id=receipt_id))
    headers = {"Content-Disposition": 'attachment; filename="document.jsonld"'}
    return Response(found.document, media_type=JSON_LD, headers=headers)


def _act(act: client_pb2.OwnAct, names: dict[str, str]) -> Act:
    return Act(
        receipt_id=act.receipt_id,
        kind=word(client_pb2.ActKind, act.kind),
        at=moment(act.at),
        consent_id=act.consent_id,
        recipient=names[act.recipient_id],
        another_agency_took_it=act.another_agency_took_it,
    )
