"""What people do, each as one act that a death of a process may interrupt: begun, done again, and what must hold then.

An act is asked for again by the same repeat keys, as the gateway asks for somebody who clicks again. Nobody but the
act's own people touches what it is about.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from lotse.consent.v1 import client_pb2
from lotse.referrals.v1 import case_pb2, referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from tests.integration.consent.world import bearer
from tests.integration.faults.scene import Scene, refused
from tests.integration.referrals.world import CONTACT, COVER, HOUSING, MONEY, RECIPIENT, Worker, World, a_draft
from tests.support.processes import Processes

# ── cases ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def opening_a_case(world: World, _: Processes) -> Scene:
    request_id, opened = uuid4(), set[str]()

    async def do(world: World) -> None:
        opened.add((await world.open_case(request_id=request_id)).case_id)

    async def check(world: World) -> None:
        async with world.content.administered() as admin:
            found = await admin.fetch("select case_id from referral_case where request_id = $1", request_id)
        assert {str(row["case_id"]) for row in found} == opened
        assert len(opened) == 1

    return Scene(do, check)


async def writing_the_first_section_of_an_agency(world: World, _: Processes) -> Scene:
    """Its keyset is made with it."""
    newcomer = Worker(uuid4())
    case, request_id = await world.open_case(newcomer), uuid4()

    async def do(world: World) -> None:
        written = await world.write(case.case_id, CONTACT, "Rückruf ab zehn", who=newcomer, request_id=request_id)
        assert written.version == 1

    async def check(world: World) -> None:
        read = await world.read_own(case.case_id, CONTACT, who=newcomer)
        assert (read.section.version, read.content.note) == (1, "Rückruf ab zehn")
        await world.write(case.case_id, CONTACT, "Rückruf ab elf", base=1, who=newcomer)
        assert (await world.read_own(case.case_id, CONTACT, version=1, who=newcomer)).content.note == "Rückruf ab zehn"
        assert (await world.read_own(case.case_id, CONTACT, who=newcomer)).content.note == "Rückruf ab elf"

    return Scene(do, check)


async def reading_what_is_ones_own(world: World, _: Processes) -> Scene:
    case = await world.dossier(CONTACT)

    async def do(world: World) -> None:
        assert (await world.read_own(case.case_id, CONTACT)).content.note

    return Scene(do, do)


# ── drafts and questions ─────────────────────────────────────────────────────────────────────────────────────────────


async def drafting(world: World, _: Processes) -> Scene:
    case, made = await world.dossier(CONTACT, HOUSING), set[str]()
    first, second = uuid4(), uuid4()

    async def do(world: World) -> None:
        draft = await world.draft(case.case_id, CONTACT, request_id=first)
        made.add(draft.referral_id)
        if draft.draft_revision == 1:
            request = referral_pb2.UpdateReferralRequest(
                request_id=str(second), referral_id=draft.referral_id, etag=draft.etag, draft=a_draft(CONTACT, HOUSING)
            )
            draft = (await world.stub.UpdateReferral(request, metadata=world.as_staff(world.discloser))).referral
        assert {section.category for section in draft.sections} == {CONTACT, HOUSING}

    async def check(world: World) -> None:
        [referral_id] = made
        assert (await world.get(referral_id, world.discloser)).draft_revision == 2

    return Scene(do, check)


async def asking_the_client(world: World, _: Processes) -> Scene:
    draft = await world.draft((await world.dossier(CONTACT)).case_id, CONTACT)
    request_id, codes = str(uuid4()), list[str]()

    async def do(world: World) -> None:
        request = referral_pb2.RequestConsentRequest(
            request_id=request_id, referral_id=draft.referral_id, etag=draft.etag, language="de"
        )
        asked = await world.stub.RequestConsent(request, metadata=world.as_staff(world.discloser))
        codes.append(asked.access_code)

    async def check(world: World) -> None:
        for former in codes[:-1]:
            assert await refused(world.redeem(former)) == "SECRET_NOT_ACCEPTED"
        token = await world.redeem(codes[-1])
        await world.decide(token, yes=(COVER, CONTACT))
        mine = await world.redeem(await world.take_pass(token))
        assert len((await world.own_list(mine)).consents) == 1

    return Scene(do, check)


async def discarding(world: World, _: Processes) -> Scene:
    """Its question is taken back with it."""
    draft = await world.draft((await world.dossier(CONTACT)).case_id, CONTACT)
    code = (await world.ask(draft)).access_code
    request = referral_pb2.DiscardReferralRequest(
        request_id=str(uuid4()), referral_id=draft.referral_id, etag=draft.etag
    )

    async def do(world: World) -> None:
        await world.stub.DiscardReferral(request, metadata=world.as_staff(world.discloser))

    async def check(world: World) -> None:
        assert (await world.get(draft.referral_id, world.discloser)).state == referral_pb2.REFERRAL_STATE_DISCARDED
        assert await refused(world.redeem(code)) == "SECRET_NOT_ACCEPTED"

    return Scene(do, check)


# ── the client ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def mistyping_a_code_and_a_pass(world: World, _: Processes) -> Scene:
    draft = await world.draft((await world.dossier(CONTACT)).case_id, CONTACT)
    code = (await world.ask(draft)).access_code
    wrong = (code[:-1] + ("0" if code[-1] != "0" else "1"), "0123456789" * 2)

    async def do(world: World) -> None:
        for typed in wrong:
            assert await refused(world.redeem(typed)) == "SECRET_NOT_ACCEPTED"

    async def check(world: World) -> None:
        assert await world.redeem(code)

    return Scene(do, check)


async def answering(world: World, _: Processes) -> Scene:
    """Redeem, look, decide, take a pass, come back with it, name the second secret, look at the list."""
    draft = await world.draft((await world.dossier(CONTACT)).case_id, CONTACT)
    code = (await world.ask(draft)).access_code
    redeem = client_pb2.RedeemRequest(request_id=str(uuid4()), secret=code)
    decide = client_pb2.RecordDecisionRequest(
        request_id=str(uuid4()),
        answers=[client_pb2.CategoryAnswer(category=category, permit=True) for category in (COVER, CONTACT)],
        way_back=words.WAY_BACK_OUTCOME, secrecy_release_forward=True, secrecy_release_back=True,
    )  # fmt: skip
    tokens, passes, receipts = list[str](), list[str](), set[str]()

    async def do(world: World) -> None:
        if not tokens:
            tokens.append((await world.clients.Redeem(redeem)).client_token)
        mine = bearer(tokens[0])
        await world.clients.GetOwnRequest(client_pb2.GetOwnRequestRequest(), metadata=mine)
        receipts.add((await world.clients.RecordDecision(decide, metadata=mine)).receipt.receipt_id)
        take = client_pb2.TakePassRequest(request_id=str(uuid4()), second_secret="135790")
        passes.append(str(getattr(await world.clients.TakePass(take, metadata=mine), "pass")))
        token = await world.redeem(passes[-1])
        confirm = client_pb2.ConfirmSecondSecretRequest(second_secret="135790")
        named = await world.clients.ConfirmSecondSecret(confirm, metadata=bearer(token))
        await world.own_list(named.client_token)

    async def check(world: World) -> None:
        assert len(receipts) == 1
        for former in passes[:-1]:
            assert await refused(world.redeem(former)) == "SECRET_NOT_ACCEPTED"
        listed = await world.own_list(await world.redeem(passes[-1]))
        assert len(listed.consents) == 1
        sent = await world.send(await world.get(draft.referral_id, world.discloser))
        assert set(sent.sent) == {COVER, CONTACT}

    return Scene(do, check)


# ── handing over ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def sending(world: World, _: Processes) -> Scene:
    draft = await world.draft((await world.dossier(CONTACT, HOUSING)).case_id, CONTACT, HOUSING)
    token = await world.redeem((await world.ask(draft)).access_code)
    await world.decide(token, yes=(COVER, CONTACT), no=(HOUSING,))
    mine = await world.redeem(await world.take_pass(token))
    request_id = uuid4()

    async def do(world: World) -> None:
        sent = await world.send(draft, request_id=request_id)
        assert set(sent.sent) == {COVER, CONTACT}

    async def check(world: World) -> None:
        listed = await world.own_list(mine)
        assert {each.category for each in listed.disclosures} == {COVER, CONTACT}
        assert (await world.get(draft.referral_id, world.recipient)).state == referral_pb2.REFERRAL_STATE_OFFERED
        assert await world.count_keys(RECIPIENT, draft.referral_id) == 1
        await world.accept(await world.get(draft.referral_id, world.recipient))
        assert await world.read(draft.referral_id, CONTACT)
        assert await refused(world.read(draft.referral_id, HOUSING)) == "NOT_FOUND"

    return Scene(do, check)


async def working_on_it(world: World, _: Processes) -> Scene:
    """Accept, start, read, assign, report back."""
    offer = await world.offered(CONTACT, MONEY)
    keys = [uuid4() for _ in range(6)]

    async def do(world: World) -> None:
        now = await world.get(offer.referral_id, world.recipient)
        if now.state == referral_pb2.REFERRAL_STATE_OFFERED:
            now = await world.accept(now, request_id=keys[0])
        if now.state == referral_pb2.REFERRAL_STATE_ACCEPTED:
            start = referral_pb2.StartReferralRequest(
                request_id=str(keys[1]), referral_id=offer.referral_id, etag=now.etag
            )
            now = (await world.stub.StartReferral(start, metadata=world.as_staff(world.recipient))).referral
        read = referral_pb2.ReadSectionRequest(request_id=str(keys[2]), referral_id=offer.referral_id, category=CONTACT)
        await world.stub.ReadSection(read, metadata=world.as_staff(world.recipient))
        assign = referral_pb2.AssignReferralRequest(
            request_id=str(keys[3]), referral_id=offer.referral_id, etag=now.etag,
            person_id=str(world.recipient.person),
        )  # fmt: skip
        now = (await world.stub.AssignReferral(assign, metadata=world.as_staff(world.recipient))).referral
        await world.complete(now, "Die Miete ist bezahlt.", request_id=keys[4])

    async def check(world: World) -> None:
        assert (await world.read_outcome(offer.referral_id)).note == "Die Miete ist bezahlt."
        assert await world.read(offer.referral_id, CONTACT)
        cases = await world.cases.ListCases(
            case_pb2.ListCasesRequest(page_size=100), metadata=world.as_staff(world.recipient)
        )
        assert [case.handle for case in cases.cases].count(f"Lotsennetz {UUID(offer.referral_id).hex[:8]}") == 1

    return Scene(do, check)


async def letting_an_outcome_back_that_she_permits_later(world: World, _: Processes) -> Scene:
    """Nothing was to go back; a newer consent lets the discloser read it."""
    offer = await world.offered(CONTACT, way_back=words.WAY_BACK_NOTHING)
    done = await world.complete(await world.start_work(await world.accept(offer.referral)), "Zurück nur später.")
    assert not done.goes_back
    again = await world.draft(offer.case_id, CONTACT)
    await world.decide(await world.redeem((await world.ask(again)).access_code), yes=(COVER, CONTACT))

    async def do(world: World) -> None:
        assert (await world.read_outcome(offer.referral_id)).note == "Zurück nur später."

    return Scene(do, do)


async def giving_it_back_in_every_way(world: World, _: Processes) -> Scene:
    """Declined, returned, recalled before and after acceptance: the recipient's keys go at once, or are asked for."""
    declined, recalled = await world.offered(CONTACT), await world.offered(CONTACT)
    returned, recalled_late = await world.accepted(CONTACT), await world.accepted(CONTACT)
    steps = (
        ("DeclineReferral", referral_pb2.DeclineReferralRequest, declined, world.recipient, "AT_CAPACITY"),
        ("ReturnReferral", referral_pb2.ReturnReferralRequest, returned, world.recipient, "NO_CONTACT"),
        ("RecallReferral", referral_pb2.RecallReferralRequest, recalled, world.discloser, "DUPLICATE"),
        ("RecallReferral", referral_pb2.RecallReferralRequest, recalled_late, world.discloser, "DUPLICATE"),
    )
    requests = [
        (name, kind(request_id=str(uuid4()), referral_id=offer.referral_id, etag=offer.referral.etag,
                    reason=referral_pb2.TransitionReason.Value(f"TRANSITION_REASON_{reason}")), who)
        for name, kind, offer, who, reason in steps
    ]  # fmt: skip

    async def do(world: World) -> None:
        for name, request, who in requests:
            await getattr(world.stub, name)(request, metadata=world.as_staff(who))

    async def check(world: World) -> None:
        for offer in (declined, returned, recalled, recalled_late):
            assert await refused(world.read(offer.referral_id, CONTACT)) in {"NOT_FOUND", "ILLEGAL_STATE"}
        tasks = [task for task in await world.tasks() if task.referral_id == recalled_late.referral_id]
        assert len(tasks) == 1
        await world.acknowledge(tasks[0])
        for offer in (declined, returned, recalled, recalled_late):
            assert await world.count_keys(RECIPIENT, offer.referral_id) == 0, offer.referral_id

    return Scene(do, check)
