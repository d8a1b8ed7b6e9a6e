"""Changes the rules of consent one by one and says which change no test notices: `python -m tests.support.mutants`.

mutmut changes and runs, as pyproject.toml says; its copy of the source stands in mutants/. A change that nothing
notices has to stand in tests/unit/consent/mutants.toml with the reason why nobody could notice it. One that does not,
and one that stands there and is noticed or gone, end the command with 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parents[2]
EXPLAINED = HOUSE / "tests" / "unit" / "consent" / "mutants.toml"
MUTMUT = str(Path(sys.executable).with_name("mutmut"))
NOTICED = frozenset({"killed", "timeout"})


@dataclass(frozen=True, order=True)
class Mutant:
    """One change of one function, named by what changes: numbers would move with every line that is added."""

    function: str
    change: str

    def __str__(self) -> str:
        return f"{self.function}\n{self.change}\n"


def main() -> int:
    """Change everything anew; the exit status says whether what survives is what is explained."""
    shutil.rmtree(HOUSE / "mutants", ignore_errors=True)
    ran = subprocess.run([MUTMUT, "run", "--max-children", str(os.cpu_count() or 1)], cwd=HOUSE, check=False)
    if ran.returncode:
        return ran.returncode
    verdicts = dict(read_verdicts())
    survivors = {read_mutant(name) for name, verdict in verdicts.items() if verdict not in NOTICED}
    explained = read_explained()
    for mutant in sorted(survivors - explained):
        sys.stdout.write(f"\nNo test notices this change:\n{mutant}")
    for mutant in sorted(explained - survivors):
        sys.stdout.write(f"\nExplained in {EXPLAINED.name}, and noticed by a test or gone:\n{mutant}")
    sys.stdout.write(f"\n{len(verdicts)} changes, {len(survivors)} that no test notices, {len(explained)} explained\n")
    return int(survivors != explained)


def read_verdicts() -> Iterator[tuple[str, str]]:
    """Each mutant's name and what came of it, in mutmut's words."""
    for line in _said("results", "--all", "true").splitlines():
        name, _, verdict = line.strip().partition(": ")
        yield name, verdict


def read_mutant(name: str) -> Mutant:
    """What mutmut changed under this name: the lines of its diff, without their indentation."""
    function = name.rpartition("__mutmut_")[0].replace(".x_", ".", 1)
    changed = [
        line for line in _said("show", name).splitlines() if line[:1] in {"-", "+"} and line[:3] not in {"---", "+++"}
    ]
    return Mutant(function, "\n".join(f"{line[0]} {line[1:].strip()}" for line in changed))


def read_explained() -> frozenset[Mutant]:
    """The changes that change nothing that anybody could see."""
    entries = tomllib.loads(EXPLAINED.read_text())["mutant"]
    return frozenset(Mutant(entry["function"], entry["change"].strip()) for entry in entries)


def _said(*command: str) -> str:
    return subprocess.run([MUTMUT, *command], cwd=HOUSE, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
