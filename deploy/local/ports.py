"""Ports on this machine: which are free, and who has one that is not."""

import os
import random
import socket

import psutil

from deploy.local.failures import RunnerError

_OWN_PORTS = (20_000, 32_768)


def free_port() -> int:
    """A port that was free a moment ago and that the system gives to no connection in the meantime.

    It lies below those that the system chooses from for outgoing connections, since what is to listen on it may take
    long to start.
    """
    while True:
        port = random.SystemRandom().randrange(*_OWN_PORTS)
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    """Whether a program of ours could listen on it now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def require_free(port: int, purpose: str, setting: str) -> None:
    """Raises RunnerError that names the port, who holds it where that can be seen, and the setting."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise RunnerError(
                f"Port {port}, wanted for {purpose}, is for root only: set {setting} to one above 1023."
            ) from None
        except OSError:
            raise RunnerError(
                f"Port {port}, wanted for {purpose}, is taken{_holder(port)}: stop that program or set {setting} to "
                "another port."
            ) from None


def reach_this_machine_directly() -> None:
    """A proxy that the environment names is for the world outside; it cannot reach our own addresses."""
    for name in ("no_proxy", "NO_PROXY"):  # gRPC, urllib and requests read either
        known = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join(dict.fromkeys([*known, "127.0.0.1", "localhost"]))


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.laddr and connection.laddr.port == port and connection.status == psutil.CONN_LISTEN:
                name = psutil.Process(connection.pid).name() if connection.pid else "another user's program"
                return f" by {name}" + (f" (process {connection.pid})" if connection.pid else "")
    except psutil.Error:
        return ""
    return ""
