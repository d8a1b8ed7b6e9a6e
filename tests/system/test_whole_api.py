"""Every operation that the gateway describes, with what fits and what does not, by two agencies and by clients.

No answer breaks, each is as described, and nobody receives a word of others.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from copy import deepcopy
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from requests.adapters import HTTPAdapter
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.demo.canary import sweep
from deploy.demo.story import SECOND_SECRET
from deploy.local.constellation import Constellation
from gateway.app import side_apps
from tests.support.callers import Caller, Callers, callers_of
from tests.support.house import House, Logins

Asked = schemathesis.Case[Any]
EXAMPLES = 12
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
ENDING = {"POST /api/v1/logout", "POST /api/v1/switch-agency", "DELETE /api/v1/session"}
"""What would end the session of the test is asked without the token that it takes."""

REACHED = {
    "GET /login", "POST /api/v1/searches", "GET /api/v1/topics", "GET /api/v1/agencies/{agency_id}",
    "POST /api/v1/cases", "GET /api/v1/cases", "GET /api/v1/cases/{case_id}", "GET /api/v1/session",
    "GET /api/v1/cases/{case_id}/sections/{category}", "POST /api/v1/cases/{case_id}/referrals",
    "GET /api/v1/referrals", "GET /api/v1/referrals/{referral_id}", "GET /api/v1/deletion-tasks",
    "GET /api/v1/consents", "GET /api/v1/who-sees", "POST /api/v1/withdrawals",
    "GET /api/v1/referrals/{referral_id}/explanation",
}  # fmt: skip
"""What can be reached as often as one likes; what a state allows once, the journey plays."""

FITTING: dict[str, list[Any]] = {
    "cover_sheet": [{"topics": ["mietschulden"], "urgency": "soon", "language": "ar"}], "categories": [["contact"], []],
    "kind": ["refer"], "purpose": ["handing-over"], "labels": [[]], "language": ["de"],
    "second_secret": [SECOND_SECRET], "reason": ["other", "at-capacity"], "result": ["helped"],
    "way_back": ["nothing"], "consent_id": [None],
    "direction": [None], "valid_until": [None], "excluded_person_ids": [[]], "purposes": [[]], "base_version": [0, 1],
    "answers": [[{"category": "contact", "permit": False}]], "validate_only": [True, False],
}  # fmt: skip
"""Words of the vocabulary that a description cannot list."""

CATEGORIES = ["contact", "housing", "health", "cover-sheet"]
_SESSION = re.compile(r"__Host-session=[^; \"]+")
SENDER = "127.0.0.3"
"""An address of its own, so that the tries of codes counted here are nobody else's."""


async def _never_ready() -> None:
    """Nothing is served by whoever only describes."""


def _whole(found: Any) -> Any:
    """The operation; raises where its description is none."""
    return found.ok()


CONFIG = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
SCHEMAS = {
    side: schemathesis.openapi.from_dict(deepcopy(app.openapi()), config=CONFIG)
    for side, app in side_apps(None, _never_ready).items()
}
OPERATIONS = [(side, _whole(found)) for side, schema in SCHEMAS.items() for found in schema.get_all_operations()]


@pytest.fixture(scope="module")
def callers(constellation: Constellation, logins: Logins) -> Iterator[Callers]:
    async def seeded() -> Callers:
        async with AsyncExitStack() as stack:
            return await callers_of(House(constellation, logins, stack))

    known = asyncio.run(seeded())
    yield known
    words = {word for caller in known.staff for word in caller.forbidden if word.startswith(("Merkwort", "Zeichen"))}
    found = sweep(constellation.home.logs, words)
    assert not found.findings, found.findings


@pytest.fixture(scope="module")
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        adapter = HTTPAdapter(pool_maxsize=4)
        adapter.init_poolmanager(4, 4, source_address=(SENDER, 0))
        session.mount("http://", adapter)
        yield session


