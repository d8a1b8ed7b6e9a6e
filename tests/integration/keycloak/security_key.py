"""A security key without hardware: what a browser hands to Keycloak's pages after WebAuthn's two ceremonies."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_CHALLENGE = re.compile(r'challenge\s*:\s*"([A-Za-z0-9_-]+)"')
_PRESENT_AND_VERIFIED, _WITH_KEY = 0x05, 0x40
_NO_MODEL = bytes(16)


class SecurityKey:
    """One key, of one person and one site."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(32)
        self._uses = 0

    def registered(self, address: str, page: str) -> dict[str, str]:
        """What the page's form sends for a key that was just made (attestation "none")."""
        point = self._key.public_key().public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        cose = bytes.fromhex("a5010203262001215820") + x + bytes.fromhex("225820") + y  # EC2, ES256, P-256
        new = _NO_MODEL + len(self._id).to_bytes(2, "big") + self._id + cose
        seen = self._seen(address, _PRESENT_AND_VERIFIED | _WITH_KEY) + new
        attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(seen)]) + seen
        return {
            "clientDataJSON": _text(_client(address, page, "webauthn.create")),
            "attestationObject": _text(attestation),
            "publicKeyCredentialId": _text(self._id),
            "authenticatorLabel": "Prüfschlüssel",
            "transports": "usb",
        }

    def asserted(self, address: str, page: str) -> dict[str, str]:
        """What the page's form sends for a touch of the key."""
        seen, client = self._seen(address, _PRESENT_AND_VERIFIED), _client(address, page, "webauthn.get")
        signature = self._key.sign(seen + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "clientDataJSON": _text(client),
            "authenticatorData": _text(seen),
            "signature": _text(signature),
            "credentialId": _text(self._id),
        }

    def _seen(self, address: str, flags: int) -> bytes:
        self._uses += 1
        site = hashlib.sha256((urlsplit(address).hostname or "").encode()).digest()
        return site + bytes([flags]) + self._uses.to_bytes(4, "big")


def _client(address: str, page: str, kind: str) -> bytes:
    found = _CHALLENGE.search(page)
    assert found, "the page asks for no security key"
    parts = urlsplit(address)
    said = {"type": kind, "challenge": found[1], "origin": f"{parts.scheme}://{parts.netloc}", "crossOrigin": False}
    return json.dumps(said).encode()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
