from collections.abc import Callable

import pytest

from services.common.ledger.sequencer import _Window


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    now = 1000.0

    def move(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr("time.monotonic", lambda: now)
    return move


def test_nothing_is_passed_over_that_a_writer_could_still_commit(wait: Callable[[float], None]) -> None:
    window = _Window()
    window.taken(10)
    wait(14.9)
    assert window.safe_lower_bound() == 0
    wait(0.2)
    assert window.safe_lower_bound() == 10


def test_late_entry_taken_afterwards_does_not_lower_the_bound(wait: Callable[[float], None]) -> None:
    window = _Window()
    window.taken(10)
    wait(1)
    window.taken(7)
    wait(20)
    assert window.safe_lower_bound() == 10


def test_everything_is_searched_once_a_minute(wait: Callable[[float], None]) -> None:
    window = _Window()
    window.taken(10)
    wait(50)
    assert window.safe_lower_bound() == 10
    wait(11)
    assert window.safe_lower_bound() == 0
    assert window.safe_lower_bound() == 10
