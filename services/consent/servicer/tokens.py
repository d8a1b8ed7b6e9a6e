"""Client tokens: what a session entitles to, and for how long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.common.clock import Clock
from services.common.database import Connection
from services.common.identity.client_tokens import ClientClaims, ClientTokenIssuer
from services.common.identity.principals import Client
from services.consent.errors import SessionEnded
from services.consent.model.credentials import Session
from services.consent.model.request import ConsentRequest
from services.consent.store import credentials

TOKEN_TIME: Final = timedelta(minutes=10)
SESSION_TIME: Final = timedelta(minutes=60)

DECIDE: Final = frozenset({"decide"})
SEE: Final = frozenset({"see", "withdraw"})
SEE_NAMES: Final = SEE | {"see-names"}


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token with what has to be said about it."""

    token: str
    expires: datetime
    session_ends: datetime
    scopes: frozenset[str]


class Tokens:
    """Makes tokens of sessions. A token never outlives its session."""

    def __init__(self, issuer: ClientTokenIssuer, clock: Clock) -> None:
        self._issuer = issuer
        self._clock = clock

    def now(self) -> datetime:
        """The time by which sessions and tokens end."""
        return self._clock.now()

    def issue(
        self,
        session: Session,
        scopes: Iterable[str],
        *,
        referral: UUID | None = None,
        draft_revision: int | None = None,
    ) -> IssuedToken:
        """A token of this session; SessionEnded when its hour is over."""
        now = self.now()
        expires = min(now + TOKEN_TIME, session.ends_at)
        if expires <= now:
            raise SessionEnded
        claims = ClientClaims(
            case=session.case_id,
            scopes=frozenset(scopes),
            session=session.session_id,
            expires=expires,
            referral=referral,
            draft_revision=draft_revision,
            consent_request=session.consent_request_id,
        )
        return IssuedToken(self._issuer.issue(claims), expires, session.ends_at, claims.scopes)

    def issue_for_request(self, session: Session, asked: ConsentRequest) -> IssuedToken:
        """A token to decide this request."""
        return self.issue(session, DECIDE, referral=asked.referral_id, draft_revision=asked.draft_revision)


async def current_session(tx: Connection, who: Client) -> Session:
    """The session of this token; SessionEnded when a newer redemption, code or pass took its place."""
    if who.consent_request is not None:
        session = await credentials.newest_session_of_request(tx, who.case, who.consent_request)
        holds = session is not None and session.code_number == await credentials.newest_code_number(
            tx, who.case, who.consent_request
        )
    else:
        session = await credentials.newest_session_of_pass(tx, who.case)
        newest = await credentials.newest_pass(tx, who.case)
        holds = session is not None and newest is not None and session.pass_id == newest[0]
    if session is None or not holds or session.session_id != who.session:
        raise SessionEnded
    return session
