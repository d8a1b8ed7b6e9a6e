"""Several candidates on the counsellor's pages: asked about together, and after a decline the next is a click away."""

from __future__ import annotations

from tests.integration.gateway.test_after_withdrawal import House, house
from tests.integration.gateway.test_coordinator import form_of, opened, send
from tests.integration.referrals.test_candidates import draft_to, next_in_sitting
from tests.integration.referrals.world import CONTACT, COVER, RECIPIENT, THIRD

__all__ = ["house"]


async def test_two_candidates_are_asked_about_at_once_and_after_a_decline_the_next_is_one_click_away(
    house: House,
) -> None:
    world = house.services
    case = await world.dossier(CONTACT)
    first, second = await draft_to(world, case, RECIPIENT), await draft_to(world, case, THIRD)
    desk, page = await house.desk(world.discloser), f"/verweisungen/{first.referral_id}"
    shown = await opened(desk, page)
    assert f'value="{second.referral_id}"' in shown
    fields = [each for each in form_of(shown, f"{page}/einwilligung") if each[0] != "text_language"]
    asked = await send(
        desk, f"{page}/einwilligung", [*fields, ("text_language", "de"), ("further", second.referral_id)]
    )
    code = asked.text.partition('id="access-code">')[2].partition("<")[0]
    token = await world.redeem(code)
    await world.decide(token, yes=(COVER, CONTACT))
    await world.decide(await next_in_sitting(world, token), yes=(COVER, CONTACT))

    sent = await world.send(first)
    assert "The next candidate" not in await opened(desk, page)
    await world.decline(await world.get(sent.referral.referral_id, world.recipient))
    action = f"/verweisungen/{second.referral_id}/senden"
    answer = await send(desk, action, form_of(await opened(desk, page), action))
    assert answer.status_code in {200, 303}
    assert [each.referral_id for each in await world.inbox(world.third)] == [second.referral_id]
    assert "The next candidate" not in await opened(desk, page)
