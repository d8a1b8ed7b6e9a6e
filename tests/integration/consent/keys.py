"""The three key files of consent, new for each test."""

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def new_key_files(folder: Path) -> dict[str, Path]:
    for name in ("token", "log"):
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / name).write_bytes(pem)
    (folder / "hmac").write_bytes(os.urandom(32))
    return {f"{name}_key_file": folder / name for name in ("token", "log", "hmac")}
