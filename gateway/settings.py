"""Settings of the gateway: LOTSE_GATEWAY_*."""

from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from services.common.settings import ProcessSettings


class GatewaySettings(ProcessSettings):
    """Where the gateway listens, which two origins it serves, its database, Keycloak, and the services behind it."""

    model_config = SettingsConfigDict(env_prefix="LOTSE_GATEWAY_", extra="forbid", frozen=True)

    service: ClassVar[str] = "gateway"

    listen: str = "127.0.0.1:8400"
    """`host:port`; TLS for browsers ends before it in production."""

    staff_origin: str = "http://127.0.0.1:8400"
    client_origin: str = "http://localhost:8400"
    """Another host than the staff's one, since cookies know no ports; in production a neutral name."""

    database_url: str
    database_passwords_dir: Path
    session_key_file: Path
    """32 random bytes under which sessions are encrypted in the database."""

    issuer: str
    jwks_url: str
    realm_url: str = ""
    """Where the gateway itself reaches the realm, if not at `issuer`; browsers are always sent to `issuer`."""

    keycloak_ca_file: Path | None = None
    """Authority of the certificate behind `jwks_url` and `realm_url`, believed instead of those the system trusts."""

    client_id: str = "lotse-gateway"
    client_secret_file: Path

    inner_host: str = ""
    """`host:port` by which Keycloak and health checks reach the gateway past the proxy; no page is served there."""

    directory_target: str
    consent_target: str
    referrals_target: str
    call_seconds: float = 10.0
    """How long a call to a service may take."""

    session_idle_minutes: int = 60
    session_hours: int = 10
    body_bytes: int = 256 * 1024
    body_seconds: float = 10.0
    bodies_bytes: int = 64 * 1024 * 1024
    """What all bodies together may hold in memory."""

    connections: int = 5_000
    """Connections of browsers at once, or as many as the system lets this process open."""

    requests_at_once: int = 200
    requests_waiting: int = 400
    redeem_attempts_per_hour: int = 60
    """Codes that one sender may try in vain in an hour, counted in memory under a salted hash."""

    public_searches_per_hour: int = 300
    """Searches without a login that one sender may make in an hour, counted in the same way."""

    public_typing_per_hour: int = 3_000
    """Answers while somebody types without a login that one sender may get in an hour, counted in the same way."""

    hsds_requests_per_minute: int = 600
    """Requests to the public directory (/hsds) of one sender in a minute, counted in memory under a salted hash."""

    hsds_streams: int = 8
    """Streams of the whole directory at once, of the places for requests."""

    hsds_stream_seconds: float = 600.0
    """How long one may take."""

    exit_address: str = "https://www.dwd.de/"
    """Where a client lands who leaves fast: a page that could be open in any browser, such as the weather."""

    proxies: tuple[str, ...] = ()
    """Addresses or networks of proxies before the gateway, whose X-Forwarded-For says who the sender is."""

    @field_validator("staff_origin", "client_origin")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        beside = parts.path or parts.query or parts.fragment or parts.username
        if parts.scheme not in {"http", "https"} or not parts.hostname or beside:
            raise ValueError("must be an origin such as https://lotse.example")
        return value

    @field_validator("listen")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
            raise ValueError("must be host:port such as 127.0.0.1:8400")
        return value

    @model_validator(mode="after")
    def _origins_are_apart(self) -> "GatewaySettings":
        staff, client = urlsplit(self.staff_origin), urlsplit(self.client_origin)
        if staff.hostname == client.hostname:
            raise ValueError("staff_origin and client_origin must be on different hosts: cookies know no ports")
        if self.production and "http" in {staff.scheme, client.scheme}:
            raise ValueError("both origins must begin with https:// in production")
        if self.production and not self.issuer.startswith("https://"):
            raise ValueError("issuer must begin with https:// in production")
        if self.production and not self.jwks_url.startswith("https://"):
            raise ValueError("jwks_url must begin with https:// in production")
        if self.production and self.realm_url and not self.realm_url.startswith("https://"):
            raise ValueError("realm_url must begin with https:// in production")
        return self
