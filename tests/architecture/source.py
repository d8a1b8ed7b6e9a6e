"""The project's own Python files and what they import, read without running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("services", "gateway", "deploy")
SERVICES = ("directory", "consent", "referrals")


def python_files(*folders: str) -> list[Path]:
    """All Python files below these folders, relative to the repository, sorted."""
    return sorted(path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(), filename=str(path))


def imports(path: Path) -> Iterator[str]:
    """Full names of the modules that a file imports, relative imports resolved, late ones included."""
    package = [*path.parent.parts]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def begins_with(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)
