"""Signed JSON after W3C Data Integrity, suite eddsa-jcs-2022: Ed25519 over RFC 8785, for which others have tools too.

The proof signs itself as well, but for its value: when it was made, with which key, for what.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CONTEXT: Final = "https://w3id.org/security/data-integrity/v2"
_SUITE: Final = "eddsa-jcs-2022"
_ED25519_KEY: Final = b"\xed\x01"
_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class InvalidProofError(ValueError):
    """The document has no proof of this suite that holds for the key; the message says what is wrong, without data."""


def signed(document: Mapping[str, Any], key: Ed25519PrivateKey, at: datetime) -> dict[str, Any]:
    """The document with its proof. Raises ValueError for what has no form in RFC 8785."""
    options = {
        "@context": document["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": _SUITE,
        "created": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": verification_method(key.public_key()),
        "proofPurpose": "assertionMethod",
    }
    value = "z" + base58(key.sign(_hashed(document, options)))
    return {**document, "proof": {**options, "proofValue": value}}


def check_proof(secured: Mapping[str, Any], key: Ed25519PublicKey) -> None:
    """Returns when exactly this document was signed by this key; raises InvalidProofError."""
    proof = secured.get("proof")
    if not isinstance(proof, dict):
        raise InvalidProofError("It has no signature.")
    document = {name: value for name, value in secured.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    known = {"type": "DataIntegrityProof", "cryptosuite": _SUITE, "proofPurpose": "assertionMethod"}
    if any(options.get(name) != value for name, value in known.items()):
        raise InvalidProofError(f"Its signature is not of the kind {_SUITE}.")
    if options.get("verificationMethod") != verification_method(key):
        raise InvalidProofError("It names another key than the one that was given.")
    if options.get("@context") != document.get("@context"):
        raise InvalidProofError("Its signature is for another context.")
    try:
        key.verify(_signature(proof.get("proofValue")), _hashed(document, options))
    except InvalidSignature:
        raise InvalidProofError("It is not what was signed.") from None
    except (ValueError, RecursionError):
        raise InvalidProofError("It holds what nobody can sign.") from None


def verification_method(key: Ed25519PublicKey) -> str:
    """The key as `did:key`, which holds the key itself: nothing has to be fetched to use it."""
    name = "z" + base58(_ED25519_KEY + key.public_bytes(Encoding.Raw, PublicFormat.Raw))
    return f"did:key:{name}#{name}"


def base58(data: bytes) -> str:
    """The base58btc text of bytes; the same bytes have one text."""
    number, digits = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    return "1" * (len(data) - len(data.lstrip(b"\x00"))) + digits


def _signature(value: object) -> bytes:
    """The 64 bytes of a proof's value; InvalidSignature for any other text, also one that only stands for the same."""
    if not isinstance(value, str) or not 1 < len(value) < 100 or any(letter not in _ALPHABET for letter in value[1:]):
        raise InvalidSignature
    number = 0
    for letter in value[1:]:
        number = number * 58 + _ALPHABET.index(letter)
    signature = number.to_bytes(74)[-64:]
    if "z" + base58(signature) != value:
        raise InvalidSignature
    return signature


def _hashed(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    parts = (rfc8785.dumps(dict(options)), rfc8785.dumps(dict(document)))
    return b"".join(hashlib.sha256(part).digest() for part in parts)
