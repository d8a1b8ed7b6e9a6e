"""Her receipts: a list, each as a page that can be printed, as a PDF to take along, and as a signed file."""

import asyncio

from fastapi import APIRouter, Response

from gateway.api.v1.client.consent_request import LanguageQuery, VarietyQuery
from gateway.api.v1.client.receipts import acts, document, own_receipt, receipt_in_both_forms
from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.languages import separator_of
from gateway.web.dependencies import ClientOf
from gateway.web.documents.download import as_pdf
from gateway.web.documents.receipt import facts, receipt_pdf
from gateway.web.documents.wording import WORDINGS, Wording, nearest_wording
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
    content = client.session.content
    reads = client.reader if content.text_language else client.reader.asked_in(found.language, "standard")
    return page(
        client.reader,
        "client/receipt.html",
        receipt=found,
        rows=[
            (fact.label, separator_of(client.reader.language).join(fact.values))
            for fact in facts(found, Wording.named(client.reader.language))
        ],
        wordings=WORDINGS,
        hers=Wording.named(reads.language),
        back="/mine/receipts" if "see" in content.scopes else "/question",
        sees_names="see-names" in content.scopes,
    )


@router.get("/receipts/{receipt_id}/file")
async def as_file(receipt_id: Id, client: ClientOf, having: PartsOf) -> Response:
    """The signed document, to be checked by anybody who has the public key."""
    return await document(receipt_id, having.clients, client.session)


@router.get("/receipts/{receipt_id}/pdf")
async def on_paper(
    receipt_id: Id, _: ClientOf, having: PartsOf, language: LanguageQuery = "", variety: VarietyQuery = ""
) -> Response:
    """To print or to keep, in the words that she chose, with the signed document inside."""
    found, signed = await receipt_in_both_forms(receipt_id, having.clients)
    wording = nearest_wording((language or found.language, variety or "standard"))
    return as_pdf(await asyncio.to_thread(receipt_pdf, found, signed, wording))
