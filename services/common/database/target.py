"""Where a service's database is and as whom it is opened; nothing here opens a pool."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import asyncpg

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Record: TypeAlias = asyncpg.Record
    Connection: TypeAlias = asyncpg.Connection[Record] | PoolConnectionProxy[Record]
else:
    Record = asyncpg.Record
    Connection = asyncpg.Connection

ROLES = ("owner", "run", "worker", "sequencer", "eraser", "import", "edit")
"""Every kind of role that a migration may name and a target may be opened as."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_CONNECT_SECONDS = 5.0


class DatabaseSettings(Protocol):
    """What the kit must know to open a service's database; `ServiceSettings` and `DatabaseTarget` both give it."""

    @property
    def installation(self) -> str:
        """Id of the installation; prefix of every role."""

    @property
    def service(self) -> str:
        """Short name of the service; second part of every role."""

    @property
    def database_url(self) -> str:
        """Address of the database, without user and password."""

    @property
    def database_passwords_dir(self) -> Path:
        """Folder with one file per kind of role, holding its password."""


@dataclass(frozen=True, slots=True)
class DatabaseTarget:
    """A database that is not the service's main one (a second one for keys, a copy, a test's)."""

    installation: str
    service: str
    database_url: str
    database_passwords_dir: Path


class DatabaseConfigurationError(Exception):
    """The settings cannot lead to a connection; the message is one sentence for the operator and holds no secret."""


def role_name(settings: DatabaseSettings, role: str) -> str:
    """Name of a role in the server: `{installation}_{service}_{role}`; refuses what PostgreSQL would cut or fold."""
    if role not in ROLES:
        raise DatabaseConfigurationError(f"There is no kind of database role {role!r}; known: {', '.join(ROLES)}.")
    for part in (settings.installation, settings.service):
        if not _NAME.fullmatch(part):
            raise DatabaseConfigurationError(
                f"{part!r} cannot be part of a role name: use at most 31 of a-z, 0-9 and _, beginning with a letter."
            )
    name = f"{settings.installation}_{settings.service}_{role}"
    if len(name) > 63:
        raise DatabaseConfigurationError(f"The role name {name!r} is longer than the 63 characters PostgreSQL keeps.")
    return name


def role_names(settings: DatabaseSettings) -> dict[str, str]:
    """Name in the server of every kind of role, for the placeholders of migrations."""
    return {role: role_name(settings, role) for role in ROLES}


def password(settings: DatabaseSettings, role: str) -> str:
    """Password of a role, read from its file each time, so that a rotated one is used by the next connection."""
    path = settings.database_passwords_dir / role
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise DatabaseConfigurationError(
            f"The password of database role {role!r} cannot be read from {path}: {error.strerror}."
        ) from None
    if not text:
        raise DatabaseConfigurationError(f"The password file {path} is empty.")
    return text


async def connect(settings: DatabaseSettings, role: str, *, application: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection outside every pool, for session locks, LISTEN, migrations; the caller closes it.

    Dead peers are noticed within half a minute (keep-alives), so that a session lock of a lost leader is given up.
    """
    name = role_name(settings, role)
    return await asyncpg.connect(
        settings.database_url,
        user=name,
        password=password(settings, role),
        timeout=_CONNECT_SECONDS,
        server_settings={
            "application_name": application,
            "timezone": "UTC",
            "tcp_keepalives_idle": "10",
            "tcp_keepalives_interval": "5",
            "tcp_keepalives_count": "3",
        },
    )
