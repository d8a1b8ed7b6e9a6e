"""Finds the points that an act passes, ends a process at each of them, and looks at what is left.

Nothing here names a point: they are found by playing the act once, and by reading where the source opens transactions.
"""

from __future__ import annotations

import ast
import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from services.common.database import Queries
from services.common.errors import LotseError
from services.common.ledger import Journal, read_journal, verify_ledger
from services.common.ledger.checkpoint_file import read_checkpoints
from services.consent.keys import Keys
from services.consent.settings import ConsentSettings
from services.consent.store.ledger import JOURNAL_KINDS, READERS
from services.referrals.store import tasks
from tests.integration.faults.scene import AGAIN, Act, Scene
from tests.integration.referrals.sweeping import sweep
from tests.integration.referrals.world import World, becomes
from tests.support.faulty_process import ENDED, WRITES
from tests.support.processes import Processes

SERVICES = Path(__file__).parents[3] / "services"
NOT_IN_AN_ACT = {
    "services.consent.background.erasing:ProofEraser.erase",
    "services.consent.restoring:restore",
    "services.consent.restoring:_lock_case",
    "services.consent.restoring:_object_again",
    "services.referrals.commands:_restored",
    "services.referrals.store.keys:KeyStore.delete_again",
}
"""What years or a restore bring about; its own tests break it off in the middle."""
SOURCES = ("consent", "referrals", "common/feed.py", "common/ledger/sequencer.py")
SECONDS = 40.0
_WRITTEN = (
    "select item_id, version, agency_id, case_id as held_for from section_version "
    "union all select o.item_id, 1, o.agency_id, r.recipient_case_id "
    "from outcome o join referral r using (referral_id) "
    "union all select item_id, 1, agency_id, case_id from evidence_item "
    "union all select act_id, 1, agency_id, case_id from statutory_reason "
    "union all select objection_item_id, 1, agency_id, deletion_task_id from deletion_task "
    "where objection_item_id is not null "
    "union all select name_check_id, 1, agency_id, held_for from name_check n "
    "where n.agency_id <> n.recipient_id or n.answered_at is null or exists ("
    "select from referral r where r.case_id = n.case_id and r.recipient_id = n.recipient_id "
    "and r.sent_at is not null and r.keys_destroyed_at is null)"
)
"""Items with the key of whoever reads them: sections, outcomes, evidence, reasons of statutory acts, notes of
objections, names of those who must not read."""
T = TypeVar("T")


@dataclass(frozen=True, order=True)
class Point:
    """A place of a process at which something is made durable."""

    process: str
    name: str

    @property
    def site(self) -> str:
        """Where it stands in the source."""
        return self.name.partition(" ")[2]

    @property
    def in_background(self) -> bool:
        return self.name.startswith("background ")


def sites_in_source() -> set[str]:
    """Every function that opens a transaction which may write, and so commits, or writes by a single statement."""
    found = set[str]()
    for source in SOURCES:
        path = SERVICES / source
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            module = str(file.relative_to(SERVICES.parent).with_suffix("")).replace("/", ".")
            statements = file.with_suffix(".sql")
            writing = (
                {name for name, sql in Queries(statements) if WRITES.search(sql)} if statements.exists() else set()
            )
            found |= {f"{module}:{name}" for name in _committing(ast.parse(file.read_text()), "", writing)}
    return found - NOT_IN_AN_ACT


