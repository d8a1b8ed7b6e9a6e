"""Routes of the HSDS API 3.0, and a POST twin of each list for searches that belong in no address."""

import json
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from lotse.directory.v1 import publication_pb2 as pb

from gateway.api.v1.dependencies import PartsOf
from gateway.hsds import parameters
from gateway.hsds.answers import conditional, page_body, record_answer
from gateway.hsds.description import openapi
from gateway.hsds.profile import profile_answer
from services.common.errors import FieldViolation, InvalidArgument, NotFound

router = APIRouter(prefix="/hsds", include_in_schema=False)
_READ = ["GET", "HEAD"]
_Route = Callable[..., Coroutine[Any, Any, Any]]


@router.api_route("", methods=_READ)
@router.api_route("/", methods=_READ)
async def about(having: PartsOf) -> Response:
    """Which version of HSDS this is, its profile, and its description."""
    base = f"{having.settings.staff_origin}/hsds"
    return JSONResponse({"version": "3.0", "profile": f"{base}/profile", "openapi_url": f"{base}/openapi.json"})


@router.api_route("/openapi.json", methods=_READ)
async def description(request: Request, having: PartsOf) -> Response:
    """This API in OpenAPI."""
    return conditional(request, json.dumps(openapi(having.settings.staff_origin), ensure_ascii=False).encode())


@router.api_route("/profile", methods=_READ)
async def profile(request: Request, having: PartsOf) -> Response:
    """What is added to HSDS: for programs as JSON, for readers as a page."""
    return profile_answer(request, having.settings.staff_origin)


def _listing(collection: str) -> tuple[_Route, _Route]:
    async def answer(request: Request, having: PartsOf, wanted: parameters.Wanted) -> Any:
        stub = having.clients.publication
        if wanted.as_lines or wanted.minimal:
            return await having.streams.begun(stub, wanted)
        found = await stub.ListRecords(
            pb.ListRecordsRequest(
                collection=parameters.COLLECTIONS[collection], depth=wanted.depth, filter=wanted.filter,
                page=wanted.page, per_page=wanted.per_page,
            )
        )  # fmt: skip
        return conditional(request, page_body(found.records, found.total, wanted.page, wanted.per_page))

    async def by_query(request: Request, having: PartsOf) -> Any:
        return await answer(request, having, parameters.read(collection, request.query_params.multi_items()))

    async def by_body(request: Request, having: PartsOf) -> Any:
        return await answer(request, having, parameters.read(collection, await _members(request)))

    return by_query, by_body


async def _members(request: Request) -> list[tuple[str, object]]:
    if request.query_params:
        raise InvalidArgument(violations=[FieldViolation("query", "unknown-field")])
    try:
        body = json.loads(await request.body() or b"{}", object_pairs_hook=list)
    except (ValueError, RecursionError):
        raise InvalidArgument(violations=[FieldViolation("body", "not-json")]) from None
    if not isinstance(body, list) or not all(isinstance(member, tuple) for member in body):
        raise InvalidArgument(violations=[FieldViolation("body", "not-an-object")])
    return body


def _single(collection: str) -> _Route:
    allowed = ("full_service",) if collection == "organizations" else ()

    async def single(request: Request, record_id: str, having: PartsOf) -> Response:
        depth = parameters.read_depth(request.query_params.multi_items(), allowed)
        try:
            id_ = str(UUID(record_id))
        except ValueError:
            raise NotFound from None
        found = await having.clients.publication.GetRecord(
            pb.GetRecordRequest(collection=parameters.COLLECTIONS[collection], id=id_, depth=depth)
        )
        return record_answer(request, found.record)

    return single


for _collection in parameters.PARAMETERS:
    _by_query, _by_body = _listing(_collection)
    router.add_api_route(f"/{_collection}", _by_query, methods=_READ, response_model=None)
    router.add_api_route(f"/{_collection}", _by_body, methods=["POST"], response_model=None)
    router.add_api_route(f"/{_collection}/{{record_id}}", _single(_collection), methods=_READ, response_model=None)
