"""Every RPC for every kind of principal, on a real server with the real gates, held against a table made by hand."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import MethodDescriptor

from services.common.access import AccessRuleError, access_table
from services.common.errors import Code, LotseError
from services.common.health import FOREIGN_RULES
from services.common.identity.client_tokens import ClientClaims, ClientTokenIssuer, ClientTokens
from services.common.identity.jwks import KeyCache
from services.common.server import Gates, Registration
from services.common.settings import ServiceSettings
from tests.contract.access_expectations import CELLS, EXPECTED
from tests.support.server import TestNetwork, running
from tests.support.tokens import KeycloakShapedIssuer

PROTOS = Path(__file__).parents[2] / "protos"
REFUSED = {Code.UNAUTHENTICATED, Code.PERMISSION_DENIED}


def modules() -> list[Any]:
    names = sorted(path.relative_to(PROTOS) for path in (PROTOS / "lotse").rglob("*.proto"))
    return [import_module(".".join([*name.parts[:-1], f"{name.stem}_pb2"])) for name in names]


def methods() -> dict[str, MethodDescriptor]:
    return {
        f"{service.full_name}/{method.name}": method
        for module in modules()
        for service in module.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }


def registrations() -> list[Registration]:
    found = []
    for module in modules():
        for name, service in module.DESCRIPTOR.services_by_name.items():
            generated = import_module(f"{module.__name__}_grpc")
            servicer = getattr(generated, f"{name}Servicer")
            add = getattr(generated, f"add_{name}Servicer_to_server")
            found.append(Registration(service.full_name, add, type(name, (servicer,), {"__abstractmethods__": ()})()))
    return found


class Door:
    """Calls any RPC as any principal, with an empty message."""

    def __init__(self, network: TestNetwork) -> None:
        self.network = network
        self.staff = KeycloakShapedIssuer()
        self._key = Ed25519PrivateKey.generate()
        self._clients = ClientTokenIssuer(self._key, "k1", "test", ["lotse-directory"])

    def gates(self) -> Gates:
        async def keys() -> dict[str, Any]:
            return {"k1": self._key.public_key()}

        clients = ClientTokens("test", "lotse-directory", KeyCache(keys))
        return Gates(self.staff.staff_tokens("lotse-directory"), clients)

    def credential(self, cell: str) -> list[tuple[str, str]]:
        if cell in {"public", "service"}:
            return []
        if cell.startswith("client:"):
            claims = ClientClaims(
                case=uuid4(),
                scopes=frozenset({cell.removeprefix("client:")}),
                session=uuid4(),
                expires=datetime.now(UTC) + timedelta(minutes=5),
            )
            return [("authorization", f"Bearer {self._clients.issue(claims)}")]
        agency = None if cell == "operator" else uuid4()
        token = self.staff.token(uuid4(), agency, cell, acr="2")
        return [("authorization", f"Bearer {token}")]

    async def passes(self, method: MethodDescriptor, cell: str) -> bool:
        caller = "lotse-consent" if cell == "service" else "lotse-gateway"
        request = message_factory.GetMessageClass(method.input_type)()
        path = f"/{method.containing_service.full_name}/{method.name}"
        async with self.network.channel(caller, "directory") as channel:
            kind = channel.stream_unary if method.client_streaming else channel.unary_unary
            call: Any = kind(path, request_serializer=lambda message: message.SerializeToString())
            given: Any = iter([request]) if method.client_streaming else request
            try:
                await call(given, metadata=self.credential(cell))
            except LotseError as error:
                return error.code not in REFUSED
        return True


@pytest.fixture
async def door(network: TestNetwork) -> AsyncIterator[Door]:
    opened = Door(network)
    everybody = ["lotse-gateway", "lotse-consent"]
    callers = {registration.name: everybody for registration in registrations()}
    settings = ServiceSettings(**network.service_values("directory", callers))
    async with running(settings, registrations(), opened.gates()):
        yield opened


def test_the_table_names_exactly_the_rpcs_that_there_are() -> None:
    assert set(EXPECTED) == set(methods())


@pytest.mark.parametrize("cell", CELLS)
async def test_a_principal_passes_exactly_where_the_table_says(cell: str, door: Door) -> None:
    found = {name for name, method in methods().items() if await door.passes(method, cell)}
    wanted = {name for name, cells in EXPECTED.items() if cell in cells}
    assert sorted(found - wanted) == [], "more than the table says"
    assert sorted(wanted - found) == [], "less than the table says"


def test_every_rpc_and_every_health_rpc_has_a_rule() -> None:
    services = sorted({name.partition("/")[0] for name in methods()})
    table = access_table(services, FOREIGN_RULES)
    assert {path.lstrip("/") for path in table} == {*methods(), *(path.lstrip("/") for path in FOREIGN_RULES)}


def test_a_server_with_an_rpc_without_a_rule_does_not_start() -> None:
    health = descriptor_pool.Default().FindServiceByName("grpc.health.v1.Health")
    with pytest.raises(AccessRuleError, match=re.escape("grpc.health.v1.Health.")):
        access_table([health.full_name], {})


def test_only_public_copies_are_streamed_to_the_caller() -> None:
    # The gates look once, before the first message; what everybody may read needs no look at each.
    streamed = [name for name, method in methods().items() if method.server_streaming]
    assert [name.lstrip("/") for name in streamed] == ["lotse.directory.v1.PublicationService/StreamRecords"]
