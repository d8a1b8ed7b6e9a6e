"""Pages that say what happened and what to do next."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.errors import FormOutdated, SessionEnded, SessionLocked, problem_body, problem_headers
from gateway.web.forms import CSRF_FIELD
from gateway.web.language import language
from gateway.web.rendering import Reader, page
from services.common.errors import FreshLoginRequired, LotseError, StrongerLoginRequired

_STEP_UP = "&second_factor=true&fresh=true"
"""What leads to a login that every page takes: with password and second factor, now."""


_MENDED_BY_LOGIN = SessionEnded | FormOutdated | FreshLoginRequired | StrongerLoginRequired


def problem_page(error: LotseError, request: Request) -> Response:
    """The page for an error. Who has no session and only wanted to read is sent to where one begins."""
    side = request.scope.get("lotse_side", "")
    again = _sent_before(error, request)
    if isinstance(error, SessionLocked):
        return RedirectResponse("/uebergeben", 303)
    if isinstance(error, SessionEnded) and again is None and side == "staff":
        return RedirectResponse(f"/login?return={quote(request.url.path, safe='')}", 303)
    too_weak = side == "staff" and isinstance(error, FreshLoginRequired | StrongerLoginRequired)
    csrf = "" if too_weak else getattr(request.state, "csrf", "")  # a new login begins a session with new forms
    reader = Reader(language(request), csrf=csrf, at=request.url.path)
    body = problem_body(error, reader.language)
    answer = page(
        reader,
        "problem.html",
        status=body["status"],
        layout="client/layout.html" if side == "client" else "counsellor/layout.html",
        title=body["title"],
        next_step=body["detail"],
        facts=[],
        incident=body.get("instance", "").removeprefix("urn:uuid:"),
        again=again,
        enter=f"/login?return=/logged-in{_STEP_UP if too_weak else ''}" if side == "staff" else "/",
        stronger=f"/login?return={quote(request.url.path, safe='')}{_STEP_UP}" if too_weak and again is None else "",
    )
    answer.headers.update(problem_headers(error, reader.language))
    return answer


def _sent_before(error: LotseError, request: Request) -> list[tuple[str, str]] | None:
    """What was typed into a form that came too late, to be sent again with one click; None where that cannot help."""
    form = getattr(request.state, "form", None)
    if request.method != "POST" or form is None or not isinstance(error, _MENDED_BY_LOGIN):
        return None
    return [(name, value) for name, values in form.values.items() for value in values if name != CSRF_FIELD]
