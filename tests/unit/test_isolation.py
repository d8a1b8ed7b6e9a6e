"""No test speaks to anybody beyond this machine."""

from __future__ import annotations

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_a_test_reaches_nobody_beyond_this_machine() -> None:
    with socket.socket() as somebody, pytest.raises(SocketConnectBlockedError):
        somebody.connect(("192.0.2.1", 9))
