"""What opens a client's session, and the session."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StoredCode:
    """An access code as it is kept."""

    case_id: UUID
    consent_request_id: UUID
    number: int
    proof_digest: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True)
class StoredPass:
    """A pass as it is kept."""

    case_id: UUID
    pass_id: UUID
    proof_digest: bytes


@dataclass(frozen=True, slots=True)
class Session:
    """One redemption; it belongs either to an access code of a request or to a pass."""

    case_id: UUID
    session_id: UUID
    ends_at: datetime
    consent_request_id: UUID | None = None
    code_number: int | None = None
    pass_id: UUID | None = None
