"""Every reason has a status and a text in German and English; docs/errors.md is what the catalogue says."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.__main__ import ERRORS_PAGE
from gateway.catalogue import declared_reasons, errors_page
from gateway.errors import HTTP_STATUS, catalogue, http_status, language_of, problem, problem_body
from gateway.languages import LANGUAGES
from services.common.errors import Code, FieldViolation, InternalError, InvalidArgument, LotseError, NotFound
from services.common.status import RemoteError

CHECKOUT = Path(__file__).parents[3]


def all_classes(base: type[LotseError] = LotseError) -> Iterator[type[LotseError]]:
    for each in base.__subclasses__():
        yield each
        yield from all_classes(each)


@pytest.fixture(scope="module")
def reasons() -> dict[str, Code]:
    """Of every class that exists once all modules with errors are imported."""
    for path in [*CHECKOUT.glob("services/*/errors.py"), *CHECKOUT.glob("services/common/**/*.py")]:
        importlib.import_module(".".join(path.relative_to(CHECKOUT).with_suffix("").parts))
    return {each.reason: each.code for each in all_classes() if "reason" in vars(each)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_every_class_has_a_text(language: str, reasons: dict[str, Code]) -> None:
    assert set(reasons) <= set(catalogue(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_stands_without_a_reason(language: str, reasons: dict[str, Code]) -> None:
    assert set(catalogue(language)) <= set(reasons) | {code.value for code in Code}


def test_reading_the_source_finds_what_importing_it_finds(reasons: dict[str, Code]) -> None:
    assert declared_reasons() == reasons


def test_every_code_of_grpc_has_a_status_of_http() -> None:
    assert set(HTTP_STATUS) == set(Code)
    assert all(400 <= status < 600 for status in HTTP_STATUS.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_whole_sentences_without_gaps_to_fill(language: str) -> None:
    for reason, text in catalogue(language).items():
        for sentence in (text.title, text.next_step):
            assert sentence.endswith((".", "?", "!")), reason
            assert "{" not in sentence, reason
            assert "%" not in sentence, reason


def test_the_page_of_errors_is_not_stale() -> None:
    assert ERRORS_PAGE.read_text() == errors_page()


def test_a_reason_that_is_not_known_is_told_by_its_code() -> None:
    body = problem_body(RemoteError("SOMETHING_NEW", Code.NOT_FOUND, "x"), "en")
    assert (body["reason"], body["status"]) == ("SOMETHING_NEW", 404)
    assert body["title"] == catalogue("en")["NOT_FOUND"].title


def test_a_code_without_a_text_of_its_own_is_an_internal_error() -> None:
    body = problem_body(RemoteError("X", Code.DATA_LOSS, "x"), "de")
    assert body["title"] == catalogue("de")["INTERNAL"].title


def test_the_text_of_the_other_service_is_not_passed_on() -> None:
    answer = problem(RemoteError("X", Code.INTERNAL, "Maria Muster, Hauptstraße 1"), "en")
    assert b"Muster" not in answer.body


def test_an_incident_is_named_by_a_urn_and_fields_by_their_path() -> None:
    number = "6f0e0a34-0000-4000-8000-000000000000"
    body = problem_body(InternalError(metadata={"incident": number}), "en")
    assert body["instance"] == f"urn:uuid:{number}"
    assert "facts" not in body
    body = problem_body(InvalidArgument(violations=[FieldViolation("a.b", "is not valid")]), "en")
    assert body["errors"] == [{"field": "a.b", "message": "is not valid"}]


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "de"),
        ("en", "en"),
        ("en-GB,de;q=0.5", "en"),
        ("de-AT", "de"),
        ("ar, en;q=0.8", "en"),
        ("uk", "de"),
        ("*", "de"),
        ("de;q=0.2, en;q=0.9", "en"),
        ("en;q=0", "de"),
        ("en;q=x", "de"),
        (";;;,,,", "de"),
    ],
)
def test_the_language_is_the_best_of_those_asked_for(asked: str, language: str) -> None:
    assert language_of(asked) == language
    answer = problem(NotFound(), asked)
    assert answer.headers["Content-Language"] == language
    assert json.loads(bytes(answer.body))["title"] == catalogue(language)["NOT_FOUND"].title


def test_waiting_is_asked_for_where_waiting_helps() -> None:
    assert problem(RemoteError("UNAVAILABLE", Code.UNAVAILABLE, "x"), "").headers["Retry-After"]
    assert problem(RemoteError("RESOURCE_EXHAUSTED", Code.RESOURCE_EXHAUSTED, "x"), "").headers["Retry-After"]
    assert "Retry-After" not in problem(NotFound(), "").headers


def test_a_stale_etag_is_a_failed_precondition_of_http() -> None:
    assert http_status("STALE_ETAG", Code.ABORTED) == 412
    assert http_status("IF_MATCH_REQUIRED", Code.FAILED_PRECONDITION) == 428
