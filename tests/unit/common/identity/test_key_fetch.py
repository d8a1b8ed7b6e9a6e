"""Keys of an issuer behind TLS are taken only from whoever shows a certificate that is believed."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from deploy.local.pki import CertificateAuthority
from services.common.identity.jwks import http_jwks
from tests.support.tokens import KeycloakShapedIssuer


@asynccontextmanager
async def serving_keys(issuer: KeycloakShapedIssuer, authority: CertificateAuthority) -> AsyncIterator[str]:
    """The issuer's keys by https under the name localhost; gives their address."""
    files = authority.issue("localhost")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(files.cert, files.key)
    body = json.dumps(issuer.jwks()).encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}/certs"


async def test_keys_come_from_whoever_the_named_authority_knows(tmp_path: Path) -> None:
    issuer, authority = KeycloakShapedIssuer(), CertificateAuthority(tmp_path / "ours")
    async with serving_keys(issuer, authority) as url:
        assert list(await http_jwks(url, ca_file=tmp_path / "ours" / "ca.pem")()) == [issuer.kid]


@pytest.mark.parametrize("authority", ["the system's", "another"])
async def test_keys_of_whoever_it_does_not_know_are_not_taken(tmp_path: Path, authority: str) -> None:
    CertificateAuthority(tmp_path / "another")
    believed = tmp_path / "another" / "ca.pem" if authority == "another" else None
    async with serving_keys(KeycloakShapedIssuer(), CertificateAuthority(tmp_path / "ours")) as url:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await http_jwks(url, ca_file=believed)()


def test_a_missing_authority_is_said_at_start(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        http_jwks("https://localhost/certs", ca_file=tmp_path / "none.pem")
