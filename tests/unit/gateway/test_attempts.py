"""How often one sender may try; nobody is remembered by address."""

from __future__ import annotations

import pytest

from gateway.http.limits import Attempts


def test_a_sender_may_try_so_often_and_not_once_more() -> None:
    attempts = Attempts(3)
    assert [attempts.allow("192.0.2.1") for _ in range(5)] == [True, True, True, False, False]
    assert attempts.allow("192.0.2.2")


def test_whoever_comes_with_right_codes_may_come_as_often_as_needed() -> None:
    attempts = Attempts(2)
    for _ in range(100):
        assert attempts.allow("192.0.2.1")
        attempts.was_no_guess("192.0.2.1")
    assert [attempts.allow("192.0.2.1") for _ in range(3)] == [True, True, False]


def test_a_right_code_takes_nothing_back_of_what_was_tried_in_vain() -> None:
    attempts = Attempts(2)
    assert attempts.allow("192.0.2.1")
    assert attempts.allow("192.0.2.1")
    attempts.was_no_guess("192.0.2.1")
    assert attempts.allow("192.0.2.1")
    assert not attempts.allow("192.0.2.1")


def test_the_count_of_all_who_came_late_forgives_right_codes_too() -> None:
    attempts = Attempts(1, most_senders=1)
    assert attempts.allow("192.0.2.1")
    for number in range(2, 50):
        assert attempts.allow(f"192.0.2.{number}")
        attempts.was_no_guess(f"192.0.2.{number}")


def test_a_new_hour_forgets_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = Attempts(1)
    monkeypatch.setattr("time.time", lambda: 3600.0)
    assert attempts.allow("192.0.2.1")
    assert not attempts.allow("192.0.2.1")
    monkeypatch.setattr("time.time", lambda: 7199.0)
    assert not attempts.allow("192.0.2.1")
    monkeypatch.setattr("time.time", lambda: 7200.0)
    assert attempts.allow("192.0.2.1")


def test_no_address_stands_in_memory() -> None:
    attempts = Attempts(1)
    attempts.allow("192.0.2.1")
    assert "192" not in repr(vars(attempts))


def test_memory_is_bounded_and_whoever_comes_later_shares_one_count() -> None:
    attempts = Attempts(2, most_senders=10)
    allowed = [attempts.allow(f"192.0.2.{number}") for number in range(1, 101)]
    assert sum(allowed) == 12
    assert len(vars(attempts)["_counts"]) <= 11
    assert attempts.allow("192.0.2.1")


def test_what_is_no_address_is_a_sender_like_any_other() -> None:
    attempts = Attempts(1)
    assert attempts.allow("")
    assert not attempts.allow("")
    assert attempts.allow("testclient")
