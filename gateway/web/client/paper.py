"""The question on paper, for a client who would rather decide by hand."""

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, Response

from gateway.api.v1.client.consent_request import ConsentRequest
from gateway.api.v1.dependencies import PartsOf
from gateway.web.client.wording import question_of
from gateway.web.dependencies import ClientOf
from gateway.web.documents.download import as_pdf
from gateway.web.documents.sheet import Question, SheetText, sheet
from gateway.web.documents.wording import nearest_wording
from services.common.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/question/pdf")
async def printed(client: ClientOf, having: PartsOf) -> Response:
    """The sheet in the words that she reads, with all the texts and nothing ticked. It decides nothing."""
    asked = await question_of(client, having)
    if asked.state != "requested" or not asked.texts:
        raise NotFound
    return as_pdf(await asyncio.to_thread(sheet, _on_paper(asked), datetime.now(UTC)))


def _on_paper(asked: ConsentRequest) -> Question:
    language, variety = asked.texts[0].language, asked.texts[0].variety
    return Question(
        wording=nearest_wording((language, variety)),
        texts=tuple(SheetText(text.subject, text.title, text.body, text.content_hash) for text in asked.texts),
        categories=tuple((each.category, tuple(each.labels)) for each in asked.categories),
        discloser=asked.discloser.name,
        recipient=asked.recipient.name,
        reference=asked.consent_request_id[:8],
        demo=any(text.demo for text in asked.texts),
        reviewed=all(text.reviewed for text in asked.texts),
        participants=tuple(each.name for each in asked.participants),
    )
