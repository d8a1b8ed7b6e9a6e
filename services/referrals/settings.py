"""Settings of referrals: LOTSE_REFERRALS_*; a second database for keys, the root key, the two services it asks."""

from pathlib import Path
from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from services.common.database import DatabaseTarget
from services.common.settings import ServiceSettings


class ReferralsSettings(ServiceSettings):
    """What referrals needs beside what every service needs."""

    model_config = SettingsConfigDict(env_prefix="LOTSE_REFERRALS_", extra="forbid", frozen=True)

    service: ClassVar[str] = "referrals"

    keys_url: str
    """Database of the keys, in production on a server of its own whose backups are kept for days."""

    keys_passwords_dir: Path
    root_key_file: Path
    """32 random bytes under which the agencies' keysets are wrapped. Whoever loses it loses all content."""

    key_journal_file: Path
    """Signed journal outside the databases of the keys that were deleted, so that a restore gives none of them back."""

    key_journal_key_file: Path
    """Ed25519 private key (PEM, PKCS #8) that signs the journal."""

    consent_target: str
    directory_target: str

    def keys_database(self) -> DatabaseTarget:
        """The database of the keys as the kit opens it."""
        return DatabaseTarget(self.installation, "referrals_keys", self.keys_url, self.keys_passwords_dir)
