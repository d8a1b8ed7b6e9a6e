import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.common.ledger.leaf import LeafValue, canonical, leaf_hash, template

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("vectors.json").read_text())["vectors"]
SALT = bytes(range(16))
_TYPES: dict[str, Callable[[str], LeafValue]] = {
    "uuid": UUID,
    "time": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": bytes.fromhex,
}


def value(written: Any) -> LeafValue:
    if isinstance(written, dict):
        [(kind, text)] = written.items()
        return _TYPES[kind](text)
    if isinstance(written, list):
        return [value(item) for item in written]
    plain: LeafValue = written
    return plain


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_vector_gives_its_json_and_hash(vector: dict[str, Any]) -> None:
    columns = {name: value(written) for name, written in vector["columns"].items()}
    assert canonical(vector["kind"], columns).decode() == vector["json"]
    assert leaf_hash(vector["kind"], columns, bytes.fromhex(vector["salt"])).hex() == vector["hash"]


@given(st.dictionaries(st.text(max_size=5).filter(lambda name: name not in {"v", "kind"}), st.text(max_size=5)))
def test_order_of_columns_does_not_matter(columns: dict[str, str]) -> None:
    turned = dict(reversed(columns.items()))
    assert leaf_hash("a", columns, SALT) == leaf_hash("a", turned, SALT)


@given(
    st.text(max_size=5),
    st.dictionaries(st.text(max_size=5).filter(lambda name: name not in {"v", "kind"}), st.integers(0, 9)),
)
def test_template_with_the_values_put_in_is_the_canonical_text(kind: str, columns: dict[str, int]) -> None:
    text, places = template(kind, list(columns))
    assert text % tuple(b"%d" % columns[name] for name in places) == canonical(kind, columns)


@given(
    st.datetimes(datetime(1700, 1, 1), datetime(2255, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_same_instant_in_another_zone_is_the_same_leaf(at: datetime, minutes: int) -> None:
    elsewhere = at.astimezone(timezone(timedelta(minutes=minutes)))
    assert leaf_hash("a", {"at": at}, SALT) == leaf_hash("a", {"at": elsewhere}, SALT)


_plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    st.lists,
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])).filter(lambda n: n not in {"v", "kind"}), _plain)
)
def test_the_json_is_that_of_a_library_for_rfc_8785(columns: dict[str, Any]) -> None:
    assert canonical("kind", columns) == rfc8785.dumps({"v": 1, "kind": "kind", **columns})


@pytest.mark.parametrize("number", [2**53, -(2**53)])
def test_a_number_that_some_languages_cannot_hold_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="exceeds"):
        canonical("a", {"b": number})


def test_absent_value_is_not_a_missing_key() -> None:
    assert leaf_hash("a", {"b": None}, SALT) != leaf_hash("a", {}, SALT)


def test_text_of_a_text_enum_counts() -> None:
    class Act(str, Enum):  # noqa: UP042 - the other kind of text enum, whose str() is its name
        GRANT = "grant"

    assert leaf_hash("a", {"act": Act.GRANT}, SALT) == leaf_hash("a", {"act": "grant"}, SALT)


@pytest.mark.parametrize("name", ["v", "kind"])
def test_reserved_column_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be called"):
        leaf_hash("a", {name: 1}, SALT)


@pytest.mark.parametrize("size", [0, 15, 17])
def test_salt_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        leaf_hash("a", {}, bytes(size))


def test_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without zone"):
        leaf_hash("a", {"at": datetime(2026, 1, 1)}, SALT)  # noqa: DTZ001


def test_time_beyond_exact_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="exceeds"):
        leaf_hash("a", {"at": datetime(2300, 1, 1, tzinfo=UTC)}, SALT)


@pytest.mark.parametrize("odd", [1.5, {"a": 1}, {1}])
def test_value_without_one_written_form_is_refused(odd: Any) -> None:
    with pytest.raises(TypeError, match="no written form"):
        leaf_hash("a", {"b": odd}, SALT)
