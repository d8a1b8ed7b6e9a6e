"""Each RPC beside ReferralService's with somebody else's number, and with one that never was: the same answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from google.protobuf.message import Message
from lotse.referrals.v1 import case_pb2, referral_pb2
from lotse.vocabulary.v1 import vocabulary_pb2 as words

from services.common.errors import LotseError
from tests.integration.consent.world import bearer, refused
from tests.integration.referrals.world import CONTACT, HOUSING, Worker, World, a_draft, becomes

R, C = referral_pb2, case_pb2


@dataclass(frozen=True)
class Place:
    """Numbers of objects that are there, or of none."""

    case: str
    task: str
    etag: str


Ask = Callable[[World, Place, Worker], Awaitable[Message]]
OBJECTS: dict[str, Ask] = {
    "CaseService/GetCase": lambda w, p, who: w.cases.GetCase(
        C.GetCaseRequest(case_id=p.case), metadata=w.as_staff(who)
    ),
    "CaseService/WriteSection": lambda w, p, who: w.cases.WriteSection(
        C.WriteSectionRequest(
            request_id=str(uuid4()),
            case_id=p.case,
            category=CONTACT,
            content=C.SectionContent(note="x"),
            base_version=1,
        ),
        metadata=w.as_staff(who),
    ),
    "CaseService/ReadOwnSection": lambda w, p, who: w.cases.ReadOwnSection(
        C.ReadOwnSectionRequest(case_id=p.case, category=CONTACT), metadata=w.as_staff(who)
    ),
    "ReferralService/CreateReferral": lambda w, p, who: w.stub.CreateReferral(
        R.CreateReferralRequest(request_id=str(uuid4()), case_id=p.case, draft=a_draft(CONTACT)),
        metadata=w.as_staff(who),
    ),
    "DeletionTaskService/AcknowledgeDeletionTask": lambda w, p, who: w.deletion.AcknowledgeDeletionTask(
        R.AcknowledgeDeletionTaskRequest(
            request_id=str(uuid4()), deletion_task_id=p.task, etag=p.etag, copies_are_gone=True
        ),
        metadata=w.as_staff(who),
    ),
    "DeletionTaskService/ObjectToDeletion": lambda w, p, who: w.deletion.ObjectToDeletion(
        R.ObjectToDeletionRequest(
            request_id=str(uuid4()), deletion_task_id=p.task, etag=p.etag, ground=R.OBJECTION_GROUND_LEGAL_CLAIM
        ),
        metadata=w.as_staff(who),
    ),
    "DeletionTaskService/ReadObjection": lambda w, p, who: w.deletion.ReadObjection(
        R.ReadObjectionRequest(deletion_task_id=p.task), metadata=w.as_staff(who)
    ),
    "DeletionTaskService/CloseObjection": lambda w, p, who: w.deletion.CloseObjection(
        R.CloseObjectionRequest(request_id=str(uuid4()), deletion_task_id=p.task, etag=p.etag),
        metadata=w.as_staff(replace(who, roles=("data-protection-officer",))),
    ),
}
LISTS = {
    "CaseService/ListCases",
    "ReferralService/ListReferrals",
    "DeletionTaskService/ListDeletionTasks",
    "DeletionTaskService/ListEscalatedTasks",
}
OF_THE_TOKEN = {"DraftPreviewService/ReadDraftSection", "ReferralService/CountDeclines"}
MAKES_ONE = {"CaseService/CreateCase"}


def test_every_rpc_has_its_row_here_or_in_the_table_of_acts() -> None:
    services = [service for file in (C, R) for service in file.DESCRIPTOR.services_by_name.values()]
    methods = {f"{service.name}/{method.name}" for service in services for method in service.methods}
    acts = {name for name in methods if name.startswith("ReferralService/")} - {*OBJECTS, *LISTS}
    assert methods == {*OBJECTS, *LISTS, *OF_THE_TOKEN, *MAKES_ONE, *acts}


async def a_place(world: World) -> Place:
    """A case that was handed over and taken back, with the recipient's deletion task."""
    offer = await world.in_progress(CONTACT, HOUSING)
    await world.withdrawn(offer)
    [task] = await becomes(world.tasks, bool)
    return Place(offer.case_id, task.deletion_task_id, task.etag)


async def test_others_get_the_same_answer_for_what_is_there_and_for_what_is_not(world: World) -> None:
    place, nowhere = await a_place(world), Place(str(uuid4()), str(uuid4()), "1")
    for name, ask in OBJECTS.items():
        for who in (world.third, world.discloser if "Deletion" in name else world.recipient, world.colleague):
            answers = []
            for each in (place, nowhere):
                with pytest.raises(LotseError) as found:
                    await ask(world, each, who)
                answers.append((found.value.reason, str(found.value), dict(found.value.metadata)))
            assert answers[0] == answers[1], name
            assert answers[0][0] == "NOT_FOUND", name


async def test_lists_hold_nothing_of_others(world: World) -> None:
    await a_place(world)
    third = world.as_staff(world.third)
    assert not (await world.cases.ListCases(C.ListCasesRequest(), metadata=third)).cases
    for box in (R.REFERRAL_BOX_INCOMING, R.REFERRAL_BOX_OUTGOING):
        assert not (await world.stub.ListReferrals(R.ListReferralsRequest(box=box), metadata=third)).referrals
    assert not (await world.deletion.ListDeletionTasks(R.ListDeletionTasksRequest(), metadata=third)).tasks


async def test_a_client_reads_the_draft_that_she_is_asked_about_and_no_other(world: World) -> None:
    hers = await world.draft((await world.dossier(CONTACT)).case_id, CONTACT)
    other = await world.draft((await world.dossier(CONTACT, HOUSING)).case_id, CONTACT, HOUSING)
    token = await world.redeem((await world.ask(hers)).access_code)
    await world.ask(other)
    read = R.ReadDraftSectionRequest(category=words.DATA_CATEGORY_CONTACT)
    assert (await world.preview.ReadDraftSection(read, metadata=bearer(token))).content.note
    with refused("NOT_FOUND"):
        request = R.ReadDraftSectionRequest(category=words.DATA_CATEGORY_HOUSING)
        await world.preview.ReadDraftSection(request, metadata=bearer(token))
