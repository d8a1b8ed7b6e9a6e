"""What a client and coordinators do about somebody who must not read."""

from __future__ import annotations

from uuid import UUID, uuid4

from lotse.consent.v1 import client_pb2
from lotse.referrals.v1 import name_check_pb2, name_check_pb2_grpc, referral_pb2

from tests.integration.consent.world import bearer
from tests.integration.referrals.world import CONTACT, COVER, DISCLOSER, RECIPIENT, Offered, Worker, World

N = name_check_pb2
NAME = "Frau Kanarienvogel-Nachbarin"
SECOND_SECRET = "493817"
LEADER = Worker(RECIPIENT, roles=("coordinator",))
DISCLOSERS_LEADER = Worker(DISCLOSER, roles=("coordinator",))


def checks(world: World) -> name_check_pb2_grpc.NameCheckServiceStub:
    return name_check_pb2_grpc.NameCheckServiceStub(world.referrals)


async def name(
    world: World,
    token: str,
    *names: str,
    side: N.NamedSide.ValueType = N.NAMED_SIDE_RECIPIENT,
    pair: tuple[UUID, UUID] | None = None,
    request_id: UUID | None = None,
) -> None:
    """She says who must not read."""
    request = N.NamePersonsRequest(
        request_id=str(request_id or uuid4()),
        persons=[N.NamedPerson(side=side, name=each) for each in names],
        discloser_id=str(pair[0]) if pair else "",
        recipient_id=str(pair[1]) if pair else "",
    )
    await checks(world).NamePersons(request, metadata=bearer(token))


async def asked(world: World) -> tuple[referral_pb2.Referral, str]:
    """A draft with the token of a client who is asked about it."""
    case = await world.dossier(CONTACT)
    draft = await world.draft(case.case_id, CONTACT)
    return draft, await world.redeem((await world.ask(draft)).access_code)


async def accepted_with_names(
    world: World, *names: str, side: N.NamedSide.ValueType = N.NAMED_SIDE_RECIPIENT
) -> Offered:
    """Sent and taken on, while nobody has found out yet whom she means."""
    offer = await offered_with_names(world, *names, side=side)
    return offer.at(await world.accept(await world.get(offer.referral_id, world.recipient)))


async def offered_with_names(
    world: World, *names: str, side: N.NamedSide.ValueType = N.NAMED_SIDE_RECIPIENT
) -> Offered:
    """Sent, with whom she does not want, and not taken on yet."""
    draft, token = await asked(world)
    await name(world, token, *names, side=side)
    await world.decide(token, yes=(COVER, CONTACT))
    wanted = client_pb2.TakePassRequest(request_id=str(uuid4()), second_secret=SECOND_SECRET)
    taken = await world.clients.TakePass(wanted, metadata=bearer(token))
    sent = (await world.send(await world.get(draft.referral_id, world.discloser))).referral
    return Offered(draft.case_id, sent, str(getattr(taken, "pass")))


async def accepted_anew(world: World, case_id: str) -> referral_pb2.Referral:
    """She is asked about a further referral of the same case to the same agency, names nobody, and it is taken on."""
    draft = await world.draft(case_id, CONTACT)
    token = await world.redeem((await world.ask(draft)).access_code)
    await world.decide(token, yes=(COVER, CONTACT))
    await world.send(await world.get(draft.referral_id, world.discloser))
    return await world.accept(await world.get(draft.referral_id, world.recipient))


async def see_names(world: World, offer: Offered) -> str:
    """A token of her pass with the second secret."""
    token = await world.redeem(offer.client_pass)
    request = client_pb2.ConfirmSecondSecretRequest(second_secret=SECOND_SECRET)
    return (await world.clients.ConfirmSecondSecret(request, metadata=bearer(token))).client_token


async def listed(world: World, who: Worker = LEADER) -> list[N.NameCheck]:
    """What the agency has to find out, or found out."""
    answer = await checks(world).ListNameChecks(N.ListNameChecksRequest(), metadata=world.as_staff(who))
    return list(answer.checks)


async def opened(world: World, check: N.NameCheck, who: Worker = LEADER) -> str:
    """The name."""
    request = N.ReadNameCheckRequest(name_check_id=check.name_check_id)
    return (await checks(world).ReadNameCheck(request, metadata=world.as_staff(who))).name


async def answer(
    world: World, check: N.NameCheck, *people: Worker, who: Worker = LEADER, request_id: UUID | None = None
) -> N.NameCheck:
    """Who it is; nobody where none is given."""
    request = N.AnswerNameCheckRequest(
        request_id=str(request_id or uuid4()),
        name_check_id=check.name_check_id,
        etag=check.etag,
        person_ids=[str(each.person) for each in people],
    )
    return (await checks(world).AnswerNameCheck(request, metadata=world.as_staff(who))).check


async def own_checks(world: World, token: str) -> list[N.OwnNameCheck]:
    """What she sees of it."""
    found = await checks(world).ListOwnNameChecks(N.ListOwnNameChecksRequest(), metadata=bearer(token))
    return list(found.checks)
