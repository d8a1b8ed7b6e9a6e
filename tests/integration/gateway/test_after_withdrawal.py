"""What follows a withdrawal on the pages of both hosts, with all three services behind the gateway."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from lotse.consent.v1 import client_pb2

from tests.integration.consent.world import bearer
from tests.integration.directory.conftest import FILLED, prepared
from tests.integration.gateway.login_server import Login, running_login_server
from tests.integration.gateway.test_coordinator import PAGE, form_of, opened, send, set_field
from tests.integration.gateway.world import Browser, running_gateway
from tests.integration.gateway.world import World as Gateway
from tests.integration.referrals.after_withdrawal import (
    SECOND_SECRET,
    due_since,
    only,
    own_withdrawals,
    permitted_with_second_secret,
)
from tests.integration.referrals.house import a_world
from tests.integration.referrals.world import (
    CONTACT,
    DISCLOSER,
    HOUSING,
    RECIPIENT,
    THIRD,
    Offered,
    Worker,
    World,
    becomes,
)
from tests.support.postgres import DatabaseOf, Postgres, _drop_all
from tests.support.server import TestNetwork

NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass
class House:
    gateway: Gateway
    services: World

    async def desk(self, who: Worker) -> Browser:
        browser = self.gateway.staff()
        await self.gateway.log_in(browser, Login(who.person, who.agency, who.roles))
        return browser

    async def officer(self) -> Browser:
        return await self.desk(Worker(RECIPIENT, roles=("data-protection-officer",)))

    async def phone(self, offer: Offered, *, names: bool = False) -> Browser:
        browser = self.gateway.client()
        entered = await browser.post("/api/v1/session", {"secret": offer.client_pass})
        browser.csrf = entered.json()["csrf_token"]
        if names:
            await browser.post("/api/v1/second-secret", {"second_secret": SECOND_SECRET})
        return browser


@pytest.fixture
async def house(
    postgres: Postgres, database_of: DatabaseOf, network: TestNetwork, tmp_path: Path
) -> AsyncIterator[House]:
    directory = await prepared(postgres, network, FILLED)
    consent, content, keys = [await database_of(name) for name in ("consent", "referrals", "referrals_keys")]
    async with (
        running_login_server() as login_server,
        a_world(directory, consent, content, keys, network, tmp_path) as services,
    ):
        login_server.tokens, login_server.clock = services.issuer, services.clock
        async with running_gateway(tmp_path, await database_of("gateway"), network, login_server) as gateway:
            yield House(gateway, services)
    await _drop_all(postgres.admin_url, [urlsplit(directory.admin_url).path.lstrip("/")])


async def test_taking_back_at_the_desk_is_two_steps_and_ends_with_a_number_to_take_along(house: House) -> None:
    world = house.services
    offer = await world.in_progress(CONTACT)
    for who in (world.discloser, world.recipient):
        desk, action = await house.desk(who), f"/verweisungen/{offer.referral_id}/widerruf"
        assert action in await opened(desk, f"/verweisungen/{offer.referral_id}")
        before = await opened(desk, action)  # the first step says what it does
        assert "has seven days" in before
        done = await send(desk, action, form_of(before, action))  # the second does it: no more than a yes takes
        assert done.status_code == 200
        assert NUMBER.search(done.text.split("Number of the receipt")[1])
        assert "Kontakt" not in done.text
        await becomes(world.tasks, bool)  # until then the other side finds nothing of it, and afterwards its number
    assert only(await becomes(lambda: own_withdrawals(world, offer), bool)).everything
    draft = await world.draft((await world.dossier(CONTACT)).case_id, CONTACT)
    action = f"/verweisungen/{draft.referral_id}/widerruf"
    desk = await house.desk(world.discloser)
    nothing = await send(desk, action, form_of(await opened(desk, action), action))
    assert "nothing to take back" in nothing.text


async def test_a_part_and_an_earlier_end_are_two_steps_at_the_desk_as_well(house: House) -> None:
    world = house.services
    offer = await world.in_progress(CONTACT, HOUSING)
    desk, base = await house.desk(world.recipient), f"/verweisungen/{offer.referral_id}/widerruf"
    before = await opened(desk, base)
    of_contact = before.split('id="part-contact"')[1].split("<form")[0]
    ends, stays = of_contact.split("This can still be read there")
    assert "Contact" in ends
    assert "Contact" not in stays
    assert "Housing" in stays
    form = form_of(before, f"{base}/teil")
    unsaid = await send(desk, f"{base}/teil", set_field(form, "part", ""))
    assert unsaid.status_code == 400
    done = await send(desk, f"{base}/teil", set_field(form, "part", "contact"))
    assert NUMBER.search(done.text.split("Number of the receipt")[1])
    assert "What she did not take back stays as it was" in done.text
    taken = only(await becomes(lambda: own_withdrawals(world, offer), bool))
    assert (taken.everything, list(taken.categories)) == (False, [CONTACT])

    form = form_of(after := await opened(desk, base), f"{base}/ende")
    assert 'id="part-contact"' not in after
    late = await send(desk, f"{base}/ende", set_field(form, "last_day", "2999-01-01"))
    assert late.status_code == 400
    assert 'value="2999-01-01"' in late.text
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    done = await send(desk, f"{base}/ende", set_field(form, "last_day", day.isoformat()))
    assert NUMBER.search(done.text.split("Number of the receipt")[1])
    assert f'value="{day.isoformat()}"' in await opened(desk, base)


async def test_an_objection_goes_from_the_counsellor_to_the_officer_and_the_client_sees_it(house: House) -> None:
    world = house.services
    offer = await world.in_progress(CONTACT)
    await world.withdrawn(offer)
    task = only(await becomes(world.tasks, bool)).deletion_task_id
    desk, action = await house.desk(world.recipient), f"/loeschaufgaben/{task}/einspruch"
    empty = form_of(await opened(desk, "/loeschaufgaben"), action)
    refused = await send(desk, action, set_field(empty, f"note-{task}", "Bescheid vom März"))
    assert refused.status_code == 400
    assert "Bescheid vom März" in refused.text
    filled = set_field(set_field(empty, f"ground-{task}", "funding-proof"), f"note-{task}", "Bescheid vom März")
    assert (await send(desk, action, filled)).status_code == 303
    shown = await opened(desk, action)
    assert "Bescheid vom März" in shown
    assert f"{action}/ende" not in shown

    officer = await house.officer()
    assert action in await opened(officer, "/")
    assert "Bescheid vom März" in (page := await opened(officer, action))
    await becomes(lambda: own_withdrawals(world, offer), lambda found: found[0].HasField("objected_at"))
    one = only(await own_withdrawals(world, offer)).withdrawal_id
    phone = await house.phone(offer)
    assert "a law makes it keep something" in await opened(phone, f"/mine/withdrawals/{one}")

    await due_since(world)
    assert (await send(officer, f"{action}/ende", form_of(page, f"{action}/ende"))).status_code == 303
    assert await world.count_keys(world.recipient.agency, offer.referral_id) == 0


async def test_an_objection_that_keeps_one_category_is_told_to_her_with_its_name(house: House) -> None:
    world = house.services
    offer = await world.in_progress(CONTACT, HOUSING)
    await world.withdrawn(offer)
    task = only(await becomes(world.tasks, bool)).deletion_task_id
    desk, action = await house.desk(world.recipient), f"/loeschaufgaben/{task}/einspruch"
    form = set_field(form_of(await opened(desk, "/loeschaufgaben"), action), f"ground-{task}", "funding-proof")
    chosen = [*form, (f"kept-{task}", "housing")]
    unsaid = await send(desk, action, chosen)
    assert unsaid.status_code == 400
    assert f'href="#rest-{task}"' in unsaid.text
    assert re.search(r'value="housing" checked', unsaid.text)
    assert (await send(desk, action, [*chosen, (f"rest-{task}", "yes")])).status_code == 303
    assert "Housing" in await opened(desk, action)
    assert "Kept: Housing. Everything else is deleted." in await opened(desk, "/loeschaufgaben")

    one = only(await becomes(lambda: own_withdrawals(world, offer), lambda found: bool(found[0].kept))).withdrawal_id
    phone = await house.phone(offer)
    for path in (f"/mine/withdrawals/{one}", "/mine"):
        seen = await opened(phone, path)
        assert "The agency deleted a part, for good" in seen
        assert "<strong>Housing</strong>" in seen.split("a law makes it keep this")[1]


async def test_an_overdue_task_stands_on_the_desk_of_the_officer(house: House) -> None:
    world = house.services
    offer = await world.in_progress(CONTACT)
    await world.withdrawn(offer)
    await becomes(world.tasks, bool)
    officer = await house.officer()
    assert "not answered in time" not in await opened(officer, "/")
    await due_since(world)
    await becomes(lambda: opened(officer, "/"), lambda page: "1 deletion task was not answered in time" in page)
    desk = await house.desk(world.recipient)
    assert "not answered in time" not in await opened(desk, "/")
    task = only(await world.tasks()).deletion_task_id
    action = f"/loeschaufgaben/{task}"
    said = [*form_of(await opened(desk, "/loeschaufgaben"), action), (f"gone-{task}", "yes")]
    assert (await send(desk, action, said)).status_code == 303
    assert "not answered in time" not in await opened(officer, "/")


async def test_she_takes_a_withdrawal_back_with_her_second_secret_or_at_the_desk(house: House) -> None:
    world = house.services
    offer = await permitted_with_second_secret(world)
    offer = offer.at((await world.send(offer.referral)).referral)
    await world.withdrawn(offer)
    one = only(await becomes(lambda: own_withdrawals(world, offer), bool)).withdrawal_id
    phone, action = await house.phone(offer), f"/mine/withdrawals/{one}"
    assert f'action="{action}"' not in await opened(phone, action), "the pass alone is not enough"
    phone = await house.phone(offer, names=True)
    done = await send(phone, action, form_of(await opened(phone, action), action))
    assert "in force again" in done.text
    again = await phone.get(f"/mine/withdrawals/{uuid4()}", headers=PAGE)
    assert again.status_code == 404

    await world.withdrawn(offer)
    desk, base = await house.desk(world.discloser), f"/verweisungen/{offer.referral_id}/widerruf"
    page = await becomes(lambda: opened(desk, f"{base}/zuruecknehmen"), lambda page: "She is here and wants it" in page)
    action = only(re.findall(rf'action="({base}/[0-9a-f-]+/zuruecknehmen)"', page))
    unsaid = await send(desk, action, form_of(page, action))
    assert unsaid.status_code == 400
    said = [*form_of(page, action), (f"present-{NUMBER.findall(action)[-1]}", "yes")]
    assert "in force again" in (await send(desk, action, said)).text


async def test_whoever_counsels_a_client_in_danger_is_asked_to_ask_her(house: House) -> None:
    world = house.services
    offer = await permitted_with_second_secret(world, in_danger=True)
    await world.withdrawn(offer)
    desk = await house.desk(world.discloser)
    await becomes(lambda: opened(desk, "/"), lambda page: "/rueckfragen" in page)
    page = await opened(desk, "/rueckfragen")
    assert f"/faelle/{offer.case_id}/abschnitte/safe-contact" in page
    action = only(re.findall(r'action="(/rueckfragen/[0-9a-f-]+)"', page))
    unsaid = await send(desk, action, form_of(page, action))
    assert unsaid.status_code == 400
    said = [*form_of(page, action), (f"result-{action.rsplit('/', 1)[1]}", "confirmed")]
    assert (await send(desk, action, said)).status_code == 303
    assert "There is nobody to ask" in await opened(desk, "/rueckfragen")
    assert "/rueckfragen" not in await opened(desk, "/")


async def test_an_agency_that_has_nothing_to_do_with_it_asks_the_one_she_names(house: House) -> None:
    world = house.services
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    token = await world.redeem((await world.ask(draft)).access_code)
    yes = client_pb2.RecordDecisionRequest(request_id=str(uuid4()), base_permits=True, secrecy_release_forward=True)
    receipt = (await world.clients.RecordDecision(yes, metadata=bearer(token))).receipt.receipt_id

    elsewhere = await house.desk(Worker(THIRD))
    assert f"/widerrufsanfragen/neu?stelle={DISCLOSER}" in await opened(elsewhere, f"/stellen/{DISCLOSER}")
    page = await opened(elsewhere, f"/widerrufsanfragen/neu?stelle={DISCLOSER}")
    empty = form_of(page, "/widerrufsanfragen/neu")
    for field, value in (("receipt_id", "Nachname"), ("month", "")):
        refused = await send(elsewhere, "/widerrufsanfragen/neu", set_field(empty, field, value))
        assert refused.status_code == 400
    assert (await send(elsewhere, "/widerrufsanfragen/neu", set_field(empty, "receipt_id", receipt))).status_code == 303

    desk = await house.desk(world.discloser)
    assert "/widerrufsanfragen" in await opened(desk, "/")
    action = only(re.findall(r'href="(/widerrufsanfragen/[0-9a-f-]+)"', await opened(desk, "/widerrufsanfragen")))
    page = await opened(desk, action)
    assert draft.referral_id in page
    assert (await send(desk, action, form_of(page, action))).status_code == 303
    answered = await opened(elsewhere, "/widerrufsanfragen")
    assert NUMBER.search(answered.split("Number of the receipt for her:")[1])
    assert draft.referral_id not in answered
    assert (await elsewhere.get(action, headers=PAGE)).status_code == 404