@pytest.mark.parametrize(("side", "operation"), OPERATIONS, ids=[f"{side} {each.label}" for side, each in OPERATIONS])
def test_every_answer_is_as_described_and_holds_nothing_of_others(
    side: str, operation: Any, callers: Callers, http: requests.Session
) -> None:
    known = callers.staff if side == "staff" else callers.clients
    statuses: set[int] = set()

    @settings(
        max_examples=EXAMPLES * len(known), derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(case=_cases(operation), pair=st.sampled_from(_pairs(known)), aim=st.integers(-20, 80))
    def ask(case: Asked, pair: tuple[Caller, Caller], aim: int) -> None:
        caller, whose = pair
        if aim >= 0:
            _aim(case, whose, aim, http)
        answer = _answer(case, caller, http)
        statuses.add(answer.status_code)
        _judge(case, caller, answer)

    ask()
    if operation.label in REACHED:
        assert min(statuses) < 400, f"nothing of {operation.label} was reached: {statuses}"


def _pairs(known: list[Caller]) -> list[tuple[Caller, Caller]]:
    """Who asks, and for whose things; a bit more often for her own."""
    return [*((each, each) for each in known), *itertools.product(known, known)]


def _cases(operation: Any) -> st.SearchStrategy[Asked]:
    modes = schemathesis.GenerationMode
    both: list[st.SearchStrategy[Asked]] = [
        operation.as_strategy(generation_mode=mode) for mode in (modes.POSITIVE, modes.NEGATIVE)
    ]
    return st.one_of(both)


def _aim(case: Asked, whose: Caller, number: int, http: requests.Session) -> None:
    """At what really exists, so that the answer does not end at the first "not found"."""
    for name in case.path_parameters or {}:
        if name in whose.own:
            case.path_parameters[name] = whose.own[name][number % len(whose.own[name])]
        elif name == "category":
            case.path_parameters[name] = CATEGORIES[number % len(CATEGORIES)]
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid4())
    if "If-Match" in case.headers:
        case.headers["If-Match"] = _etag(case, whose, http)
    if isinstance(case.body, dict):
        for name, value in FITTING.items():
            if name in case.body:
                case.body[name] = value[number % len(value)]
        if "recipient_id" in case.body:
            case.body |= {"recipient_id": whose.own["recipient_id"][0], "service_id": None}


def _etag(case: Asked, whose: Caller, http: requests.Session) -> str:
    """As it stands there now for whoever may see it."""
    referral_id = case.path_parameters.get("referral_id")
    if referral_id is None:
        tasks = http.get(f"{whose.origin}/api/v1/deletion-tasks", headers=whose.headers, timeout=30).json()["tasks"]
        return next((task["etag"] for task in tasks if task["deletion_task_id"] in str(case.path_parameters)), "none")
    path = f"{whose.origin}/api/v1/referrals/{quote(str(referral_id), safe='')}"
    return str(http.get(path, headers=whose.headers, timeout=30).json().get("etag", "none"))


def _answer(case: Asked, caller: Caller, http: requests.Session) -> schemathesis.Response:
    sent = dict(caller.headers)
    if case.operation.label in ENDING:
        del sent["X-CSRF-Token"]
    for _ in range(10):
        answer = case.call(base_url=caller.origin, session=http, headers=sent, allow_redirects=False, timeout=30)
        if answer.status_code not in {503, 504}:
            break
        assert answer.headers.get("retry-after"), answer.text
        time.sleep(1)
    if renewed := _SESSION.match(" ".join(answer.headers.get("set-cookie", []))):
        caller.headers["Cookie"] = renewed[0]  # with the second secret a session goes on under another id
    return answer


def _judge(case: Asked, caller: Caller, answer: schemathesis.Response) -> None:
    case.validate_response(answer, checks=CHECKS)
    documented = set(case.operation.definition.raw["responses"])
    if answer.status_code < 400:
        assert str(answer.status_code) in documented, f"{answer.status_code} is not described"
    else:
        assert answer.headers["content-type"] == ["application/problem+json"]
        assert answer.json()["status"] == answer.status_code
    received = answer.text + json.dumps(dict(answer.headers))
    held = [number for number, word in enumerate(caller.forbidden) if word.lower() in received.lower()]
    assert not held, f"{caller.name} received what is not hers: {held}"
