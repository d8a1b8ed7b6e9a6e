"""How often one sender may try; nobody is remembered by address."""

from __future__ import annotations

import pytest

from gateway.http.limits import Attempts


def test_a_sender_may_try_so_often_and_not_once_more() -> None:
    attempts = Attempts(3)
    assert [attempts.allow("192.0.2.1") for _ in range(5)] == [True, True, True, False, False]
    assert attempts.allow("192.0.2.2")


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
