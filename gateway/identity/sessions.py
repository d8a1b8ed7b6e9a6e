"""Sessions of browsers: begun, found by their cookie, kept alive, ended."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.errors import LoginUnavailable, LogoutIncomplete, SessionEnded, SessionLocked
from gateway.identity.oidc import Oidc, Tokens, agency_of, membership_of
from gateway.identity.renewals import Renewals
from gateway.sessions.content import (
    AnyContent,
    ClientContent,
    Content,
    HandOverContent,
    LoginContent,
    Sealer,
    SearchContent,
    StaffContent,
    UnreadableSession,
    hash_of,
    new_id,
)
from gateway.sessions.store.sessions import Resealed, SessionRow, SessionStore
from gateway.settings import GatewaySettings
from services.common.clock import Clock

LOGIN_MINUTES = 10
SEARCH_KEPT = timedelta(hours=1)
_RENEW_SECONDS = 30
_REQUEST_SECONDS = 2.0
"""A token that ends within a request would be refused by the last service of it, as if nobody were logged in."""
_TOUCH = timedelta(minutes=1)
_HAND_OVER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A person who is logged in here."""

    id: str = field(repr=False)
    access_token: str = field(repr=False)
    csrf: str = field(repr=False)

    @property
    def agency_id(self) -> str:
        """The directory's id of her agency, read only where it is shown: that takes as long as a statement."""
        return self.membership[0]

    @property
    def membership(self) -> tuple[str, frozenset[str]]:
        """That id and the roles she has there, to show what is hers; no right is read here."""
        return membership_of(self.access_token)


@dataclass(frozen=True, slots=True)
class Lock:
    """A session that is locked behind a client."""

    at: float
    path: str


@dataclass(frozen=True, slots=True)
class ClientSession:
    """A client who entered a code here."""

    id: str = field(repr=False)
    content: ClientContent


ChangeClient = Callable[[ClientContent], Awaitable[ClientContent | None]]


