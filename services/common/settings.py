"""Settings of a process: from environment variables with its prefix, unknown ones refused, secrets from files."""

import json
import os
from pathlib import Path
from typing import ClassVar, TypeVar, get_origin

from pydantic import ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSetting


class SettingsError(Exception):
    """The settings cannot be used; the message lists every fault for the operator and holds no value."""


class ProcessSettings(BaseSettings):
    """What every process has: its installation, mode, and its own TLS certificate."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)

    service: ClassVar[str]
    """Short name of the process; part of database roles and certificate names."""

    installation: str
    production: bool = False
    log_level: str = "info"
    tls_ca_file: Path
    tls_cert_file: Path
    tls_key_file: Path


class ServiceSettings(ProcessSettings):
    """What every gRPC service has beside: where it listens, who may call, its database, whose tokens it takes."""

    listen: str
    """`host:port`, or `unix:/path`; always mutual TLS."""

    callers: dict[str, list[str]]
    """gRPC service (full name) to the names in certificates that may call it; JSON. An absent one refuses everybody."""

    database_url: str
    """Without user and password: the role is `{installation}_{service}_{role}`, its password a file."""

    database_passwords_dir: Path
    issuer: str
    """The realm's address as it stands in `iss`."""

    jwks_url: str
    keycloak_ca_file: Path | None = None
    """Authority of the certificate behind `jwks_url`, believed instead of those that the system trusts."""

    audience: str
    authorized_parties: list[str] = ["lotse-gateway", "lotse-api"]
    """`azp` values that are taken."""

    acting_for_people: list[str] = ["lotse-gateway"]
    """Callers that act for whoever is at their door, so that without a token they count as public, never as service."""

    max_concurrent_calls: int = 500
    reflection: bool = False
    """Server reflection; refused in production."""

    @model_validator(mode="after")
    def _production_refuses_development(self) -> "ServiceSettings":
        if self.production and self.reflection:
            raise ValueError("reflection is for development and refused in production")
        if self.production and not self.issuer.startswith("https://"):
            raise ValueError("issuer must begin with https:// in production")
        if self.production and not self.jwks_url.startswith("https://"):
            # Whoever can put keys of his own in the way can sign tokens of anybody.
            raise ValueError("jwks_url must begin with https:// in production")
        return self


Settings = TypeVar("Settings", bound=ProcessSettings)


def load(settings: type[Settings]) -> Settings:
    """The settings from the environment; raises SettingsError that names every missing, wrong or unknown variable."""
    prefix = settings.model_config.get("env_prefix", "")
    known = {(prefix + name).upper() for name in settings.model_fields}
    faults = [
        f"{name}: there is no such setting"
        for name in sorted(os.environ)
        if name.upper().startswith(prefix.upper()) and name.upper() not in known
    ]
    try:
        loaded = settings()
    except ValidationError as error:
        faults += [
            f"{(prefix + '.'.join(str(part) for part in fault['loc'])).upper()}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("; ".join(faults)) from None
    except UnreadableSetting:
        # pydantic-settings stops at the first value that should be JSON and names only the field.
        raise SettingsError("; ".join([*faults, *_not_json(settings, prefix)])) from None
    if faults:
        raise SettingsError("; ".join(faults))
    return loaded


def _not_json(settings: type[ProcessSettings], prefix: str) -> list[str]:
    structured = [
        (prefix + name).upper()
        for name, field in settings.model_fields.items()
        if get_origin(field.annotation) in {dict, list, tuple}
    ]
    return [f"{name}: must be JSON" for name in structured if not _is_json(os.environ.get(name, "null"))]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
