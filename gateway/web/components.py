"""All components on one page, to look at while changing them; not there in production."""

from fastapi import APIRouter, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.web.dependencies import VisitorOf
from gateway.web.forms import Fault, Form
from gateway.web.rendering import page
from services.common.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/components")
async def components(reader: VisitorOf, having: PartsOf) -> Response:
    """Each component as the pages use it, also with a fault."""
    if having.settings.production:
        raise NotFound
    faulty = Form({"text": ("4711",)}, (Fault("text", "…"), Fault("choice", "…")))
    return page(reader, "components.html", form=faulty, plain=Form.showing(text="4711", choice="b", boxes=["a"]))
