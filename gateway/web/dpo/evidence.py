"""The evidence of a case: found by a number, taken away as a file."""

from fastapi import APIRouter, Response

from gateway.api.v1.dependencies import PartsOf
from gateway.api.v1.schemas import Id
from gateway.api.v1.staff.audit import FoundCase, Number, as_file, export_evidence, find_evidence
from gateway.web.dependencies import StaffOf
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from services.common.errors import FieldViolation, InvalidArgument, NotFound

router = APIRouter(include_in_schema=False)
_NOT_FOUND = "no-such-number"


@router.get("/datenschutz/nachweis")
async def form(reader: StaffOf) -> Response:
    """By which number."""
    return _form(reader, Form())


@router.post("/datenschutz/nachweis")
async def find(reader: StaffOf, having: PartsOf) -> Response:
    """The case, with what there is to take away. By POST, so that no number stands in an address."""
    sent = reader.form
    try:
        wanted = body_of(Number, {"number": sent.text("number").lower()})
        found = await find_evidence(wanted, having.clients)
    except InvalidArgument as error:
        return _form(reader, sent.with_faults(error, reader.language), status=400)
    except NotFound:
        nowhere = InvalidArgument(violations=[FieldViolation("number", _NOT_FOUND)])
        return _form(reader, sent.with_faults(nowhere, reader.language), status=404)
    return _form(reader, sent, found=found)


@router.post("/datenschutz/nachweis/{case_id}/datei")
async def file(case_id: Id, reader: StaffOf, having: PartsOf) -> Response:
    """The file."""
    return as_file(await export_evidence(case_id, having.clients, reader.form.repeat_key))


def _form(reader: Reader, form: Form, *, found: FoundCase | None = None, status: int = 200) -> Response:
    return page(reader.at_page("/datenschutz/nachweis"), "dpo/evidence.html", status=status, form=form, found=found)
