"""From one candidate of a sitting to the next, and what she decided about each."""

from contextlib import suppress
from dataclasses import dataclass

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.client.consent_request import ConsentRequest
from gateway.api.v1.client.sitting import begin_next
from gateway.api.v1.dependencies import PartsOf
from gateway.web.client.steps import OPEN
from gateway.web.dependencies import ClientOf
from services.common.errors import NotFound

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agency that she was asked about in this sitting, and what she decided."""

    name: str
    state: str
    is_this: bool


@router.post("/question/next")
async def onward(client: ClientOf, having: PartsOf) -> Response:
    """The next candidate of the same sitting; back to this one when none is left."""
    response = RedirectResponse("/question", 303)
    with suppress(NotFound):
        await begin_next(client.session, having, client.reader.form.repeat_key, response)
    return response


def candidates(asked: ConsentRequest, state: str = "") -> list[Candidate]:
    """All of the sitting in order; `state` is that of this question now, where it has changed since it was read."""
    return [
        Candidate(
            name=each.recipient.name,
            state=state if state and each.consent_request_id == asked.consent_request_id else each.state,
            is_this=each.consent_request_id == asked.consent_request_id,
        )
        for each in asked.sitting
    ]


def open_others(asked: ConsentRequest) -> int:
    """How many other questions of the sitting are open."""
    return sum(each.state == OPEN and not each.is_this for each in candidates(asked))
