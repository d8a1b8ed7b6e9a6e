"""Her receipts: a list, each as a page that can be printed, and as a signed file."""

from fastapi import APIRouter, Response

from gateway.api.v1.client.receipts import acts, document, own_receipt
from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.web.dependencies import ClientOf
from gateway.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/mine/receipts")
async def listed(client: ClientOf, having: PartsOf) -> Response:
    """All that she decided."""
    found = await acts(having.clients, client.session)
    return page(client.reader, "client/receipts.html", acts=found.acts)


@router.get("/receipts/{receipt_id}")
async def shown(receipt_id: Id, client: ClientOf, having: PartsOf) -> Response:
    """One receipt. It opens with the session of the question as well, so that she can keep it at once."""
    found = await own_receipt(receipt_id, having.clients, client.session)
    scopes = client.session.content.scopes
    back = "/mine/receipts" if "see" in scopes else "/question"
    return page(client.reader, "client/receipt.html", receipt=found, back=back, sees_names="see-names" in scopes)


@router.get("/receipts/{receipt_id}/file")
async def as_file(receipt_id: Id, client: ClientOf, having: PartsOf) -> Response:
    """The signed document, to be checked by anybody who has the public key."""
    return await document(receipt_id, having.clients, client.session)
