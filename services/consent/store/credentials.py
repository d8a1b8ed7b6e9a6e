"""Access codes, passes, failures and sessions. Secrets come and go as digests; nothing here has seen one."""

from datetime import datetime, timedelta
from uuid import UUID

from services.common.database import Connection, queries_beside
from services.consent.model.credentials import Session, StoredCode, StoredPass

SQL = queries_beside(__file__)


async def set_name(tx: Connection, name_digest: bytes) -> None:
    """Lets this transaction see the row of this name, and makes everybody else who uses the name wait for its end."""
    await tx.fetchrow(SQL.set_name, name_digest)


async def narrow_to_case(tx: Connection, case_id: UUID) -> None:
    """Makes the rest of this transaction a client's of this case: what the found row entitles to, no more."""
    await tx.fetchrow(SQL.narrow_to_case, case_id)


async def name_is_taken(tx: Connection, name_digest: bytes, at: datetime) -> bool:
    """Whether an access code that has not run out has this name; needs `set_name` before."""
    taken: bool = await tx.fetchval(SQL.name_is_taken, name_digest, at)
    return taken


async def insert_code(
    tx: Connection,
    case_id: UUID,
    consent_request_id: UUID,
    *,
    name_digest: bytes,
    proof_digest: bytes,
    made_at: datetime,
    ends_at: datetime,
    on_tablet_of: UUID | None,
) -> None:
    """Adds an access code to a request; the ones before open nothing from then on.

    `on_tablet_of` is the counsellor who hands her own tablet over for it.
    """
    await tx.execute(
        SQL.insert_code, case_id, consent_request_id, name_digest, proof_digest, made_at, ends_at, on_tablet_of
    )


async def on_tablet_of(tx: Connection, case_id: UUID, consent_request_id: UUID, number: int) -> UUID | None:
    """The counsellor on whose tablet this code was redeemed; None for a device of her own."""
    counsellor: UUID | None = await tx.fetchval(SQL.on_tablet_of, case_id, consent_request_id, number)
    return counsellor


async def find_code(tx: Connection, name_digest: bytes) -> StoredCode | None:
    """The newest access code of this name; needs `set_name` before."""
    row = await tx.fetchrow(SQL.find_code, name_digest)
    return StoredCode(*row.values()) if row else None


async def newest_code_number(tx: Connection, case_id: UUID, consent_request_id: UUID) -> int:
    """Number of the access code that counts; 0 when there is none."""
    return await tx.fetchval(SQL.newest_code_number, case_id, consent_request_id) or 0


async def find_pass(tx: Connection, name_digest: bytes) -> StoredPass | None:
    """The pass of this name; needs `set_name` before."""
    row = await tx.fetchrow(SQL.find_pass, name_digest)
    return StoredPass(*row.values()) if row else None


async def newest_pass(tx: Connection, case_id: UUID) -> tuple[UUID, bytes | None] | None:
    """The pass that counts with the digest of its second secret; the ones before open nothing."""
    row = await tx.fetchrow(SQL.newest_pass, case_id)
    return (row["pass_id"], row["second_digest"]) if row else None


async def insert_pass(
    tx: Connection,
    case_id: UUID,
    pass_id: UUID,
    *,
    name_digest: bytes,
    proof_digest: bytes,
    second_digest: bytes | None,
    at: datetime,
) -> bool:
    """Adds the pass of a case; False when the name is in use and another has to be made."""
    found = await tx.fetchval(SQL.insert_pass, case_id, pass_id, name_digest, proof_digest, second_digest, at)
    return found is not None


async def count_failures(tx: Connection, name_digest: bytes, since: datetime) -> int:
    """How often something wrong was typed under this name since then."""
    count: int = await tx.fetchval(SQL.count_failures, name_digest, since)
    return count


async def insert_failure(tx: Connection, name_digest: bytes, at: datetime) -> None:
    """Notes that something wrong was typed, whether the name is known or not."""
    await tx.execute(SQL.insert_failure, name_digest, at)


async def delete_old_failures(tx: Connection) -> None:
    """Forgets failures that count for nothing any more; the worker's."""
    await tx.execute(SQL.delete_old_failures)


async def insert_session(tx: Connection, session: Session, request_id: UUID, began_at: datetime) -> None:
    """Begins a session, which ends the one before of the same code or pass."""
    await tx.execute(
        SQL.insert_session,
        session.case_id,
        session.session_id,
        session.consent_request_id,
        session.code_number,
        session.pass_id,
        began_at,
        session.ends_at,
        request_id,
    )


async def find_session_by_repeat(tx: Connection, case_id: UUID, request_id: UUID) -> Session | None:
    """The session that this repeat key began."""
    row = await tx.fetchrow(SQL.find_session_by_repeat, case_id, request_id)
    if row is None:
        return None
    return Session(
        case_id, row["session_id"], row["ends_at"], row["consent_request_id"], row["code_number"], row["pass_id"]
    )


async def newest_session_of_request(tx: Connection, case_id: UUID, consent_request_id: UUID) -> Session | None:
    """The session that counts for a request."""
    row = await tx.fetchrow(SQL.newest_session_of_request, case_id, consent_request_id)
    if row is None:
        return None
    return Session(case_id, row["session_id"], row["ends_at"], consent_request_id, row["code_number"])


async def newest_session_of_pass(tx: Connection, case_id: UUID) -> Session | None:
    """The session that counts for the pass of a case."""
    row = await tx.fetchrow(SQL.newest_session_of_pass, case_id)
    if row is None:
        return None
    return Session(case_id, row["session_id"], row["ends_at"], pass_id=row["pass_id"])


async def names_locked_until(
    tx: Connection, case_id: UUID, pass_id: UUID, at: datetime, *, failures: int, time: timedelta
) -> datetime | None:
    """When names can be shown again: this time after the last failure, where that many lie within it; else None."""
    row = await tx.fetchrow(SQL.second_secret_failures, case_id, pass_id, time)
    if row is None or row["failures"] < failures:
        return None
    until: datetime = row["last_at"] + time
    return until if at < until else None


async def insert_second_secret_attempt(
    tx: Connection, case_id: UUID, pass_id: UUID, at: datetime, *, correct: bool
) -> None:
    """Notes a try of the six digits; a right one forgives the wrong ones before."""
    await tx.execute(SQL.insert_second_secret_attempt, case_id, pass_id, at, correct)
