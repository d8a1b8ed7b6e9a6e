"""Who can see what, in plain words."""

from fastapi import APIRouter, Response

from gateway.api.v1.client.who_sees import who_sees
from gateway.api.v1.dependencies import PartsOf
from gateway.web.client.naming import own_name_checks
from gateway.web.dependencies import ClientOf
from gateway.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/mine/who")
async def shown(client: ClientOf, having: PartsOf) -> Response:
    """What each agency can see now and what not, each with the reason, and where a name is still to be looked up."""
    found = await who_sees(having.clients, client.session)
    return page(client.reader, "client/who_sees.html", found=found, name_checks=await own_name_checks(having))
