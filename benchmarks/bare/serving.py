"""What the bare gRPC servers share: mutual TLS as ours have it, a pool, uvloop, and no interceptor."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import grpc
import uvloop

if TYPE_CHECKING:
    from asyncpg.pool import Pool

POOL = 10
"""As many connections as a service of ours has."""

LISTEN, DATABASE, PEER = "BARE_LISTEN", "BARE_DATABASE", "BARE_PEER"
CA, CERT, KEY = "BARE_CA", "BARE_CERT", "BARE_KEY"

Add = Callable[["Pool[asyncpg.Record]", grpc.aio.Server], None]


def serve(add: Add) -> None:
    """Serve what `add` registers, on a database of its own, until SIGTERM."""
    uvloop.run(_serve(add))


async def _serve(add: Add) -> None:
    async with asyncpg.create_pool(
        os.environ[DATABASE], min_size=0, max_size=POOL, server_settings={"jit": "off"}
    ) as pool:
        server = grpc.aio.server()
        add(pool, server)
        credentials = grpc.ssl_server_credentials(
            [(_bytes(KEY), _bytes(CERT))], root_certificates=_bytes(CA), require_client_auth=True
        )
        server.add_secure_port(os.environ[LISTEN], credentials)
        await server.start()
        await until_terminated()
        await server.stop(1.0)


def channel(target: str, server_name: str) -> grpc.aio.Channel:
    """A plain channel with this process' certificate."""
    return secure_channel(target, server_name, ca=_bytes(CA), cert=_bytes(CERT), key=_bytes(KEY))


def secure_channel(target: str, server_name: str, *, ca: bytes, cert: bytes, key: bytes) -> grpc.aio.Channel:
    """A channel without interceptors that believes only a server of this name."""
    credentials = grpc.ssl_channel_credentials(root_certificates=ca, private_key=key, certificate_chain=cert)
    return grpc.aio.secure_channel(target, credentials, options=[("grpc.ssl_target_name_override", server_name)])


async def until_terminated() -> None:
    """Returns at SIGTERM."""
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await told.wait()


def _bytes(name: str) -> bytes:
    return Path(os.environ[name]).read_bytes()
