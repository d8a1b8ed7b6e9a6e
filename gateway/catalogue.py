"""docs/errors.md: every reason with its status and texts, written from the catalogue."""

import ast
from pathlib import Path

from gateway.errors import ErrorText, catalogue, http_status
from services.common.errors import Code

_CHECKOUT = Path(__file__).parents[1]
_SOURCES = ("services/common/errors.py", "services/*/errors.py", "gateway/errors.py")
_HEAD = """# Errors

Generated from the code by `python -m gateway errors-doc`; not edited by hand. Services answer `google.rpc.Status` with
an `ErrorInfo` that carries the reason; the gateway turns it into `application/problem+json` (RFC 9457) in the reader's
language. A reason is stable, texts may change. No error carries personal data.

| reason | gRPC | HTTP | German | English |
|---|---|---|---|---|
"""


def declared_reasons() -> dict[str, Code]:
    """Every reason that a class of the services or the gateway declares, read from the source without importing it."""
    found: dict[str, Code] = {}
    for pattern in _SOURCES:
        for path in sorted(_CHECKOUT.glob(pattern)):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    found |= _reason_of(node)
    return found


def errors_page() -> str:
    """The page."""
    german, english = catalogue("de"), catalogue("en")
    rows = [
        f"| `{reason}` | {code.value} | {http_status(reason, code)} | "
        f"{_whole(german[reason])} | {_whole(english[reason])} |"
        for reason, code in sorted(declared_reasons().items())
    ]
    return _HEAD + "\n".join(rows) + "\n"


def _whole(text: ErrorText) -> str:
    return f"{text.title} {text.next_step}"


def _reason_of(node: ast.ClassDef) -> dict[str, Code]:
    values: dict[str, ast.expr] = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            values[statement.targets[0].id] = statement.value
    reason, code = values.get("reason"), values.get("code")
    if isinstance(reason, ast.Constant) and isinstance(code, ast.Attribute):
        return {str(reason.value): Code[code.attr]}
    return {}
