"""Signed JSON as the standard writes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.common.ledger.data_integrity import (
    InvalidProofError,
    base58,
    check_proof,
    signed,
    verification_method,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
# The example of the recommendation "Data Integrity EdDSA Cryptosuites", appendix on eddsa-jcs-2022.
PUBLISHED_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
PUBLISHED: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    "proof": {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": f"did:key:{PUBLISHED_KEY}#{PUBLISHED_KEY}",
        "proofPurpose": "assertionMethod",
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "proofValue": "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX",
    },
}


def published_key() -> Ed25519PublicKey:
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for letter in PUBLISHED_KEY[1:]:
        number = number * 58 + alphabet.index(letter)
    return Ed25519PublicKey.from_public_bytes(number.to_bytes(34)[2:])


def test_the_example_of_the_recommendation_holds() -> None:
    key = published_key()
    assert verification_method(key) == PUBLISHED["proof"]["verificationMethod"]
    check_proof(PUBLISHED, key)


def test_what_was_signed_holds_for_its_key_and_no_other() -> None:
    document = signed({"@context": ["x"], "said": "yes"}, KEY, datetime(2026, 11, 24, tzinfo=UTC))
    check_proof(document, KEY.public_key())
    with pytest.raises(InvalidProofError, match="another key"):
        check_proof(document, published_key())


@pytest.mark.parametrize("change", [{"said": "no"}, {"more": 1}, {"@context": ["y"]}, {"proof": None}])
def test_a_changed_document_does_not_hold(change: dict[str, Any]) -> None:
    document = signed({"@context": ["x"], "said": "yes"}, KEY, datetime(2026, 11, 24, tzinfo=UTC))
    with pytest.raises(InvalidProofError):
        check_proof({**document, **change}, KEY.public_key())


@pytest.mark.parametrize(
    ("data", "text"), [(b"", ""), (b"\x00\x00\x01", "112"), (b"Hello World!", "2NEpo7TZRRrLZSi2U")]
)
def test_base58_is_that_of_others(data: bytes, text: str) -> None:
    assert base58(data) == text
