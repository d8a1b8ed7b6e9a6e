"""ConsentKeyService: the public keys that verify tokens, receipts and checkpoints."""

from typing import Any

import grpc
from lotse.consent.v1 import text_pb2, text_pb2_grpc

from services.consent.keys import Keys, key_id, raw_public


class ConsentKeyServicer(text_pb2_grpc.ConsentKeyServiceServicer):
    """Hands out public halves only."""

    def __init__(self, keys: Keys) -> None:
        log = raw_public(keys.log.key)
        self._answer = text_pb2.ListPublicKeysResponse(
            keys=[
                text_pb2.PublicKey(key_id=keys.token_key_id(), use="client-token", key=raw_public(keys.token)),
                text_pb2.PublicKey(key_id=key_id(log), use="log", key=log),
            ]
        )

    async def ListPublicKeys(
        self, request: text_pb2.ListPublicKeysRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> text_pb2.ListPublicKeysResponse:
        """All keys in use."""
        return self._answer
