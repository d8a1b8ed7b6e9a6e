"""Who plays in the journey: people of people.toml by their part."""

from dataclasses import dataclass
from uuid import UUID

from deploy.keycloak.plan import Agency, Person, Plan
from deploy.local.failures import RunnerError


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody with a login at one agency."""

    username: str
    name: str
    alias: str
    agency_id: UUID
    agency_name: str

    def __str__(self) -> str:
        """As the journey prints her."""
        return f"{self.name} ({self.agency_name.removesuffix(' (Demo)')})"


@dataclass(frozen=True, slots=True)
class Cast:
    """The parts of the main job."""

    discloser: Player
    """Counsellor of a Caritas agency."""

    sibling: Player
    """Counsellor of another agency of the same organization."""

    third: Player
    """Counsellor of an agency that has nothing to do with it."""

    recipient: Player
    """Counsellor of the Diakonie agency."""

    @classmethod
    def of(cls, plan: Plan) -> "Cast":
        """The parts by login; raises RunnerError when one of them is not in the plan."""
        return cls(
            discloser=player(plan, "maren", "caritas-hannover"),
            sibling=player(plan, "torben", "caritas-migration"),
            third=player(plan, "jannik", "awo-hannover"),
            recipient=player(plan, "samira", "diakonie-braunschweig"),
        )


def player(plan: Plan, username: str, alias: str) -> Player:
    """A person at one of her agencies; raises RunnerError when the plan has neither."""
    people: dict[str, Person] = {person.username: person for person in plan.people}
    agencies: dict[str, Agency] = {agency.alias: agency for agency in plan.agencies}
    person, agency = people.get(username), agencies.get(alias)
    if person is None or agency is None:
        raise RunnerError(f"people.toml has no {username} at {alias}, whom the journey needs.")
    return Player(username, f"{person.first_name} {person.last_name}", alias, agency.agency_id, agency.name)
