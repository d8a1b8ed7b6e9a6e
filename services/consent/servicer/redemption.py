"""Turning what somebody typed into a session; wrong and unknown go the same way and take the same time."""

import asyncio
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from services.common.database import Connection, Database, Scope
from services.common.errors import FieldViolation, InvalidArgument, NotFound
from services.consent.errors import SecretNotAccepted, SessionEnded
from services.consent.model.credentials import Session
from services.consent.model.request import ConsentRequest, RequestState
from services.consent.rules.codes import Digests, SecretKind, TypedSecret, UnreadableSecretError, read_typed, same
from services.consent.rules.requests import FAILURES_THAT_CLOSE, state_of
from services.consent.servicer.sittings import open_in_sitting
from services.consent.servicer.tokens import SEE, SESSION_TIME, IssuedToken, Tokens
from services.consent.servicer.writing_down import unconfirmed_until
from services.consent.store import consents, credentials, requests

_PUBLIC: Final = Scope("public")
_NOWHERE: Final = UUID(int=0)
_NO_PROOF: Final = bytes(32)
_FREE_FAILURES: Final = 5
_LONGEST_DELAY: Final = 2.0
_COUNTED: Final = timedelta(hours=1)


class Redemption:
    """Access code or pass to token."""

    def __init__(self, database: Database, digests: Digests, tokens: Tokens) -> None:
        self._database = database
        self._digests = digests
        self._tokens = tokens

    async def redeem(self, typed: str, request_id: UUID) -> IssuedToken:
        """A token of a fresh session, or of the one that this repeat key began; SecretNotAccepted otherwise.

        What can be neither code nor pass is a slip and no try: InvalidArgument says what is wrong, nothing is counted.
        """
        try:
            secret = read_typed(typed)
        except UnreadableSecretError as error:
            raise InvalidArgument(violations=[FieldViolation("secret", error.rule)]) from None
        if secret.kind is SecretKind.PASS:
            await self._slow_down(secret)
            issued = await self._redeem_pass(secret, request_id)
        else:
            issued = await self._redeem_code(secret, request_id)
        # Raised only here: the failure has to be committed.
        if issued is None:
            raise SecretNotAccepted
        return issued

    async def _redeem_code(self, secret: TypedSecret, request_id: UUID) -> IssuedToken | None:
        name, proof = self._digests.name(secret), self._digests.proof(secret)
        async with self._database.transaction(_PUBLIC) as tx:
            await credentials.set_name(tx, name)
            code = await credentials.find_code(tx, name)
            case_id = code.case_id if code else _NOWHERE
            consent_request_id = code.consent_request_id if code else _NOWHERE
            await credentials.narrow_to_case(tx, case_id)
            at = await requests.legal_time(tx)
            asked = await _found(tx, case_id, consent_request_id)
            newest = await credentials.newest_code_number(tx, case_id, consent_request_id)
            since = code.made_at if code else at
            failures = await credentials.count_failures(tx, name, since)
            proved = same(code.proof_digest if code else _NO_PROOF, proof)
            is_asked = asked is not None and state_of(asked, at) is RequestState.REQUESTED
            # Also when nothing is known, so that unknown takes as long: an oral decision that waits for her word.
            waits = await _waits(tx, case_id, asked, at) and failures < FAILURES_THAT_CLOSE
            # A code opens its sitting for as long as any question of it is open.
            others = await open_in_sitting(tx, case_id, consent_request_id, at)
            leads_on = bool(others) and failures < FAILURES_THAT_CLOSE
            counts = (is_asked or waits or leads_on) and code is not None and code.number == newest
            if asked is None or code is None or not (proved and counts):
                await credentials.insert_failure(tx, name, at)
                if asked is not None and counts and not proved and failures + 1 >= FAILURES_THAT_CLOSE:
                    await requests.end(tx, asked, RequestState.CANCELLED, "failures", at)
                return None
            opened = asked if is_asked or waits else others[0]
            number = await credentials.newest_code_number(tx, case_id, opened.consent_request_id)
            session = Session(
                case_id,
                uuid4(),
                self._session_end(),
                consent_request_id=opened.consent_request_id,
                code_number=number,
            )
            session = await self._begin(tx, session, request_id)
            return self._tokens.issue_for_request(session, opened)

    async def _redeem_pass(self, secret: TypedSecret, request_id: UUID) -> IssuedToken | None:
        name, proof = self._digests.name(secret), self._digests.proof(secret)
        async with self._database.transaction(_PUBLIC) as tx:
            await credentials.set_name(tx, name)
            kept = await credentials.find_pass(tx, name)
            await credentials.narrow_to_case(tx, kept.case_id if kept else _NOWHERE)
            at = await requests.legal_time(tx)
            newest = await credentials.newest_pass(tx, kept.case_id if kept else _NOWHERE)
            proved = same(kept.proof_digest if kept else _NO_PROOF, proof)
            if kept is None or newest is None or not (proved and newest[0] == kept.pass_id):
                await credentials.insert_failure(tx, name, at)
                return None
            session = Session(kept.case_id, uuid4(), self._session_end(), pass_id=kept.pass_id)
            session = await self._begin(tx, session, request_id)
            return self._tokens.issue(session, SEE)

    async def _slow_down(self, secret: TypedSecret) -> None:
        """Waits longer with each failure under a name; right and wrong wait alike, and no number of them closes it."""
        name = self._digests.name(secret)
        async with self._database.transaction(_PUBLIC, read_only=True) as tx:
            at = await requests.legal_time(tx)
            failures = await credentials.count_failures(tx, name, at - _COUNTED)
        if failures >= _FREE_FAILURES:
            await asyncio.sleep(min(_LONGEST_DELAY, 0.1 * 2 ** (failures - _FREE_FAILURES)))

    async def _begin(self, tx: Connection, session: Session, request_id: UUID) -> Session:
        repeat = await credentials.find_session_by_repeat(tx, session.case_id, request_id)
        if repeat is None:
            await credentials.insert_session(tx, session, request_id, self._tokens.now())
            return session
        belongs = (repeat.consent_request_id, repeat.code_number, repeat.pass_id)
        if belongs != (session.consent_request_id, session.code_number, session.pass_id):
            raise SessionEnded
        if repeat.pass_id is None:
            newest = await credentials.newest_session_of_request(
                tx, session.case_id, repeat.consent_request_id or _NOWHERE
            )
        else:
            newest = await credentials.newest_session_of_pass(tx, session.case_id)
        if newest is None or newest.session_id != repeat.session_id:
            raise SessionEnded
        return repeat

    def _session_end(self) -> datetime:
        return self._tokens.now() + SESSION_TIME


async def _waits(tx: Connection, case_id: UUID, asked: ConsentRequest | None, at: datetime) -> bool:
    pair = (asked.discloser_id, asked.recipient_id) if asked else (_NOWHERE, _NOWHERE)
    record = await consents.newest_of_pair(tx, case_id, *pair)
    if asked is None or record is None or not record.consent.in_force:
        return False
    until = unconfirmed_until(record.consent)
    return record.setting.consent_request_id == asked.consent_request_id and until is not None and at < until


async def _found(tx: Connection, case_id: UUID, consent_request_id: UUID) -> ConsentRequest | None:
    try:
        return await requests.get(tx, case_id, consent_request_id)
    except NotFound:
        return None
