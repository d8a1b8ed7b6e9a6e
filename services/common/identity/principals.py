"""Who asks: one of four kinds of principal, made by the principal interceptor and by nobody else."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Staff:
    """A person of exactly one agency, or an operator without one, with a verified token of Keycloak."""

    person: UUID
    agency: UUID | None
    roles: frozenset[str]
    auth_time: datetime
    acr: int
    expires: datetime
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Client:
    """A help-seeker with a verified capability token of consent; knows one case and what may be done in it."""

    case: UUID
    scopes: frozenset[str]
    referral: UUID | None
    draft_revision: int | None
    consent_request: UUID | None
    session: UUID
    expires: datetime
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Service:
    """Background work or the command line, known by the name in its certificate."""

    name: str


@dataclass(frozen=True, slots=True)
class Public:
    """Nobody in particular."""


Principal = Staff | Client | Service | Public
