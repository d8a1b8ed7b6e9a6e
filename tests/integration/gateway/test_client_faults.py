"""A client's slips and accidents: mistyped, pressed twice, gone back, too late, on two telephones."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from tests.integration.consent.world import Asked
from tests.integration.gateway.phone import Phone
from tests.integration.gateway.test_client_wording import answer_all, look, send
from tests.integration.gateway.test_own_pages import Reading


async def about_to_decide(phone: Phone) -> Asked:
    """She has seen everything, said yes to all of it, and holds the last page."""
    asked = await phone.asked()
    await phone.enter(asked.access_code)
    await look(phone)
    await answer_all(phone)
    assert (await look(phone, "/question/check")).status_code == 200
    return asked


async def decisions(phone: Phone, asked: Asked) -> list[str]:
    """What is written down of a case, in order."""
    async with phone.consent.database.administered() as admin:
        rows = await admin.fetch(
            "select act, at from consent_revision where case_id = $1 "
            "union all select 'refused', at from refusal where case_id = $1 order by at",
            asked.case,
        )
    return [row["act"] for row in rows]


async def test_a_mistyped_code_is_named_stays_in_the_field_and_counts_for_nothing(phone: Phone) -> None:
    asked, reading = await phone.asked(), Reading(phone)
    await reading.open("/")
    most = phone.gateway.settings.redeem_attempts_per_hour
    for _ in range(most + 1):
        await reading.press("/", status=400, code=asked.access_code[:-1])
        assert "has 9 characters. A code has 10, a pass 20" in reading.text
        assert f'value="{asked.access_code[:-1]}"' in reading.text
    await reading.press("/", status=400, code="<" + asked.access_code[1:])
    assert "holds a character that is in no code: &lt;" in reading.text
    await reading.press("/", code=asked.access_code.lower().replace("0", "o").replace("1", "l"))
    assert reading.page is not None
    assert reading.page.url.path == "/question"


async def test_pressed_twice_it_is_one_decision_with_one_receipt(phone: Phone) -> None:
    asked = await about_to_decide(phone)
    key = str(uuid4())
    first, second = await asyncio.gather(*(send(phone, "/question/decide", repeat_key=key) for _ in range(2)))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.text.count("/receipts/") == second.text.count("/receipts/") > 0
    assert await decisions(phone, asked) == ["granted"]


async def test_gone_back_before_deciding_the_last_answer_counts(phone: Phone) -> None:
    asked = await about_to_decide(phone)
    for name in ("cover-sheet", "contact", "health"):
        await send(phone, f"/question/{name}", answer="no")
    await send(phone, "/question/way-back", answer="nothing")
    assert "You said no" in (await send(phone, "/question/decide")).text
    assert await decisions(phone, asked) == ["refused"]


async def test_the_telephone_on_which_she_began_decides_nothing_once_another_has_the_code(phone: Phone) -> None:
    asked = await about_to_decide(phone)
    other = phone.gateway.client()
    assert (await phone.enter(asked.access_code, other)).status_code == 201
    ended = await send(phone, "/question/decide")
    assert ended.status_code == 401
    assert await decisions(phone, asked) == []
    first, phone.browser = phone.browser, other
    await look(phone)
    await answer_all(phone)
    assert (await send(phone, "/question/decide")).status_code == 200
    phone.browser = first
    assert await decisions(phone, asked) == ["granted"]
