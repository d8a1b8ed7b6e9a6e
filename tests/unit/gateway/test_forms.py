"""What a form sent: kept as it was typed, with what is wrong at its field, and never in a message."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from starlette.requests import Request

from gateway.api.v1.staff.referrals import Draft
from gateway.errors import RepeatKeyRequired
from gateway.web.forms import Form, body_of
from gateway.web.rendering import Reader, page
from services.common.errors import FieldViolation, InvalidArgument

PLANTED = "Beispielname"


def request(body: bytes) -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "method": "POST", "headers": [], "path": "/"}, receive)


async def test_values_are_kept_as_they_were_typed() -> None:
    form = await Form.of(request(b"a=+x+&a=y&note=eins%0D%0Azwei&leer="))
    assert form.texts("a") == [" x ", "y"]
    assert form.text("note") == "eins\nzwei"
    assert form.text("leer", "sonst") == ""
    assert form.text("fehlt", "sonst") == "sonst"


@pytest.mark.parametrize("body", [b"a=%ff", b"&".join(b"a=1" for _ in range(3001)), b"\xff=1"])
async def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidArgument):
        await Form.of(request(body))


def test_a_secret_number_may_be_typed_in_the_digits_of_any_script() -> None:
    persian, arabic = ("".join(chr(zero + digit) for digit in (1, 2, 3, 4, 5, 6)) for zero in (0x06F0, 0x0660))
    for typed in (persian, arabic, " 123456 "):
        assert Form.showing(second_secret=typed).digits("second_secret") == "123456"
    assert Form.showing(second_secret="12a").digits("second_secret") == "12a"


def test_nothing_of_it_is_printed() -> None:
    assert PLANTED not in repr(Form.showing(name=PLANTED))


@pytest.mark.parametrize("typed", ["-1", "1e3", "9" * 12, "\u0661"])
def test_a_number_that_is_none_is_said_at_its_field(typed: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        Form.showing(radius_km=typed).number("radius_km")
    assert list(refused.value.violations) == [FieldViolation("radius_km", "not-a-number")]


def test_a_form_without_a_repeat_key_is_refused() -> None:
    assert Form.showing(repeat_key=str(uuid4())).repeat_key
    with pytest.raises(RepeatKeyRequired):
        _ = Form.showing(repeat_key=PLANTED).repeat_key


def test_faults_stand_at_the_fields_of_the_form() -> None:
    sheet = {"topics": [], "urgency": "normal", "language": PLANTED}
    with pytest.raises(InvalidArgument) as refused:
        body_of(Draft, {"recipient_id": "x", "cover_sheet": sheet})
    names = {"cover_sheet.topics": "topics", "cover_sheet.language": "language"}
    form = Form.showing(language=PLANTED).with_faults(refused.value, "de", names)
    assert {fault.field for fault in form.faults} == {"recipient_id", "topics", "language"}
    assert PLANTED not in str(form.faults)
    assert form.text("language") == PLANTED


def test_what_was_typed_is_shown_again_escaped_and_the_title_says_that_there_is_a_fault() -> None:
    typed = '"><script>alert(1)</script>'
    form = Form.showing(code=typed).with_faults(InvalidArgument(violations=[FieldViolation("code", "missing")]), "de")
    text = bytes(page(Reader("de"), "client/code.html", form=form).body).decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert "<title>Fehler: " in text
    assert 'aria-describedby="code-fault"' in text
