"""The three keys of consent: they come from files, and only the public halves ever leave the process."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.common.command import CommandError
from services.common.identity.client_tokens import client_issuer
from services.common.ledger import NoteSigner
from services.common.ledger.key_file import read_key, read_private_key
from services.consent.model.record import Proof
from services.consent.rules.codes import Digests
from services.consent.settings import ConsentSettings

_LEAST_HMAC_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys, loaded."""

    token: Ed25519PrivateKey = field(repr=False)
    log: NoteSigner
    digests: Digests

    @classmethod
    def load(cls, settings: ConsentSettings) -> Self:
        """The keys of the files; raises CommandError with one sentence for the operator."""
        secret = read_key(settings.hmac_key_file)
        if len(secret) < _LEAST_HMAC_BYTES:
            raise CommandError(f"The key in {settings.hmac_key_file} is shorter than {_LEAST_HMAC_BYTES} bytes.")
        return cls(
            token=read_private_key(settings.token_key_file),
            log=NoteSigner(log_name(settings.installation), read_private_key(settings.log_key_file)),
            digests=Digests(secret),
        )

    def token_key_id(self) -> str:
        """Id of the key that signs client tokens."""
        return key_id(raw_public(self.token))

    def receipt_signature(self, proof: Proof) -> str:
        """Signature over the leaf hash, base64; the same leaf always has the same one."""
        return base64.b64encode(self.log.key.sign(proof.leaf_hash)).decode()


def log_name(installation: str) -> str:
    """Name of the log: the origin of its checkpoints, the same as the issuer of the tokens."""
    return client_issuer(installation)


def raw_public(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of the public half."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(public: bytes) -> str:
    """Short name of a public key."""
    return hashlib.sha256(public).hexdigest()[:16]
