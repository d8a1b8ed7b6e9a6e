"""Choosing the language, on both hosts."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.api.v1.dependencies import PartsOf
from gateway.identity import cookies, csrf
from gateway.identity.paths import local_path
from gateway.web.dependencies import origin_of
from gateway.web.forms import Form
from gateway.web.language import offered

router = APIRouter(include_in_schema=False)


@router.post("/language")
async def choose(request: Request, having: PartsOf) -> Response:
    """Remember it until the browser is closed and go back to the page, for whoever comes from our own pages.

    It needs no session, so its proof is where it came from: all that it can do is to change a language.
    """
    csrf.check_origin(request, origin_of(request, having))
    form = await Form.of(request)
    response = RedirectResponse(local_path(form.text("back")), 303)
    if (chosen := form.text("language")) in offered(request):
        cookies.set_cookie(response, cookies.LANGUAGE, chosen)
    return response
