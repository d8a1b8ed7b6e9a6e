"""Real servers on unix sockets with real mutual TLS, as many as a test wants, without a port."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from deploy.local.pki import Certificate, CertificateAuthority
from services.common.channel import connect
from services.common.server import Gates, Registration, serving
from services.common.settings import ProcessSettings, ServiceSettings
from tests.support.tokens import ISSUER

PROCESSES = ("lotse-gateway", "lotse-directory", "lotse-consent", "lotse-referrals", "lotse-cli")


class TestNetwork:
    """Certificates of all processes and a folder for sockets."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        authority = CertificateAuthority(folder)
        self.folder = folder
        self.certificates: dict[str, Certificate] = {name: authority.issue(name) for name in PROCESSES}

    def target(self, service: str) -> str:
        """Where the server of this service listens."""
        return f"unix:{self.folder / service}.sock"

    def process_settings(self, name: str) -> ProcessSettings:
        """The settings of a process that only calls."""
        files = self.certificates[name]
        return ProcessSettings(
            installation="test", tls_ca_file=files.ca, tls_cert_file=files.cert, tls_key_file=files.key
        )

    def service_values(self, service: str, callers: Mapping[str, Sequence[str]], **changes: Any) -> dict[str, Any]:
        """Keyword arguments for the settings class of a service."""
        files = self.certificates[f"lotse-{service}"]
        return {
            "installation": "test",
            "tls_ca_file": files.ca,
            "tls_cert_file": files.cert,
            "tls_key_file": files.key,
            "listen": self.target(service),
            "callers": {name: list(sans) for name, sans in callers.items()},
            "database_url": "postgresql://127.0.0.1/none",
            "database_passwords_dir": self.folder,
            "issuer": ISSUER,
            "jwks_url": "http://127.0.0.1:9/none",
            "audience": f"lotse-{service}",
            **changes,
        }

    @asynccontextmanager
    async def channel(self, caller: str, service: str, **options: Any) -> AsyncIterator[grpc.aio.Channel]:
        """A channel of this process to that service, closed at the end."""
        channel = connect(self.target(service), self.process_settings(caller), f"lotse-{service}", **options)
        try:
            yield channel
        finally:
            await channel.close()


@asynccontextmanager
async def running(
    settings: ServiceSettings, registrations: Sequence[Registration], gates: Gates
) -> AsyncIterator[None]:
    """A server that is always ready, for tests of what stands before the handlers."""

    async def ready() -> None:
        """Nothing is needed."""

    async with serving(settings, registrations, gates, ready):
        yield


@pytest.fixture(scope="session")
def network() -> Iterator[TestNetwork]:
    """Certificates and sockets of this session; the path is short, since a socket's may have 107 characters."""
    with tempfile.TemporaryDirectory(prefix=f"lotse-{os.getpid()}-") as folder:
        yield TestNetwork(Path(folder))
