"""The numbered `.sql` files of a folder, read and checked; nothing here needs a database."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.common.database.target import ROLES

_FILE = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_PLACEHOLDER = re.compile(r"\{(" + "|".join(ROLES) + r")\}")
_TRANSACTION = re.compile(r"^\s*(begin|commit|rollback|start\s+transaction)\s*;", re.IGNORECASE | re.MULTILINE)
_MINIMUM_PROGRAM = re.compile(r"^--\s*minimum program:\s*(\d+(?:\.\d+)*)\s*$", re.MULTILINE)


class MigrationError(Exception):
    """The folder and the database do not fit together; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, name, text and the checksum under which it is remembered."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> bytes:
        """SHA-256 of the text before placeholders are filled, so it is the same in every installation."""
        return hashlib.sha256(self.text.encode()).digest()

    @property
    def minimum_program(self) -> str:
        """Oldest program version that works after it (line `-- minimum program: 1.2.0`), or "0"."""
        found = _MINIMUM_PROGRAM.search(self.text)
        return found[1] if found else "0"

    def statements(self, roles: Mapping[str, str]) -> str:
        """The text with `{owner}`, `{run}`, … replaced by quoted role names; other braces stay as they are."""
        return _PLACEHOLDER.sub(lambda found: _quoted(roles[found[1]]), self.text)


def read_migrations(folder: Path) -> tuple[Migration, ...]:
    """All migrations of a folder in order; refuses gaps, odd names and files that end their own transaction."""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        match = _FILE.fullmatch(path.name)
        if match is None:
            raise MigrationError(f"{path.name} is no migration name: use four digits and words, as in 0001_cases.sql.")
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
        if _TRANSACTION.search(text):
            raise MigrationError(f"{path.name} begins or ends a transaction itself; each file already runs in one.")
        found.append(Migration(int(match[1]), path.stem, text))
    for expected, migration in enumerate(found, start=1):
        if migration.number != expected:
            raise MigrationError(f"In {folder.name} migration {expected:04} is missing before {migration.name}.")
    if not found:
        raise MigrationError(f"There is no migration in {folder}.")
    return tuple(found)


def version_key(version: str) -> tuple[int, ...]:
    """Order of version numbers: 0.10 comes after 0.9."""
    return tuple(int(part) for part in version.split("."))


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
