"""What a plan must say before anything is provisioned."""

from __future__ import annotations

from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from deploy.keycloak.plan import Plan, PlanError
from deploy.local.lifecycle import PEOPLE

GOOD = """
[agencies.nord]
name = "Nord"
agency_id = "11111111-1111-5111-8111-111111111111"
[people.eva]
first_name = "Eva"
last_name = "E."
agencies = { nord = ["counsellor"] }
"""
WRONG = {
    "an unknown agency": GOOD.replace("{ nord", "{ west"),
    "an unknown role": GOOD.replace('"counsellor"', '"director"'),
    "no role": GOOD.replace('["counsellor"]', "[]"),
    "an id that is none": GOOD.replace("11111111-1111-5111", "nord"),
    "no name": GOOD.replace('last_name = "E."', ""),
    "no people": GOOD.partition("[people")[0],
}


def test_a_good_plan_is_read(tmp_path: Path) -> None:
    plan = Plan.read(_written(tmp_path, GOOD))
    assert plan.people[0].memberships[0].roles == {"counsellor"}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_plan_is_refused_and_named(tmp_path: Path, what: str) -> None:
    with pytest.raises(PlanError, match=r"^people\.toml: "):
        Plan.read(_written(tmp_path, WRONG[what]))


def test_the_demonstration_has_everybody_that_the_main_job_and_its_tests_need() -> None:
    plan = Plan.read(PEOPLE)
    ids = {agency.alias: agency.agency_id for agency in plan.agencies}
    assert ids["diakonie-braunschweig"] == uuid5(
        NAMESPACE_URL, "demo/organization/diakonie-braunschweig-schuldnerberatung"
    )
    roles = [role for person in plan.people for each in person.memberships for role in each.roles]
    assert {"counsellor", "coordinator", "data-protection-officer"} <= set(roles)
    assert [person for person in plan.people if len(person.memberships) > 1]
    assert [person for person in plan.people if person.operator and not person.memberships]


def _written(folder: Path, text: str) -> Path:
    path = folder / "people.toml"
    path.write_text(text)
    return path