def _committing(node: ast.AST, name: str, writing: set[str]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _committing(child, f"{name}.{child.name}" if name else child.name, writing)
            continue
        if isinstance(child, ast.AsyncWith):
            opened = [item.context_expr for item in child.items]
            if any(map(_may_write, opened)) or (any(map(_is_single, opened)) and _statements_of(child) & writing):
                yield name
        yield from _committing(child, name, writing)


def _is_single(opened: ast.expr) -> bool:
    return isinstance(opened, ast.Call) and isinstance(opened.func, ast.Attribute) and opened.func.attr == "statements"


def _statements_of(block: ast.AST) -> set[str]:
    return {
        node.attr
        for node in ast.walk(block)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "SQL"
    }


def _may_write(opened: ast.expr) -> bool:
    called = isinstance(opened, ast.Call) and isinstance(opened.func, ast.Attribute)
    if not called or opened.func.attr != "transaction":  # type: ignore[attr-defined]
        return False
    return not any(keyword.arg in {"read_only", "readonly"} for keyword in opened.keywords)  # type: ignore[attr-defined]


async def points_of(act: Act, processes: Processes) -> list[Point]:
    """Those that the act passes when nothing ends, in their order.

    What others left to be told is told before: it comes when it likes, and would be counted for this act.
    """
    async with processes.world() as world:
        await settled(world, processes)
        scene = await _until_it_works(lambda: act(world, processes))  # the act before may have restarted somebody
        await settled(world, processes, told=False)
        processes.forget_passed()
        await scene.do(world)
        await settled(world, processes)
        found = [Point(*line) for line in processes.passed()]
        await scene.check(world)
        await settled(world, processes)
    return found


def ends_of(points: Sequence[Point]) -> list[tuple[str, Point]]:
    """Where to end a process: after each point, and before each whose past is not the end of another one.

    Between two points of one process that nobody else's lies between nothing becomes durable, so the end after the
    first is the end before the second. What runs in the background keeps no order.
    """
    ends: dict[tuple[str, Point], None] = {}
    for former, point in zip([None, *points], points, strict=False):
        follows = former is not None and former.process == point.process and not former.in_background
        if point.in_background or not follows:
            ends["before", point] = None
        ends["after", point] = None
    return list(ends)


async def killed_at(when: str, point: Point, act: Act, processes: Processes) -> None:
    """The process ends there, is started again, and the act is finished as if nothing had been."""
    async with processes.world() as world:
        scene = await _until_it_works(lambda: act(world, processes))  # others may still look for one that died before
        await settled(world, processes, told=False)
        processes.arm(point.process, f"{when} {point.name}")
        doing = asyncio.create_task(_tried(scene, world))
        try:
            await _death(point, processes, doing)
        finally:
            processes.disarm()
            if processes.ended(point.process) is not None:
                await processes.restart(point.process)
            await asyncio.wait_for(doing, SECONDS)
    async with processes.world() as world:
        await _until_it_works(lambda: scene.do(world))
        await settled(world, processes)
        await _until_it_works(lambda: scene.check(world))
        await settled(world, processes)


async def _tried(scene: Scene, world: World) -> None:
    try:
        await scene.do(world)
    except (LotseError, TimeoutError):
        return  # whoever asked was told so, or gave up waiting for what did not come


async def _death(point: Point, processes: Processes, doing: asyncio.Task[None]) -> None:
    until = time.monotonic() + SECONDS
    while processes.ended(point.process) is None:
        assert time.monotonic() < until, f"{point} was not reached"
        await asyncio.sleep(0.02)
    assert processes.ended(point.process) == ENDED, point


async def _until_it_works(step: Callable[[], Awaitable[T]]) -> T:
    until = time.monotonic() + SECONDS
    while True:
        try:
            return await step()
        except LotseError as error:
            if error.reason not in AGAIN or time.monotonic() > until:
                raise
        await asyncio.sleep(0.1)


async def settled(world: World, processes: Processes, *, told: bool = True) -> None:
    """Returns when everything that was committed was heard: log, files, cursor, and withdrawals if `told`."""

    async def left() -> int:
        pending = await consent.fetchval("select count(*) from log_pending")
        head = await consent.fetchval("select coalesce(max(seq), -1) from log_leaf")
        cursor = await content.fetchval("select coalesce(max(position), -1) from feed_cursor")
        kept = await consent.fetchval(
            "select coalesce(max(seq), -1) from log_leaf where kind = any ($1)", list(JOURNAL_KINDS)
        )
        unheard = await consent.fetchval("select count(*) from log_leaf where kind = 'withdrawn' and seq > $1", cursor)
        taken_on = await content.fetchval("select count(*) from referral where unused_due")
        untold = await content.fetchval(
            "select count(*) from withdrawal w where not told_destroyed and not exists ("
            "select from deletion_task d "
            "where d.withdrawal_id = w.withdrawal_id and d.acknowledged_at is null and d.due_at > now())"
        )
        if told:
            untold += len(await tasks.to_tell(content)) + len(await tasks.objections_to_tell(content))
        outside = list(read_checkpoints(settings.checkpoint_file, keys.log.verifier, only_last=True))
        behind = head + 1 - (outside[-1].size if outside else 0)
        behind += kept + 1 - await Journal(settings.journal_file, keys.log, JOURNAL_KINDS).reached()
        behind += await deleted.fetchval("select count(*) from key_deletion")
        found: int = pending + behind + unheard + taken_on + (untold if told else 0)
        return found

    settings, keys = consent_of(processes)
    async with (
        world.consent_database.administered() as consent,
        world.content.administered() as content,
        world.keys.administered() as deleted,
    ):
        await becomes(left, lambda found: not found, SECONDS)


async def look_for_damage(processes: Processes) -> None:
    """Nobody is asked: what the databases and files hold must fit together."""
    settings, keys = consent_of(processes)
    async with processes.world() as world:
        await settled(world, processes)
        await sweep(world)
        assert await _without_key(world) == [], "content that its author cannot read any more"
        assert await _without_content(world) == [], "keys that belong to nothing"
        async with world.content.administered() as admin:
            doubled = await admin.fetch(
                "select referral_id, action from transition t where action not in ('update', 'assign') "
                "group by referral_id, action having count(*) > case when action in ('withdraw', 'reinstate') then "
                "greatest(1, (select count(distinct withdrawal_id) from deletion_task d "
                "where d.referral_id = t.referral_id)) else 1 end"
            )
        assert doubled == []
        async with world.consent_database.connected("worker") as reader:
            report = await verify_ledger(reader, READERS, keys.log.verifier, checkpoint_file=settings.checkpoint_file)
        assert report.intact, report.findings
        async with world.consent_database.administered() as admin:
            logged = await admin.fetch(
                "select seq, row_id from log_leaf where kind = any ($1) order by seq", list(JOURNAL_KINDS)
            )
        journal = [(entry.seq, entry.row_id) for entry in read_journal(settings.journal_file, keys.log.verifier)]
        assert journal == [tuple(row) for row in logged]


def consent_of(processes: Processes) -> tuple[ConsentSettings, Keys]:
    """Consent's settings and keys, for whoever verifies its proofs."""
    settings = processes.settings("consent", ConsentSettings)
    return settings, Keys.load(settings)


async def _without_key(world: World) -> list[tuple[object, ...]]:
    """What was written for which its author holds no key."""
    async with world.content.administered() as admin:
        wanted = await admin.fetch(_WRITTEN)
    return sorted(map(str, {tuple(row) for row in wanted} - await _kept(world)))  # type: ignore[arg-type]


async def _without_content(world: World) -> list[str]:
    """Keys of no item and no live referral."""
    kept = await _kept(world)
    async with world.content.administered() as admin:
        written = await admin.fetch(_WRITTEN)
        sent = await admin.fetch(
            "select i.item_id, i.version, r.recipient_id, r.referral_id from referral_item i "
            "join referral r using (referral_id) where i.sent_at is not null and r.keys_destroyed_at is null"
        )
        outcomes = await admin.fetch(
            "select o.item_id, 1, r.discloser_id, r.referral_id from outcome o "
            "join referral r using (referral_id) where o.sent_back_at is not null"
        )
    return sorted(map(str, kept - {tuple(row) for row in (*written, *sent, *outcomes)}))


async def _kept(world: World) -> set[tuple[object, ...]]:
    async with world.keys.administered() as admin:
        rows = await admin.fetch("select item_id, version, agency_id, held_for from content_key")
    return {tuple(row) for row in rows}
