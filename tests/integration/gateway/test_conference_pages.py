"""A case conference on the pages: drafted by its purpose, named to her, seen by who takes part. And evaluation."""

from __future__ import annotations

from uuid import UUID

from lotse.referrals.v1 import case_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from tests.integration.gateway.test_after_withdrawal import House, house
from tests.integration.gateway.test_coordinator import form_of, opened, send
from tests.integration.gateway.world import Browser
from tests.integration.referrals.house import publish_texts
from tests.integration.referrals.test_candidates import next_in_sitting
from tests.integration.referrals.world import CONTACT, COVER, RECIPIENT, THIRD, World

__all__ = ["house"]


async def drafted(desk: Browser, case: case_pb2.Case, recipient: UUID, purpose: str) -> str:
    """The page of a draft that was written by the form."""
    form = f"/faelle/{case.case_id}/verweisung?stelle={recipient}"
    shown = await opened(desk, form)
    action = f"/faelle/{case.case_id}/verweisung"
    typed = {"purpose": purpose, "topics": "mietschulden", "language": "ar"}
    fields = [each for each in form_of(shown, action) if each[0] not in typed]
    answer = await send(desk, action, [*fields, *typed.items(), ("categories", "contact")])
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


async def names(world: World) -> list[str]:
    async with world.directory.administered() as admin:
        ids = [world.discloser.agency, RECIPIENT, THIRD]
        rows = await admin.fetch("select name from organization where id = any ($1)", ids)
    return [row["name"] for row in rows]


async def test_who_takes_part_is_named_to_her_and_to_everybody_who_does(house: House) -> None:
    world = house.services
    await publish_texts(world.network, "case-conference")
    case = await world.dossier(CONTACT)
    desk = await house.desk(world.discloser)
    first = await drafted(desk, case, RECIPIENT, "case-conference")
    second = await drafted(desk, case, THIRD, "case-conference")
    everybody = await names(world)
    assert len(everybody) == 3
    shown = await opened(desk, first)
    assert all(name in shown for name in everybody)

    fields = [each for each in form_of(shown, f"{first}/einwilligung") if each[0] != "text_language"]
    question = [*fields, ("text_language", "de"), ("further", second.rpartition("/")[2])]
    asked = await send(desk, f"{first}/einwilligung", question)
    for page in ("gespraech", "papier/pdf"):
        assert (await desk.get(f"{first}/{page}")).status_code == 200
    read_out = await opened(desk, f"{first}/gespraech")
    assert all(name in read_out for name in everybody)
    code = asked.text.partition('id="access-code">')[2].partition("<")[0]
    phone = house.gateway.client()
    await phone.post("/api/v1/session", {"secret": code})
    hers = await opened(phone, "/question")
    assert all(f">{name}</li>" in hers for name in everybody)
    token = await world.redeem(code)
    await world.decide(token, yes=(COVER, CONTACT))
    await world.decide(await next_in_sitting(world, token), yes=(COVER, CONTACT))
    for page in (first, second):
        sending = form_of(await opened(desk, page), f"{page}/senden")
        assert (await send(desk, f"{page}/senden", sending)).status_code == 200
    for page, who in ((first, world.recipient), (second, world.third)):
        seen = await opened(await house.desk(who), page)
        assert all(name in seen for name in everybody)


async def test_an_evaluation_is_asked_apart_and_the_page_says_when(house: House) -> None:
    world = house.services
    await publish_texts(world.network, "evaluation")
    case = await world.dossier(CONTACT)
    desk = await house.desk(world.discloser)
    helping = await drafted(desk, case, RECIPIENT, "handing-over")
    evaluating = await drafted(desk, case, THIRD, "evaluation")
    for page, other in ((helping, evaluating), (evaluating, helping)):
        assert f'value="{other.rpartition("/")[2]}"' not in await opened(desk, page), "not in one sitting"
    action = f"{evaluating}/einwilligung"
    fields = [each for each in form_of(await opened(desk, evaluating), action) if each[0] != "text_language"]
    early = await send(desk, action, [*fields, ("text_language", "de")])
    assert early.status_code == 409
    assert "Help is not decided yet." in early.text
    token = await world.redeem(
        (await world.ask(await world.get(helping.rpartition("/")[2], world.discloser))).access_code
    )
    await world.decide(token, no=(COVER, CONTACT), way_back=words.WAY_BACK_NOTHING)
    assert (await send(desk, action, [*fields, ("text_language", "de")])).status_code == 200
