"""Makes roles and an empty database of a service; a second run changes nothing but passwords and settings."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import asyncpg

from services.common.database.queries import queries_beside
from services.common.database.target import Connection, DatabaseSettings, password, role_name

SQL = queries_beside(__file__)

WRITE_LIMITS: Mapping[str, str] = {"transaction_timeout": "5s", "idle_in_transaction_session_timeout": "5s"}
"""For roles that write at run time: no lock and no late commit outlives five seconds; sequencer and feed rely on it."""

REQUEST_SETTINGS: Mapping[str, str] = {**WRITE_LIMITS, "plan_cache_mode": "force_generic_plan"}
"""For roles that answer requests, too: a connection plans each statement once. With many columns and policies a plan
costs more than its run, and PostgreSQL left to itself makes a new one every time."""

_ROUNDS = 4096


@dataclass(frozen=True, slots=True)
class Role:
    """One role of the server with its password and the settings that hold whenever it logs in."""

    name: str
    password: str = field(repr=False)
    settings: Mapping[str, str] = field(default_factory=dict)
    rounds: int = _ROUNDS
    """Of the hash in the server's verifier: each guess at a stolen one pays for them, and each connection."""


def roles_of(settings: DatabaseSettings, limits: Mapping[str, Mapping[str, str]]) -> tuple[Role, list[Role]]:
    """The owner and the further roles of a service, by kind of role with its settings; passwords come from files."""
    others = [
        Role(role_name(settings, role), password(settings, role), values)
        for role, values in limits.items()
        if role != "owner"
    ]
    return Role(role_name(settings, "owner"), password(settings, "owner"), limits.get("owner", {})), others


async def create_database(admin_url: str, *, name: str, owner: Role, roles: Sequence[Role]) -> bool:
    """Makes what is missing and returns whether the database is new.

    The owner owns it, the other roles may connect, the public may nothing; rights on tables come with migrations.
    Passwords travel as SCRAM verifiers, so no plain one can reach the server's log. Text is compared by code point
    (C.UTF-8), so order and indexes do not depend on the operating system; a query that sorts for people says how.
    """
    admin = await asyncpg.connect(admin_url, timeout=10)
    try:
        async with admin.transaction():
            await admin.fetchval(SQL.take_lock)
            for role in (owner, *roles):
                await _ensure_role(admin, role)
            if not await admin.fetchval(SQL.is_superuser):
                await _run(admin, SQL.format_join_role, owner.name)
        new = not await admin.fetchval(SQL.database_exists, name)
        if new:
            try:
                await _run(admin, SQL.format_create_database, name, owner.name)
            except asyncpg.DuplicateDatabaseError:
                new = False  # another run was faster
        async with admin.transaction():
            await admin.fetchval(SQL.take_lock)
            await _run(admin, SQL.format_revoke_public, name)
            for role in (owner, *roles):
                await _run(admin, SQL.format_grant_connect, name, role.name)
        return new
    finally:
        await admin.close()


async def drop_database(admin_url: str, *names: str) -> None:
    """Removes databases and ends their sessions; for copies and tests."""
    admin = await asyncpg.connect(admin_url, timeout=10)
    try:
        for name in names:
            await _run(admin, SQL.format_drop_database, name)
    finally:
        await admin.close()


async def _ensure_role(admin: Connection, role: Role) -> None:
    if not await admin.fetchval(SQL.role_exists, role.name):
        await _run(admin, SQL.format_create_role, role.name)
    await _run(admin, SQL.format_set_password, role.name, scram_verifier(role.password, role.rounds))
    await _run(admin, SQL.format_reset_settings, role.name)
    for key, value in role.settings.items():
        await _run(admin, SQL.format_set_setting, role.name, key, value)


async def _run(admin: Connection, format_statement: str, *values: str) -> None:
    """Runs a statement whose names and literals the server itself quoted."""
    await admin.execute(await admin.fetchval(format_statement, *values))


def scram_verifier(secret: str, rounds: int = _ROUNDS) -> str:
    """The SCRAM-SHA-256 verifier of a password (RFC 5803 form that PostgreSQL stores), with a fresh salt."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    stored = base64.b64encode(hashlib.sha256(client_key).digest()).decode()
    return f"SCRAM-SHA-256${rounds}:{base64.b64encode(salt).decode()}${stored}:{base64.b64encode(server_key).decode()}"
