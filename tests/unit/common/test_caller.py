"""A certificate names one process; one that names more or none is nobody's."""

from __future__ import annotations

from typing import Any

import pytest

from services.common.errors import CallerNotAllowed
from services.common.identity.context import caller
from services.common.interceptors import CallerInterceptor

SERVICE = "lotse.sample.v1.SampleService"
METHOD = f"/{SERVICE}/Ask"


class Call:
    """What gRPC says of the certificate of a call."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def auth_context(self) -> dict[str, list[bytes]]:
        return {"x509_subject_alternative_name": [name.encode() for name in self._names]} if self._names else {}


async def asked(callers: dict[str, list[str]], *names: str) -> str:
    async def proceed(*_: Any) -> str:
        return caller()

    call: Any = Call(*names)
    answer: str = await CallerInterceptor(callers).around(METHOD, b"", call, proceed)
    return answer


async def test_the_one_name_on_the_list_is_the_caller() -> None:
    assert await asked({SERVICE: ["lotse-gateway", "lotse-cli"]}, "lotse-cli") == "lotse-cli"


@pytest.mark.parametrize("names", [(), ("lotse-gateway", "lotse-cli"), ("lotse-gateway", "other"), ("LOTSE-GATEWAY",)])
async def test_another_number_of_names_or_another_name_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(CallerNotAllowed):
        await asked({SERVICE: ["lotse-gateway", "lotse-cli"]}, *names)


@pytest.mark.parametrize("callers", [{}, {SERVICE: []}, {"lotse.sample.v1.Other": ["lotse-gateway"]}])
async def test_a_service_without_a_list_of_its_own_refuses_everybody(callers: dict[str, list[str]]) -> None:
    with pytest.raises(CallerNotAllowed):
        await asked(callers, "lotse-gateway")
