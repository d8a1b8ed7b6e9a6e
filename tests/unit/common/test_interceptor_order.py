"""The order of the gates is part of the security."""

from __future__ import annotations

import pytest

from services.common.interceptors import ORDER, InterceptorOrderError, assert_order


def interceptors() -> list[object]:
    return [object.__new__(kind) for kind in ORDER]


def test_the_gates_in_their_order_are_accepted() -> None:
    assert_order(interceptors())  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", range(len(ORDER)))
def test_a_missing_gate_is_refused(missing: int) -> None:
    found = interceptors()
    del found[missing]
    with pytest.raises(InterceptorOrderError):
        assert_order(found)  # type: ignore[arg-type]


@pytest.mark.parametrize("first", range(len(ORDER) - 1))
def test_two_gates_in_the_wrong_order_are_refused(first: int) -> None:
    found = interceptors()
    found[first], found[first + 1] = found[first + 1], found[first]
    with pytest.raises(InterceptorOrderError):
        assert_order(found)  # type: ignore[arg-type]
