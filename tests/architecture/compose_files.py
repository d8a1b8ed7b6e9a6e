"""The compose files as `docker compose` reads them, as far as these tests need it: merged, `extends` followed."""

from __future__ import annotations

from typing import Any

import yaml

from tests.architecture.source import ROOT

MAIN, DEMO = "docker-compose.yml", "docker-compose.override.yml"
Service = dict[str, Any]


def read(*files: str) -> dict[str, Any]:
    """What the files say together: maps are put over each other, lists are put one behind the other."""
    together: dict[str, Any] = {}
    for file in files:
        together = _over(together, yaml.safe_load((ROOT / file).read_text(encoding="utf-8")))
    services: dict[str, Service] = together["services"]
    for name, service in services.items():
        if base := service.pop("extends", None):
            services[name] = _over(services[base], service)
    return together


def _over(below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **{key: _over(below[key], value) if key in below else value for key, value in above.items()}}
    if isinstance(below, list) and isinstance(above, list) and not all(isinstance(each, str) for each in above):
        return [*below, *above]
    return above


def secrets_of(service: Service) -> set[str]:
    """Names of the secrets that a container gets."""
    return {each if isinstance(each, str) else each["source"] for each in service.get("secrets", [])}


def networks_of(service: Service) -> set[str]:
    """Names of the networks that a container is in."""
    return set(service["networks"])
