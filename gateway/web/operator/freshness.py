"""How old the entries of agencies are."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.staff.operation import OrderQuery, PageToken, freshness
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form
from gateway.web.rendering import page

router = APIRouter(include_in_schema=False)
_ENTRIES = 50


@router.get("/betrieb/frische")
async def entries(
    reader: StaffOf,
    having: PartsOf,
    reihenfolge: OrderQuery = "",
    nur: Annotated[str, Query(pattern="^(unbestaetigt)?$")] = "",
    page_token: PageToken = "",
) -> Response:
    """The longest unconfirmed first, unless asked otherwise."""
    found = await freshness(
        having.clients, reihenfolge, only_unconfirmed=bool(nur), page_size=_ENTRIES, page_token=page_token
    )
    form = Form.showing(reihenfolge=reihenfolge, nur=nur)
    return page(reader, "operator/freshness.html", form=form, found=found)
