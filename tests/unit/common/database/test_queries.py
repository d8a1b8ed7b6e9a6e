from pathlib import Path

import pytest

from services.common.database.queries import Queries, queries_beside, without_absent


def written(tmp_path: Path, text: str) -> Queries:
    (tmp_path / "cases.sql").write_text(text)
    return queries_beside(str(tmp_path / "cases.py"))


def test_statements_are_found_by_name_in_order(tmp_path: Path) -> None:
    queries = written(tmp_path, "-- About cases.\n\n-- name: one\nselect 1;\n\n-- name: two\n-- why\nselect 2\n")
    assert queries.one == "select 1"
    assert [name for name, _ in queries] == ["one", "two"]


def test_unknown_name_is_an_attribute_error(tmp_path: Path) -> None:
    queries = written(tmp_path, "-- name: one\nselect 1")
    with pytest.raises(AttributeError, match=r"no statement 'three' in cases\.sql"):
        queries.three  # noqa: B018


def test_what_statements_share_stands_once_and_is_no_statement_itself(tmp_path: Path) -> None:
    queries = written(
        tmp_path,
        "-- part: open\nwhere open\n\n-- name: one\nselect 1\n-- include: open\nlimit 1\n\n-- name: two\nselect 2",
    )
    assert queries.one == "select 1\nwhere open\nlimit 1"
    assert [name for name, _ in queries] == ["one", "two"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-- name: one\nselect 1\n-- include: open", "no part 'open'"),
        ("select 1", "before the first"),
        ("-- nothing here", "no '-- name"),
        ("-- name: one\nselect 1\n-- name: one\nselect 2", "twice"),
        ("-- name: one\n\n-- name: two\nselect 2", "empty"),
    ],
)
def test_file_that_could_hide_a_statement_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        written(tmp_path, text)


def test_a_statement_keeps_only_the_lines_of_what_is_asked_for() -> None:
    statement = (
        "select 1\nwhere true\n    and a = $1  -- if first\n    and b = $2  -- if second\n-- why if ever\nlimit 1"
    )
    assert without_absent(statement, frozenset({"second"})) == (
        "select 1\nwhere true\n    and b = $2  -- if second\n-- why if ever\nlimit 1"
    )
    assert without_absent(statement, frozenset({"first", "second"})) == statement
