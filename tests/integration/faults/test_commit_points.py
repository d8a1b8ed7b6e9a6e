"""A process ends right before or right after any of its commits: what was begun is finished, once, and nothing shows.

Between the commits of two databases and two services stands always one that was made and one that has to follow. The
points are found, not listed: see points.py.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.integration.faults import acts, beside_the_usual_way, candidates_and_names, taking_back
from tests.integration.faults.points import Point, ends_of, killed_at, look_for_damage, points_of, sites_in_source
from tests.integration.faults.scene import Act
from tests.support.processes import Processes

pytestmark = pytest.mark.timeout(900)  # whichever is first plays all acts, too

ACTS: tuple[Act, ...] = (
    taking_back.starting_consent,
    taking_back.starting_referrals_with_work_left,
    taking_back.withdrawing,
    taking_back.withdrawing_a_part,
    taking_back.withdrawing_before_anybody_accepts,
    taking_back.publishing_a_text,
    acts.opening_a_case,
    acts.writing_the_first_section_of_an_agency,
    acts.reading_what_is_ones_own,
    acts.drafting,
    acts.asking_the_client,
    acts.discarding,
    acts.mistyping_a_code_and_a_pass,
    acts.answering,
    acts.sending,
    acts.working_on_it,
    acts.letting_an_outcome_back_that_she_permits_later,
    acts.giving_it_back_in_every_way,
    beside_the_usual_way.deciding_aloud,
    beside_the_usual_way.acting_by_law,
    beside_the_usual_way.taking_a_withdrawal_back,
    beside_the_usual_way.objecting_to_what_another_agency_asked_for,
    beside_the_usual_way.writing_a_text_by_two,
    candidates_and_names.answering_about_two_candidates,
    candidates_and_names.naming_who_must_not_read,
)


@pytest.fixture(scope="module")
def passed(processes: Processes) -> dict[str, list[Point]]:
    """The points of each act. What runs in the background counts for the first act that it follows."""

    async def played() -> dict[str, list[Point]]:
        found, heard = {}, set[Point]()
        for act in ACTS:
            points = await points_of(act, processes)
            found[act.__name__] = [point for point in points if not (point.in_background and point in heard)]
            heard |= set(points)
        return found

    return asyncio.run(played())


@pytest.fixture(scope="module")
def ends(passed: dict[str, list[Point]]) -> dict[str, list[tuple[str, Point]]]:
    """Where each act is ended: a point that several acts pass is tried in the first of them."""
    found: dict[str, list[tuple[str, Point]]] = {}
    tried = set[tuple[str, Point]]()
    for name, points in passed.items():
        found[name] = [end for end in ends_of(points) if end not in tried]
        tried |= set(found[name])
    return found


def test_every_commit_of_the_source_is_a_point_that_some_act_passes(passed: dict[str, list[Point]]) -> None:
    sites = {point.site for points in passed.values() for point in points}
    assert sites_in_source() - sites == set(), "an act is missing that passes there"
    assert sites - sites_in_source() == {
        "append_durably:consent-checkpoints",
        "append_durably:consent-withdrawals",
        "append_durably:referrals-key-deletions",
    }


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
async def test_whatever_ends_at_a_commit_is_finished_afterwards(
    act: Act, ends: dict[str, list[tuple[str, Point]]], processes: Processes
) -> None:
    for when, point in ends[act.__name__]:
        try:
            await killed_at(when, point, act, processes)
        except BaseException as error:
            error.add_note(f"{point.process} ended {when} {point.name}")
            raise
    await look_for_damage(processes)
