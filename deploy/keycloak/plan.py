"""What is to be provisioned, read from a TOML file."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

AGENCY_ROLES = ("counsellor", "coordinator", "data-protection-officer", "outreach")
OPERATOR = "operator"
SECOND_FACTOR_ROLES = frozenset({"coordinator", "data-protection-officer"})


class PlanError(Exception):
    """The file does not say what it must; the message names the place."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The roles of a person in one agency."""

    agency: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can log in; personal data."""

    username: str
    first_name: str
    last_name: str
    memberships: tuple[Membership, ...]
    operator: bool = False
    demo_totp: str = field(default="", repr=False)
    """Secret of one-time codes, written down for people of a demonstration only; everybody else sets one up herself."""

    @property
    def needs_second_factor(self) -> bool:
        """Whether an office of hers is refused to logins by password alone."""
        offices = {role for membership in self.memberships for role in membership.roles}
        return self.operator or bool(offices & SECOND_FACTOR_ROLES)


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency, known to the directory by `agency_id`."""

    alias: str
    name: str
    agency_id: UUID


@dataclass(frozen=True, slots=True)
class Plan:
    """Agencies and people. What Keycloak has beside stays as it is."""

    agencies: tuple[Agency, ...]
    people: tuple[Person, ...]

    @classmethod
    def read(cls, path: Path) -> "Plan":
        """The plan of a file; raises PlanError that names what is wrong."""
        with path.open("rb") as file:
            content = tomllib.load(file)
        try:
            agencies = tuple(
                Agency(alias, entry["name"], UUID(entry["agency_id"])) for alias, entry in content["agencies"].items()
            )
            people = tuple(_person(username, entry) for username, entry in content["people"].items())
        except (KeyError, ValueError, TypeError) as error:
            raise PlanError(f"{path.name}: {type(error).__name__} {error}") from None
        plan = cls(agencies, people)
        plan.check(path.name)
        return plan

    def check(self, source: str) -> None:
        """Raises PlanError when a person belongs to an agency or bears a role that does not exist."""
        known = {agency.alias for agency in self.agencies}
        for person in self.people:
            for membership in person.memberships:
                if membership.agency not in known:
                    raise PlanError(f"{source}: people.{person.username} belongs to an unknown agency")
                if not membership.roles <= set(AGENCY_ROLES) or not membership.roles:
                    raise PlanError(f"{source}: people.{person.username} bears an unknown role, or none")


def _person(username: str, entry: dict[str, object]) -> Person:
    roles = entry.get("agencies", {})
    if not isinstance(roles, dict):
        raise TypeError(f"people.{username}.agencies is no table")
    return Person(
        username,
        str(entry["first_name"]),
        str(entry["last_name"]),
        tuple(Membership(agency, frozenset(names)) for agency, names in roles.items()),
        bool(entry.get("operator", False)),
        str(entry.get("demo_totp", "")),
    )
