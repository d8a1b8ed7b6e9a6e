"""Prints the installed packages that the program does not need: `python surplus.py pyproject.toml`.

One lock holds what runs and what develops it, and the image keeps only the former.
"""

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def needed(project: Path) -> set[str]:
    """Canonical names of all that the project's own dependencies bring along here."""
    content = tomllib.loads(project.read_text(encoding="utf-8"))
    left = [Requirement(line) for line in content["project"]["dependencies"]]
    found: set[str] = set()
    seen: set[tuple[str, frozenset[str]]] = set()
    while left:
        requirement = left.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) not in seen:
            seen.add((name, extras))
            found.add(name)
            left += _requirements(name, extras)
    return found


def _requirements(name: str, extras: frozenset[str]) -> Iterator[Requirement]:
    """What a package asks for; markers that name an extra are answered here."""
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": each}) for each in ("", *extras)):
            requirement.marker = None
            yield requirement


def surplus(project: Path) -> list[str]:
    """Names of installed packages that are not needed, sorted."""
    installed = {canonicalize_name(each.metadata["Name"]) for each in distributions()}
    return sorted(installed - needed(project))


if __name__ == "__main__":
    sys.stdout.write("".join(f"{name}\n" for name in surplus(Path(sys.argv[1]))))
