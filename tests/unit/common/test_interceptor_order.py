"""The order of the gates is part of the security."""

from __future__ import annotations

import grpc
import pytest
from grpc_reflection.v1alpha.reflection import SERVICE_NAME

from services.common.access import AccessRuleError
from services.common.health import HealthWatch
from services.common.interceptors import ORDER, InterceptorOrderError, assert_order
from services.common.server import Gates, Registration, build_server
from services.common.settings import ServiceSettings
from tests.support.server import TestNetwork
from tests.support.tokens import KeycloakShapedIssuer


def interceptors() -> list[object]:
    return [object.__new__(kind) for kind in ORDER]


def test_the_gates_in_their_order_are_accepted() -> None:
    assert_order(interceptors())  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", range(len(ORDER)))
def test_a_missing_gate_is_refused(missing: int) -> None:
    found = interceptors()
    del found[missing]
    with pytest.raises(InterceptorOrderError):
        assert_order(found)  # type: ignore[arg-type]


@pytest.mark.parametrize("first", range(len(ORDER) - 1))
def test_two_gates_in_the_wrong_order_are_refused(first: int) -> None:
    found = interceptors()
    found[first], found[first + 1] = found[first + 1], found[first]
    with pytest.raises(InterceptorOrderError):
        assert_order(found)  # type: ignore[arg-type]


async def ready() -> None:
    """Nothing is needed."""


def build(network: TestNetwork, *registrations: Registration) -> grpc.aio.Server:
    settings = ServiceSettings(**network.service_values("directory", {}))
    gates = Gates(KeycloakShapedIssuer().staff_tokens("lotse-directory"))
    return build_server(settings, registrations, gates, HealthWatch(ready, []))


async def test_a_server_is_not_built_with_its_gates_out_of_order(
    network: TestNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    await build(network).stop(None)
    monkeypatch.setattr("services.common.interceptors.ORDER", tuple(reversed(ORDER)))
    with pytest.raises(InterceptorOrderError):
        build(network)


async def test_a_server_is_not_built_with_an_rpc_that_has_no_rule(network: TestNetwork) -> None:
    without = Registration(SERVICE_NAME, lambda *_: None, object())
    with pytest.raises(AccessRuleError, match="ServerReflectionInfo does not say who may call it"):
        build(network, without)
