"""Declines come back to the entry of the agency that declined, with all three services behind the gateway."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from lotse.referrals.v1 import referral_pb2

from tests.integration.directory.conftest import FILLED, demo_id, prepared
from tests.integration.gateway.login_server import Login, running_login_server
from tests.integration.gateway.test_coordinator import form_of, opened, send
from tests.integration.gateway.world import running_gateway
from tests.integration.referrals.house import a_world
from tests.integration.referrals.world import CONTACT, RECIPIENT
from tests.support.postgres import DatabaseOf, Postgres, _drop_all
from tests.support.server import TestNetwork

SERVICE = demo_id("service", "diakonie-hannover-wohnen/wohnungslos")
FULL, UNFIT = referral_pb2.TRANSITION_REASON_AT_CAPACITY, referral_pb2.TRANSITION_REASON_NOT_ELIGIBLE
SECTION = "Referrals to you fail again and again"


async def test_declines_come_back_as_a_hint_until_the_part_of_the_entry_is_looked_at(
    postgres: Postgres, database_of: DatabaseOf, network: TestNetwork, tmp_path: Path
) -> None:
    directory = await prepared(postgres, network, FILLED)
    consent, content, keys = [await database_of(name) for name in ("consent", "referrals", "referrals_keys")]
    async with (
        running_login_server() as login_server,
        a_world(directory, consent, content, keys, network, tmp_path) as world,
    ):
        login_server.tokens = world.issuer
        async with running_gateway(tmp_path, await database_of("gateway"), network, login_server) as gateway:
            lead = gateway.staff()
            await gateway.log_in(lead, Login(uuid4(), RECIPIENT, ("coordinator",)))
            page = await opened(lead, "/eintrag")
            assert SECTION not in page
            await send(lead, "/eintrag/bestaetigen", form_of(page, "/eintrag/bestaetigen"))

            for reason in (FULL, UNFIT) * 3:
                await world.decline((await world.offered(CONTACT, service_id=SERVICE)).referral, reason)
            for path in ("/", "/eintrag"):
                page = await opened(lead, path)
                assert page.count("declined 3 times since") == 2, path
                assert f'href="/eintrag/kapazitaet#service-{SERVICE}"' in page
                assert 'href="/eintrag/gruppen/services">Does the entry say for whom the offer is?' in page
                assert "Caritas" not in page, "who referred is not told"
            counted = await lead.get("/api/v1/decline-counts?reason=not-eligible")
            assert counted.json()["counts"] == [{"service_id": SERVICE, "count": 3}]
            counsellor = gateway.staff()
            await gateway.log_in(counsellor, Login(uuid4(), RECIPIENT, ("counsellor",)))
            assert SECTION not in await opened(counsellor, "/eintrag")

            world.clock.move(timedelta(minutes=2))
            etag = dict(form_of(page, "/eintrag/bestaetigen"))
            confirmed = await send(lead, "/eintrag/bestaetigen", [*etag.items(), ("group", "services")])
            assert confirmed.status_code == 303
            page = await opened(lead, "/eintrag")
            assert page.count("declined 3 times since") == 1
            await world.referrals_service.stop()
            assert SECTION not in await opened(lead, "/eintrag"), "no page waits for a hint"
    await _drop_all(postgres.admin_url, [urlsplit(directory.admin_url).path.lstrip("/")])
