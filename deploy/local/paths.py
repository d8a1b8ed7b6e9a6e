"""Where the runner keeps things: state in the checkout, downloads in the user's cache folder, nothing elsewhere."""

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def cache_folder() -> Path:
    """Downloads, what is unpacked from them, and what tools keep; safe to delete while nothing runs."""
    named = os.environ.get("LOTSE_CACHE")
    if named:
        return Path(named).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "lotsennetz"


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one installation on this machine."""

    root: Path

    @classmethod
    def of_environment(cls) -> "Home":
        """`LOTSE_HOME`, or `.lotse` in the checkout."""
        return cls(Path(os.environ.get("LOTSE_HOME") or CHECKOUT / ".lotse").absolute())

    @property
    def postgres(self) -> Path:
        """Data of PostgreSQL."""
        return self.root / "postgres"

    @property
    def keycloak(self) -> Path:
        """Working folder of Keycloak."""
        return self.root / "keycloak"

    @property
    def pki(self) -> Path:
        """Private authority and certificates."""
        return self.root / "pki"

    @property
    def secrets(self) -> Path:
        """Passwords and keys, a folder for each process."""
        return self.root / "secrets"

    @property
    def logs(self) -> Path:
        """One log for each process."""
        return self.root / "logs"

    @property
    def processes(self) -> Path:
        """What is running, so that a later run can find what a killed one left."""
        return self.root / "processes"

    def record(self, process: str) -> Path:
        """The record of one process."""
        return self.processes / f"{process}.json"

    def log(self, process: str) -> Path:
        """The log of one process."""
        return self.logs / f"{process}.log"

    @property
    def journals(self) -> Path:
        """Checkpoints and journals that live outside the database."""
        return self.root / "journals"

    @property
    def state(self) -> Path:
        """What is up, for the other commands."""
        return self.root / "up.json"

    @property
    def reports(self) -> Path:
        """Quarantine reports of imports."""
        return self.root / "reports"
