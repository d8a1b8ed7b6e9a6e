"""The HSDS API in OpenAPI 3.1: paths from the table that parameters are read by, schemas by the standard's address."""

from typing import Any

from gateway.hsds.parameters import MOST_PER_PAGE, PARAMETERS, PER_PAGE

_SCHEMAS = "https://raw.githubusercontent.com/openreferral/specification/3.0/schema"
_OF_RECORD = {
    "services": f"{_SCHEMAS}/compiled/service.json",
    "organizations": f"{_SCHEMAS}/compiled/organization.json",
    "service_at_locations": f"{_SCHEMAS}/compiled/service_at_location.json",
    "taxonomies": f"{_SCHEMAS}/taxonomy.json",
    "taxonomy_terms": f"{_SCHEMAS}/taxonomy_term.json",
}
_UUID = {"type": "string", "format": "uuid"}
_FLAG = {"type": "boolean"}
_KINDS: dict[str, tuple[dict[str, Any], str]] = {
    "search": ({"type": "string", "maxLength": 300}, "All of these words, in names, topics and descriptions."),
    "page": ({"type": "integer", "minimum": 1, "default": 1}, "Page."),
    "per_page": ({"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": PER_PAGE}, "Records per page."),
    "format": (
        {"type": "string", "enum": ["json", "ndjson"], "default": "json"},
        "ndjson streams everything, a record a line.",
    ),
    "taxonomy_term_id": (_UUID, "Services that bear this term."),
    "taxonomy_id": (_UUID, "Services that bear a term of this taxonomy, or terms of it."),
    "organization_id": (_UUID, "Services of this organization."),
    "modified_after": ({"type": "string", "format": "date-time"}, "Changed then or later."),
    "minimal": (_FLAG, "All services in one page, each with id and modified_date."),
    "full": (_FLAG, "With everything that belongs to each."),
    "full_service": (_FLAG, "Organizations with their services in full."),
    "postcode": ({"type": "string", "pattern": "^[0-9]{5}$"}, "Services that are responsible for this postcode."),
    "proximity": ({"type": "integer", "minimum": 1, "maximum": 500_000}, "At most so many metres from the postcode."),
    "top_only": (_FLAG, "Terms without a parent."),
    "parent_id": (_UUID, "Terms right below this one."),
}
_PAGE = {
    "type": "object",
    "properties": {
        **{name: {"type": "integer"} for name in ("total_items", "total_pages", "page_number", "size")},
        **{name: {"type": "boolean"} for name in ("first_page", "last_page", "empty")},
    },
}
_PROBLEM = {
    "description": "A problem (RFC 9457).",
    "content": {"application/problem+json": {"schema": {"type": "object"}}},
}


def openapi(origin: str) -> dict[str, Any]:
    """The description of the API at this origin."""
    paths: dict[str, Any] = {
        "/": {"get": _operation("getApi", "Version, profile and description.", {"type": "object"})}
    }
    for collection, names in PARAMETERS.items():
        record = {"$ref": _OF_RECORD[collection]}
        contents = {"properties": {"contents": {"type": "array", "items": record}}}
        page = {"allOf": [{"$ref": "#/components/schemas/Page"}, contents]}
        body = {
            "type": "object",
            "properties": {name: _KINDS[name][0] for name in names},
            "additionalProperties": False,
        }
        paths[f"/{collection}"] = {
            "get": {
                **_operation(f"list_{collection}", f"A page of {collection}.", page, lines=record),
                "parameters": [_parameter(name) for name in names],
            },
            "post": {
                **_operation(
                    f"search_{collection}", "The same, with what is searched for in no address.", page, lines=record
                ),
                "requestBody": {"content": {"application/json": {"schema": body}}},
            },
        }
        own = [_parameter("full_service")] if collection == "organizations" else []
        id_ = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "description": "Id."}
        paths[f"/{collection}/{{id}}"] = {
            "get": {**_operation(f"get_{collection}", "One record in full.", record), "parameters": [id_, *own]}
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lotsennetz directory (HSDS 3.0)",
            "version": "3.0",
            "license": {"name": "see the sources of the entries"},
        },
        "servers": [{"url": f"{origin}/hsds"}],
        "paths": paths,
        "components": {"schemas": {"Page": _PAGE}},
    }


def _operation(
    name: str, summary: str, schema: dict[str, Any], *, lines: dict[str, Any] | None = None
) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    if lines is not None:
        content["application/x-ndjson"] = {"schema": lines}
    return {
        "operationId": name,
        "summary": summary,
        "security": [],
        "responses": {"200": {"description": "OK", "content": content}, "default": _PROBLEM},
    }


def _parameter(name: str) -> dict[str, Any]:
    schema, meaning = _KINDS[name]
    return {"name": name, "in": "query", "required": False, "description": meaning, "schema": schema}
