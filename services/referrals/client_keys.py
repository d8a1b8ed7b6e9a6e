"""The public keys of client tokens, as consent gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import grpc
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from lotse.consent.v1 import text_pb2, text_pb2_grpc

from services.common.identity.jwks import KeyFetch

CLIENT_TOKEN = "client-token"  # noqa: S105 - the use of a key, not a secret


def consent_keys(channel: grpc.aio.Channel) -> KeyFetch:
    """Fetches the keys that sign client tokens; raises Unavailable while consent is away."""
    stub = text_pb2_grpc.ConsentKeyServiceStub(channel)

    async def fetch() -> Mapping[str, Any]:
        response = await stub.ListPublicKeys(text_pb2.ListPublicKeysRequest())
        return {
            key.key_id: Ed25519PublicKey.from_public_bytes(key.key) for key in response.keys if key.use == CLIENT_TOKEN
        }

    return fetch