class Sessions:
    """All of them, whatever the replica that began them."""

    def __init__(
        self, store: SessionStore, sealer: Sealer, oidc: Oidc, settings: GatewaySettings, clock: Clock
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._oidc = oidc
        self._renewals = Renewals(oidc)
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self._longest = timedelta(hours=settings.session_hours)
        self._clock = clock

    async def begin_login(self, login: LoginContent) -> str:
        """Remember a login for ten minutes; the id for its cookie."""
        return await self._insert("login", login, self._clock.now() + timedelta(minutes=LOGIN_MINUTES))

    async def take_login(self, session_id: str) -> LoginContent:
        """What was remembered, once; raises SessionEnded when there is nothing."""
        id_hash = hash_of(session_id)
        row = await self._store.take(id_hash, "login")
        if row is None:
            raise SessionEnded
        return self._open(LoginContent, row, id_hash)

    async def begin_staff(self, tokens: Tokens) -> str:
        """A session with an id of its own, never one that was there before the login."""
        content = StaffContent(
            tokens.access_token, tokens.access_expires, tokens.refresh_token, secrets.token_urlsafe(24)
        )
        return await self._insert("staff", content, self._clock.now() + self._idle, hash_of(tokens.sid))

    async def staff(self, session_id: str) -> StaffSession:
        """The session with an access token that lasts a while; raises SessionEnded, or SessionLocked while handed over.

        Tokens are renewed while the row is locked, so a second tab gets what the first one fetched. While Keycloak is
        away a token that still lasts for a request is used on.
        """
        id_hash = hash_of(session_id)
        row = await self._found(id_hash, "staff")
        content = self._open(StaffContent, row, id_hash)
        if content.locked_at:
            raise SessionLocked
        if content.access_expires - self._seconds() < _RENEW_SECONDS:
            content = await self._renewed(id_hash)
        elif self._clock.now() - row.used_at > _TOUCH:
            await self._store.touch(id_hash, self._end(row))
        if content.locked_at:
            raise SessionLocked
        return StaffSession(session_id, content.access_token, content.csrf)

    async def staff_as_it_stands(self, session_id: str) -> StaffSession:
        """The session to be ended, also when its token is over and Keycloak away; raises SessionEnded."""
        id_hash = hash_of(session_id)
        content = self._open(StaffContent, await self._found(id_hash, "staff"), id_hash)
        return StaffSession(session_id, content.access_token, content.csrf)

    async def lock_staff(self, session_id: str, at_page: str) -> None:
        """Lock the session behind a client who gets the tablet; raises SessionEnded.

        Nothing opens it again: logging in anew begins another one. It is kept as long as a login lasts at most, since a
        lock that ran out would leave the login at Keycloak open to whoever holds the tablet.
        """
        id_hash = hash_of(session_id)

        async def lock(row: SessionRow) -> Resealed | None:
            content = self._open(StaffContent, row, id_hash)
            locked = replace(content, locked_at=self._seconds(), locked_at_page=at_page)
            return Resealed(self._sealer.seal(locked, id_hash), self._clock.now() + self._longest)

        if await self._store.renew(id_hash, "staff", lock) is None:
            raise SessionEnded

    async def lock_of(self, session_id: str) -> Lock | None:
        """Since when this session is locked and where it goes on; None when it is not."""
        id_hash = hash_of(session_id)
        row = await self._store.find(id_hash, "staff")
        if row is None:
            return None
        try:
            content = self._open(StaffContent, row, id_hash)
        except SessionEnded:
            return None
        return Lock(content.locked_at, content.locked_at_page) if content.locked_at else None

    async def begin_hand_over(self, access_code: str) -> str:
        """A ticket that leads once to this code, within a minute."""
        return await self._insert("hand-over", HandOverContent(access_code), self._clock.now() + _HAND_OVER)

    async def take_hand_over(self, ticket: str) -> str:
        """The code of a ticket, once; raises SessionEnded."""
        id_hash = hash_of(ticket)
        row = await self._store.take(id_hash, "hand-over")
        if row is None:
            raise SessionEnded
        return self._open(HandOverContent, row, id_hash).access_code

    async def end_staff(self, session_id: str) -> None:
        """End the session here and the login at Keycloak."""
        id_hash = hash_of(session_id)
        # Taken in one statement: that waits for a renewal under way, so Keycloak is told the refresh token that counts.
        row = await self._store.take(id_hash, "staff")
        if row is None:
            return
        content = self._open(StaffContent, row, id_hash)
        try:
            refresh_token = await self._renewals.newest(content.refresh_token)
        except SessionEnded:
            return  # the login is over at Keycloak as well
        except LoginUnavailable:
            raise LogoutIncomplete from None
        await self._oidc.end(refresh_token)

    async def drop_staff(self, session_id: str) -> None:
        """End the session here and leave the login at Keycloak, which a newer session goes on with."""
        await self._store.delete(hash_of(session_id))

    async def end_login(self, sid: str) -> None:
        """End all sessions of a login that ended at Keycloak."""
        await self._store.delete_of_login(hash_of(sid))

    async def begin_client(
        self,
        token: str,
        token_expires: float,
        session_ends: float,
        scopes: tuple[str, ...],
        *,
        handed_over: bool = False,
    ) -> tuple[str, ClientContent]:
        """A client's session; the id for its cookie."""
        content = ClientContent(
            token, token_expires, session_ends, scopes, secrets.token_urlsafe(24), handed_over=handed_over
        )
        ends = datetime.fromtimestamp(session_ends, UTC)
        return await self._insert("client", content, ends), content

    async def client(self, session_id: str) -> ClientSession:
        """The session; raises SessionEnded."""
        id_hash = hash_of(session_id)
        row = await self._found(id_hash, "client")
        return ClientSession(session_id, self._open(ClientContent, row, id_hash))

    async def is_handed_over(self, session_id: str) -> bool:
        """Whether this is the session of a tablet that a counsellor handed over; not for one that has ended."""
        id_hash = hash_of(session_id)
        row = await self._store.find(id_hash, "client")
        try:
            return row is not None and self._open(ClientContent, row, id_hash).handed_over
        except SessionEnded:
            return False

    async def change_client(self, session_id: str, change: ChangeClient) -> ClientSession:
        """Change a client's session while nobody else can; raises SessionEnded.

        `change` is given what stands there now, whatever another tab made of it meanwhile, and answers what is to
        stand there, or None to leave it.
        """
        id_hash = hash_of(session_id)

        async def renew(row: SessionRow) -> Resealed | None:
            new = await change(self._open(ClientContent, row, id_hash))
            return None if new is None else Resealed(self._sealer.seal(new, id_hash), row.expires_at)

        row = await self._store.renew(id_hash, "client", renew)
        if row is None:
            raise SessionEnded
        return ClientSession(session_id, self._open(ClientContent, row, id_hash))

    async def widen_client(
        self, session_id: str, token: str, token_expires: float, scopes: tuple[str, ...]
    ) -> ClientSession:
        """The session with a token that may more, under a new id; the one before is dead. Raises SessionEnded.

        Its forms stay good, so that what is open in another tab can still be sent.
        """
        id_hash = hash_of(session_id)
        row = await self._store.take(id_hash, "client")
        if row is None:
            raise SessionEnded
        content = replace(
            self._open(ClientContent, row, id_hash), token=token, token_expires=token_expires, scopes=scopes
        )
        return ClientSession(await self._insert("client", content, row.expires_at), content)

    async def end_client(self, session_id: str) -> None:
        """End a client's session."""
        await self._store.delete(hash_of(session_id))

    async def keep_search(self, session_id: str, question: dict[str, Any]) -> str:
        """Remember a search for an hour; a random handle for its address."""
        content = SearchContent(hash_of(session_id).hex(), question)
        return await self._insert("search", content, self._clock.now() + SEARCH_KEPT)

    async def search(self, session_id: str, handle: str) -> dict[str, Any] | None:
        """The search under a handle of this session; None when it is over or somebody else's."""
        id_hash = hash_of(handle)
        row = await self._store.find(id_hash, "search")
        if row is None:
            return None
        content = self._open(SearchContent, row, id_hash)
        return content.question if content.owner == hash_of(session_id).hex() else None

    async def _renewed(self, id_hash: bytes) -> StaffContent:
        ended = False

        async def renew(row: SessionRow) -> Resealed | None:
            nonlocal ended
            content = self._open(StaffContent, row, id_hash)
            left = content.access_expires - self._seconds()
            if left >= _RENEW_SECONDS or content.locked_at:
                return None  # another request was faster, or the tablet was handed over meanwhile
            try:
                tokens = await self._renewals.renew(content.refresh_token)
            except SessionEnded:
                ended = True
                return None
            except LoginUnavailable:
                if content.access_expires - self._seconds() > _REQUEST_SECONDS:
                    return None
                raise
            if agency_of(tokens.access_token) != agency_of(content.access_token):
                # Another agency was chosen at Keycloak meanwhile: such a token mixes its id with the roles of ours.
                ended = True
                return None
            new = replace(
                content,
                access_token=tokens.access_token,
                access_expires=tokens.access_expires,
                refresh_token=tokens.refresh_token,
            )
            return Resealed(self._sealer.seal(new, id_hash), self._end(row))

        row = await self._store.renew(id_hash, "staff", renew)
        if ended:
            await self._store.delete(id_hash)
        if row is None or ended:
            raise SessionEnded
        return self._open(StaffContent, row, id_hash)

    async def _insert(
        self,
        kind: str,
        content: AnyContent,
        expires_at: datetime,
        sid_hash: bytes | None = None,
    ) -> str:
        session_id = new_id()
        id_hash = hash_of(session_id)
        await self._store.insert(id_hash, kind, self._sealer.seal(content, id_hash), expires_at, sid_hash)
        return session_id

    async def _found(self, id_hash: bytes, kind: str) -> SessionRow:
        row = await self._store.find(id_hash, kind)
        if row is None:
            raise SessionEnded
        return row

    def _open(self, kind: type[Content], row: SessionRow, id_hash: bytes) -> Content:
        try:
            return self._sealer.open(kind, row.sealed, id_hash)
        except UnreadableSession:
            raise SessionEnded from None

    def _end(self, row: SessionRow) -> datetime:
        return min(self._clock.now() + self._idle, row.created_at + self._longest)

    def _seconds(self) -> float:
        return self._clock.now().timestamp()
