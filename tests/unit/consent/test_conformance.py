"""docs/consent-conformance.toml answers every statement, and every test that it names is there."""

from __future__ import annotations

import ast
import json
import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest

HOUSE = Path(__file__).parents[3]
STATEMENTS = HOUSE.parent / "shared" / "standards" / "hl7-fast-consent-requirements.json"

TOPICS: list[dict[str, Any]] = tomllib.loads((HOUSE / "docs" / "consent-conformance.toml").read_text())["fast"]
ANSWERED = [number for topic in TOPICS for number in topic["statements"]]


def test_every_statement_is_answered_once_and_in_its_own_words() -> None:
    if not STATEMENTS.is_file():
        pytest.skip(f"the statements do not lie in {STATEMENTS.parent}")
    told = {number: text for number, _, text in json.loads(STATEMENTS.read_text())}
    assert sorted(ANSWERED) == sorted(told)
    for topic in TOPICS:
        for number, text in topic["statements"].items():
            assert " ".join(told[number].split()).startswith(text)


def test_what_applies_is_shown_by_a_test_and_what_does_not_by_a_reason() -> None:
    assert len(ANSWERED) == len(set(ANSWERED))
    assert all(bool(topic.get("tests")) is topic["applies"] and topic["here"] for topic in TOPICS)


@pytest.mark.parametrize("node", sorted({node for topic in TOPICS for node in topic.get("tests", [])}))
def test_a_test_that_is_named_is_there(node: str) -> None:
    path, name = node.split("::")
    tree = ast.parse((HOUSE / path).read_text())
    assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_the_page_says_what_the_file_says() -> None:
    page = runpy.run_path(str(HOUSE / "docs" / "generate.py"))["conformance_page"]()
    assert (HOUSE / "docs" / "consent-conformance.md").read_text() == page
