"""Who asks, as the database sees it: four settings that hold for one transaction and that row-level policies read."""

from dataclasses import dataclass
from typing import Literal, Self
from uuid import UUID

from services.common.errors import NotFound
from services.common.identity.principals import Client, Principal, Public, Service, Staff

Kind = Literal["staff", "client", "service", "public", "audit"]
"""`audit` is a staff principal in an office that looks over all of an agency's rows; only servicers choose it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Kind of principal with the ids that limit it; an absent id matches no row in a policy."""

    kind: Kind
    agency: UUID | None = None
    person: UUID | None = None
    case: UUID | None = None

    @classmethod
    def of(cls, principal: Principal, case: UUID | None = None) -> Self:
        """Scope of a principal, optionally narrowed to one case.

        A client is always narrowed to the case of the token; another one is NotFound, as if it did not exist.
        """
        match principal:
            case Staff():
                return cls("staff", agency=principal.agency, person=principal.person, case=case)
            case Client():
                if case is not None and case != principal.case:
                    raise NotFound
                return cls("client", case=principal.case)
            case Service():
                return cls("service", case=case)
            case Public():
                return cls("public")

    def settings(self) -> dict[str, str]:
        """Values of `lotse.kind`, `lotse.agency` and so on; empty text stands for absent."""
        return {
            "kind": self.kind,
            "agency": _text(self.agency),
            "person": _text(self.person),
            "case": _text(self.case),
        }


SERVICE_SCOPE = Scope("service")
"""Scope of background work, which has no principal of a call."""


def _text(value: UUID | None) -> str:
    return "" if value is None else str(value)
