"""Settings that would mix staff and clients, or leave a production without TLS, are refused at start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.settings import GatewaySettings


def values(**changes: Any) -> dict[str, Any]:
    files = ("tls_ca_file", "tls_cert_file", "tls_key_file", "database_passwords_dir", "session_key_file")
    return {
        **{name: Path("x") for name in (*files, "client_secret_file")},
        "installation": "test",
        "listen": "127.0.0.1:8400",
        "staff_origin": "http://127.0.0.1:8400",
        "client_origin": "http://localhost:8400",
        "database_url": "postgresql://127.0.0.1/x",
        "issuer": "http://127.0.0.1:8480/realms/lotse",
        "jwks_url": "http://127.0.0.1:8480/realms/lotse/protocol/openid-connect/certs",
        **{f"{service}_target": "127.0.0.1:1" for service in ("directory", "consent", "referrals")},
        **changes,
    }


HTTPS = {
    "production": True,
    "staff_origin": "https://lotse.example",
    "client_origin": "https://neutral.example",
    "issuer": "https://login.example/realms/lotse",
    "jwks_url": "https://login.example/realms/lotse/protocol/openid-connect/certs",
}


def test_development_and_production_settings_are_taken() -> None:
    GatewaySettings(**values())
    GatewaySettings(**values(**HTTPS))


@pytest.mark.parametrize(
    "changes",
    [
        {"client_origin": "http://127.0.0.1:8401"},
        {"client_origin": "http://127.0.0.1:8400"},
        {"staff_origin": "127.0.0.1:8400"},
        {"staff_origin": "http://127.0.0.1:8400/"},
        {"staff_origin": "ftp://127.0.0.1"},
        {"staff_origin": "http://user@127.0.0.1:8400"},
        {"listen": "8400"},
        {"listen": "127.0.0.1:http"},
        {**HTTPS, "staff_origin": "http://lotse.example"},
        {**HTTPS, "client_origin": "http://neutral.example"},
        {**HTTPS, "issuer": "http://login.example/realms/lotse"},
        {**HTTPS, "jwks_url": "http://login.example/certs"},
        {**HTTPS, "realm_url": "http://login.example/realms/lotse"},
        {"no_such_setting": "x"},
    ],
    ids=str,
)
def test_settings_that_cannot_be_right_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        GatewaySettings(**values(**changes))
