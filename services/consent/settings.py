"""Settings of consent: LOTSE_CONSENT_*; three key files, two files of proof outside the database, the directory."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.common.settings import ServiceSettings
from services.consent.rules.retention import DEFAULT_YEARS


class ConsentSettings(ServiceSettings):
    """What consent needs beside what every service needs."""

    model_config = SettingsConfigDict(env_prefix="LOTSE_CONSENT_", extra="forbid", frozen=True)

    service: ClassVar[str] = "consent"

    token_key_file: Path
    """Ed25519 private key (PEM, PKCS #8) that signs client tokens."""

    log_key_file: Path
    """Ed25519 private key (PEM, PKCS #8) that signs receipts, checkpoints and the journal."""

    hmac_key_file: Path
    """At least 32 random bytes under which access codes, passes and second secrets are digested. Never together with a
    backup of the database: whoever has both can try codes."""

    checkpoint_file: Path
    """Signed checkpoints outside the database; one is added after each batch."""

    journal_file: Path
    """Signed journal outside the database of what changes a consent, so that a restore cannot undo a withdrawal."""

    proof_years: int = Field(default=DEFAULT_YEARS, ge=1, le=30)
    """Proof is erased so many years after the end of the year in which the last of a case ended."""

    directory_target: str
    """Address of the directory's gRPC service, whose regimes are copied."""

    client_audiences: tuple[str, ...] = ("lotse-directory", "lotse-referrals", "lotse-consent")
    """`aud` of client tokens: the services that take them."""
