"""Private keys of logs and journals, which come from files."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.common.command import CommandError


def read_key(path: Path) -> bytes:
    """What stands in a key file; raises CommandError with one sentence for the operator."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"The key file {path} cannot be read: {error.strerror}.") from None


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """The Ed25519 key of a PEM file; raises CommandError with one sentence for the operator."""
    try:
        key = load_pem_private_key(read_key(path), password=None)
    except (ValueError, TypeError):
        raise CommandError(f"{path} holds no unencrypted PEM private key.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise CommandError(f"The key in {path} is not an Ed25519 key.")
    return key
