"""What came of one withdrawal, and taking it back with the second secret."""

from fastapi import APIRouter, Response

from gateway.api.v1.client.own_list import Withdrawal, own_list
from gateway.api.v1.client.reinstatement import reinstate
from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.web.dependencies import Client, ClientOf
from gateway.web.rendering import page
from services.common.errors import LotseError, NotFound

router = APIRouter(include_in_schema=False)


@router.get("/mine/withdrawals/{withdrawal_id}")
async def one(withdrawal_id: Id, client: ClientOf, having: PartsOf) -> Response:
    """Each step that was done."""
    return await _shown(client, having, withdrawal_id)


@router.post("/mine/withdrawals/{withdrawal_id}")
async def take_back(withdrawal_id: Id, client: ClientOf, having: PartsOf) -> Response:
    """In force again; where it is too late the page says so."""
    try:
        done = await reinstate(withdrawal_id, having.clients, client.session, client.reader.form.repeat_key)
    except LotseError as error:
        if error.reason != "ILLEGAL_STATE":
            raise
        return await _shown(client, having, withdrawal_id, too_late=True, status=409)
    return page(client.reader.at_page("/mine"), "client/reinstated.html", receipt_id=done.receipt.receipt_id)


async def _shown(
    client: Client, having: PartsOf, withdrawal_id: str, *, too_late: bool = False, status: int = 200
) -> Response:
    found = await own_list(having.clients, client.session)
    withdrawal = _of(withdrawal_id, [each for consent in found.consents for each in consent.withdrawals])
    return page(
        client.reader,
        "client/withdrawal.html",
        status=status,
        withdrawal=withdrawal,
        sees_names="see-names" in client.session.content.scopes,
        too_late=too_late,
    )


def _of(withdrawal_id: str, withdrawals: list[Withdrawal]) -> Withdrawal:
    for each in withdrawals:
        if each.withdrawal_id == withdrawal_id:
            return each
    raise NotFound
