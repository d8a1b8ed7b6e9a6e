"""Passwords and keys of the processes as files that only their owner may read, made once."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def secret_file(path: Path, make: Callable[[], bytes]) -> Path:
    """The file, made when it is not there; written whole or not at all."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_secret(path, make())
    return path


def write_secret(path: Path, content: bytes) -> None:
    """Only its owner may read it; written whole or not at all."""
    new = path.with_name(path.name + ".new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    new.rename(path)


def password() -> bytes:
    """A password that nobody has to type."""
    return secrets.token_urlsafe(24).encode()


def random_key() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(32)


def ed25519_key() -> bytes:
    """A new Ed25519 private key as PEM."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
