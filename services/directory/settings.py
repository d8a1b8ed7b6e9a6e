"""Settings of the directory: LOTSE_DIRECTORY_*."""

from __future__ import annotations

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from services.common.settings import ServiceSettings


class DirectorySettings(ServiceSettings):
    """What the directory needs beside what every service needs."""

    model_config = SettingsConfigDict(env_prefix="LOTSE_DIRECTORY_", extra="forbid", frozen=True)

    service: ClassVar[str] = "directory"

    consent_target: str = ""
    """Address of consent's gRPC service, whose keys verify client tokens; without it no client token is taken."""

    import_bytes: int = 512 * 1024 * 1024
    """The most that the files of one import may hold together."""

    import_seconds: float = 900.0
    """The longest that one import may take."""

    streams: int = 8
    """Readers of the whole directory at once; each keeps a connection to the database."""

    stream_seconds: float = 3600.0
    """The longest that reading the whole may take."""
