"""Named SQL statements that live in a `.sql` file beside the module that runs them."""

import re
from collections.abc import Iterator
from pathlib import Path

_CONDITION = re.compile(r"^.*--\s*if\s+([a-z]+)\s*$\n?", re.MULTILINE)
_NAME = re.compile(r"^--\s*(name|part):\s*([a-z][a-z0-9_]*)\s*$", re.MULTILINE)
_INCLUDE = re.compile(r"^--\s*include:\s*([a-z][a-z0-9_]*)\s*$", re.MULTILINE)


class Queries:
    """Statements of one file by name as attributes; an unknown name is an AttributeError, iterating gives all.

    What several statements share stands once as `-- part: NAME`, above the statements that take it in by a line
    `-- include: NAME`. A part is no statement.
    """

    def __init__(self, path: Path) -> None:
        """Reads the file once; refuses one without statements, with an empty one, or with a name twice."""
        self._path = path
        self._statements = _parse(path)

    def __getattr__(self, name: str) -> str:
        """The statement of that name."""
        statements: dict[str, str] = self.__dict__.get("_statements", {})
        if name not in statements:
            raise AttributeError(f"There is no statement {name!r} in {self._path.name}.")
        return statements[name]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Name and statement in order of the file; a test prepares each of them against the migrated schema."""
        return iter(self._statements.items())


def without_absent(statement: str, present: frozenset[str]) -> str:
    """The statement without its lines that end in `-- if WORD` for a word that is not present.

    A condition that is not asked for must not stand in the text: "$1 is null or …" keeps a plan from being reused, and
    planning anew can take longer than the statement.
    """
    return _CONDITION.sub(lambda line: line[0] if line[1] in present else "", statement)


def queries_beside(module_file: str) -> Queries:
    """The statements of the `.sql` file that has the module's name; used as `SQL = queries_beside` of `__file__`."""
    return Queries(Path(module_file).with_suffix(".sql"))


def _parse(path: Path) -> dict[str, str]:
    pieces = _NAME.split(path.read_text(encoding="utf-8"))
    if any(line.strip() and not line.lstrip().startswith("--") for line in pieces[0].splitlines()):
        raise ValueError(f"{path}: a statement stands before the first '-- name: …' line.")
    statements: dict[str, str] = {}
    parts: dict[str, str] = {}

    def included(line: re.Match[str]) -> str:
        if line[1] not in parts:
            raise ValueError(f"{path}: there is no part {line[1]!r} above the line that includes it.")
        return parts[line[1]]

    for kind, name, body in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        if name in statements or name in parts:
            raise ValueError(f"{path}: the name {name!r} is given twice.")
        statement = _INCLUDE.sub(included, body.strip().rstrip(";").rstrip())
        if not statement:
            raise ValueError(f"{path}: the statement {name!r} is empty.")
        (statements if kind == "name" else parts)[name] = statement
    if not statements:
        raise ValueError(f"{path}: no '-- name: …' line found.")
    return statements
