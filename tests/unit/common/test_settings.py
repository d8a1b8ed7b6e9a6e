"""Settings say everything that is wrong with them at once, and never a value."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic_settings import SettingsConfigDict

from services.common.settings import ServiceSettings, SettingsError, load

PLANTED = "Musterstrasse-7"


class SampleSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="LOTSE_SAMPLE_")
    service: ClassVar[str] = "sample"


VALUES = {
    "INSTALLATION": "test",
    "TLS_CA_FILE": "/ca.pem",
    "TLS_CERT_FILE": "/cert.pem",
    "TLS_KEY_FILE": "/key.pem",
    "LISTEN": "127.0.0.1:7101",
    "CALLERS": '{"lotse.sample.v1.SampleService": ["lotse-gateway"]}',
    "DATABASE_URL": "postgresql://127.0.0.1/sample",
    "DATABASE_PASSWORDS_DIR": "/secrets",
    "ISSUER": "https://login.example/realms/lotse",
    "JWKS_URL": "https://login.example/realms/lotse/certs",
    "AUDIENCE": "lotse-sample",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in VALUES.items():
        monkeypatch.setenv(f"LOTSE_SAMPLE_{name}", value)
    return monkeypatch


def test_settings_come_from_variables_with_the_prefix(environment: pytest.MonkeyPatch) -> None:
    settings = load(SampleSettings)
    assert settings.callers == {"lotse.sample.v1.SampleService": ["lotse-gateway"]}
    assert settings.tls_ca_file == Path("/ca.pem")


def test_a_setting_that_does_not_exist_is_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("LOTSE_SAMPLE_PRODUKTION", "true")
    with pytest.raises(SettingsError, match="LOTSE_SAMPLE_PRODUKTION: there is no such setting"):
        load(SampleSettings)


def test_everything_that_is_missing_is_named_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("LOTSE_SAMPLE_LISTEN")
    environment.delenv("LOTSE_SAMPLE_AUDIENCE")
    with pytest.raises(SettingsError, match=r"LOTSE_SAMPLE_LISTEN: Field required; LOTSE_SAMPLE_AUDIENCE"):
        load(SampleSettings)


@pytest.mark.parametrize("value", [f"{{{PLANTED}", f'"{PLANTED}"', f'["{PLANTED}"]', f'{{"a": "{PLANTED}"}}'])
def test_a_list_of_callers_that_cannot_be_read_is_named_without_its_value(
    value: str, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("LOTSE_SAMPLE_CALLERS", value)
    with pytest.raises(SettingsError, match="LOTSE_SAMPLE_CALLERS") as refused:
        load(SampleSettings)
    assert PLANTED not in str(refused.value)


def test_what_is_not_json_is_told_apart_from_what_is(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("LOTSE_SAMPLE_AUTHORIZED_PARTIES", "lotse-gateway,lotse-api")
    with pytest.raises(SettingsError, match=re.escape("LOTSE_SAMPLE_AUTHORIZED_PARTIES: must be JSON")) as refused:
        load(SampleSettings)
    assert "CALLERS" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REFLECTION", "true"),
        ("ISSUER", "http://127.0.0.1:8480/realms/lotse"),
        ("JWKS_URL", "http://127.0.0.1:8480/realms/lotse/certs"),
    ],
)
def test_production_refuses_what_is_for_development(name: str, value: str, environment: pytest.MonkeyPatch) -> None:
    environment.setenv(f"LOTSE_SAMPLE_{name}", value)
    load(SampleSettings)
    environment.setenv("LOTSE_SAMPLE_PRODUCTION", "true")
    with pytest.raises(SettingsError, match=f"{name.lower()} .*production"):
        load(SampleSettings)
