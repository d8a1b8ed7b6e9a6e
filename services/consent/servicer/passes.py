"""The pass and its second secret: to come back with, and to see names."""

import re
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from services.common.database import Database, Lock, Scope
from services.common.errors import IllegalState
from services.common.identity.principals import Client
from services.consent.convert import invalid
from services.consent.errors import NamesLocked, SecondSecretMissing, SecondSecretNotAccepted
from services.consent.model.request import RequestState
from services.consent.rules.codes import Digests, SecretKind, new_secret, same
from services.consent.rules.requests import state_of
from services.consent.servicer.tokens import SEE_NAMES, IssuedToken, Tokens, current_session
from services.consent.store import credentials, requests

FAILURES_THAT_LOCK: Final = 5
LOCK_TIME: Final = timedelta(days=1)
_DECIDED: Final = frozenset({RequestState.GRANTED, RequestState.PARTLY_GRANTED, RequestState.REFUSED})
_DIGITS: Final = re.compile(r"[0-9]{6}")


class Passes:
    """One pass per case; a new one replaces the one before."""

    def __init__(self, database: Database, digests: Digests, tokens: Tokens) -> None:
        self._database = database
        self._digests = digests
        self._tokens = tokens

    async def take(self, who: Client, consent_request_id: UUID, second_secret: str) -> str:
        """The pass in groups of five, shown this once; only after she decided, and in danger only with six digits."""
        if second_secret and not _DIGITS.fullmatch(second_secret):
            raise invalid("second_secret", "six digits")
        async with self._database.transaction(Scope.of(who), lock=Lock(str(who.case))) as tx:
            await current_session(tx, who)
            at = await requests.legal_time(tx)
            state = state_of(await requests.get(tx, who.case, consent_request_id), at)
            if state not in _DECIDED:
                raise IllegalState(metadata={"state": state.value, "possible": "decide first"})
            if not second_secret and await requests.case_is_in_danger(tx, who.case):
                raise SecondSecretMissing
            while True:
                secret, pass_id = new_secret(SecretKind.PASS), uuid4()
                digest = self._digests.second_secret(str(pass_id), second_secret) if second_secret else None
                if await credentials.insert_pass(
                    tx,
                    who.case,
                    pass_id,
                    name_digest=self._digests.name(secret),
                    proof_digest=self._digests.proof(secret),
                    second_digest=digest,
                    at=at,
                ):
                    return secret.grouped()

    async def confirm(self, who: Client, second_secret: str) -> IssuedToken:
        """A token that shows names too. Five failures lock the names for a day, never the withdrawal."""
        async with self._database.transaction(Scope.of(who), lock=Lock(str(who.case))) as tx:
            session = await current_session(tx, who)
            newest = await credentials.newest_pass(tx, who.case)
            pass_id, digest = newest or (None, None)
            if pass_id is None or digest is None or session.pass_id != pass_id:
                raise SecondSecretMissing
            at = await requests.legal_time(tx)
            locked = await credentials.names_locked_until(
                tx, who.case, pass_id, at, failures=FAILURES_THAT_LOCK, time=LOCK_TIME
            )
            if locked is not None:
                raise NamesLocked(retry_after=locked - at)
            correct = same(digest, self._digests.second_secret(str(pass_id), second_secret))
            await credentials.insert_second_secret_attempt(tx, who.case, pass_id, at, correct=correct)
        # Raised only here: the failure has to be committed.
        if not correct:
            raise SecondSecretNotAccepted
        return self._tokens.issue(session, SEE_NAMES)
