"""The OpenAPI document and its page, both from this server only.

Litestar documents success and 400 as application/json; what a reply can really be is added here, once, for all routes.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, get
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.params import FromPath, PathParameter

from backend.foundation.errors import NotFound
from backend.foundation.web_errors import PROBLEM_MEDIA_TYPE

_SWAGGER = Path(__file__).resolve().parents[2] / "node_modules" / "swagger-ui-dist"
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>掌上办 API</title><link rel="stylesheet" href="/schema/assets/swagger-ui.css">
</head><body><div id="document"></div><script src="/schema/assets/swagger-ui-bundle.js"></script>
<script src="/schema/assets/start.js"></script></body></html>
"""
_START = 'SwaggerUIBundle({url: "/schema/openapi.json", dom_id: "#document", deepLinking: true, validatorUrl: null})\n'

# What any operation may answer besides its own success, by how it can come about.
_ALWAYS = (400, 401, 403, 404, 405, 410, 412, 429, 500, 503)
_WRITING = (409, 413, 415, 422, 428)
_MEANING = {
    400: "A parameter or field is outside its bounds",
    401: "No session, or a wrong code",
    403: "Not allowed, or caused by another site",
    404: "Not there, or not visible to the caller",
    405: "The address does not take this method",
    409: "The thing changed meanwhile, or is not in a state for this",
    410: "Ended or erased",
    412: "A precondition (If-Match, Tus-Resumable) does not hold",
    413: "The body is larger than allowed",
    415: "The media type is not read here",
    422: "Understood, and against a rule",
    428: "If-Match is required",
    429: "Too many requests; see Retry-After",
    500: "A fault of ours; the incident number finds it in the logs",
    503: "The database does not answer; try again",
}
_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457; further members depend on the type",
    "required": ["type", "title", "status", "detail", "rule"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:zhangban:problem:[a-z0-9-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "rule": {"type": ["string", "null"]},
    },
}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """The document with every error reply of every operation as application/problem+json."""
    _drop_examples(document)
    components = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": "__Host-zhangban"}}
    for path, item in document.get("paths", {}).items():
        if not path.startswith(("/api/", "/health/")):
            continue
        for method, operation in item.items():
            if method not in ("get", "put", "post", "delete", "patch", "head", "options"):
                continue
            replies = operation.setdefault("responses", {})
            for status, reply in replies.items():
                _correct_success(status, method, reply)
            if method == "get" and path.startswith("/api/"):
                replies["304"] = {"description": "Not changed since the ETag of If-None-Match"}
            if path == "/health/ready":
                # Not a problem but the same body as with 200: which part fails.
                replies["503"] = {**replies["200"], "description": _MEANING[503]}
                continue
            for status in (*_ALWAYS, *(() if method in ("get", "head", "options") else _WRITING)):
                replies[str(status)] = _error_reply(status, method)
    _name_members(document)
    return document


def _name_members(document: dict[str, Any]) -> None:
    """In what only replies hold every member is there: a default of a structure is no reason to leave it out."""
    schemas = document["components"]["schemas"]
    bodies = [
        operation["requestBody"]
        for item in document.get("paths", {}).values()
        for operation in item.values()
        if isinstance(operation, dict) and "requestBody" in operation
    ]
    asked = _names_in(bodies)
    while more := _names_in([schemas[name] for name in asked]) - asked:
        asked |= more
    for name, schema in schemas.items():
        if name not in asked and name != "Problem" and "properties" in schema:
            schema["required"] = sorted(schema["properties"])


def _names_in(node: Any) -> set[str]:
    """The schemas that a part of the document refers to."""
    if isinstance(node, list):
        return {name for value in node for name in _names_in(value)}
    if not isinstance(node, dict):
        return set()
    found = {name for value in node.values() for name in _names_in(value)}
    reference = node.get("$ref")
    return found | {reference.rpartition("/")[2]} if isinstance(reference, str) else found


def _correct_success(status: str, method: str, reply: dict[str, Any]) -> None:
    """What Litestar documents for a reply without a body, or one whose JSON is rendered beforehand, is not so."""
    if status == "204" or method == "head":
        reply.pop("content", None)
        return
    content = reply.get("content", {}).get("application/json")
    if content is not None and content.get("schema") == {"type": "string"}:
        content["schema"] = {"type": "object"}


def _drop_examples(node: Any) -> None:
    """Litestar makes examples up at random: noise in the document, and another one each time."""
    if isinstance(node, dict):
        # A list is a schema's examples; a property of that name would be an object.
        if isinstance(node.get("examples"), list):
            del node["examples"]
        for value in node.values():
            _drop_examples(value)
    elif isinstance(node, list):
        for value in node:
            _drop_examples(value)


def _error_reply(status: int, method: str) -> dict[str, Any]:
    reply: dict[str, Any] = {"description": _MEANING[status]}
    if method != "head":
        reply["content"] = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return reply


def openapi_document(application: Litestar) -> dict[str, Any]:
    """The whole OpenAPI document of an application as plain data."""
    return complete(application.openapi_schema.to_schema())


class DocumentPlugin(OpenAPIRenderPlugin):
    """`/schema/openapi.json`."""

    def __init__(self) -> None:
        super().__init__(path="/openapi.json", media_type=MediaType.JSON)
        self._rendered: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The document as JSON, built on the first request."""
        if self._rendered is None:
            self._rendered = msgspec.json.encode(complete(openapi_schema))
        return self._rendered


class PagePlugin(OpenAPIRenderPlugin):
    """`/schema`: Swagger UI without inline scripts, as the content security policy asks."""

    def __init__(self) -> None:
        super().__init__(path="/", media_type=MediaType.HTML)

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The page; its assets are those of `swagger_asset`."""
        return _PAGE.encode()


@cache
def _asset(name: str) -> bytes:
    return gzip.compress(_START.encode() if name == "start.js" else (_SWAGGER / name).read_bytes(), 6, mtime=0)


_ASSETS = {"start.js": "text/javascript", "swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}


@get("/schema/assets/{name:str}", include_in_schema=False, sync_to_thread=True)
def swagger_asset(name: FromPath[Annotated[str, PathParameter(max_length=40)]]) -> Response[bytes]:
    """One of the three files of the page, from the npm package. Raises NotFound."""
    if name not in _ASSETS or not (name == "start.js" or (_SWAGGER / name).is_file()):
        raise NotFound("没有找到这个文件。")
    headers = {"Content-Encoding": "gzip", "Cache-Control": "public, max-age=86400"}
    return Response(_asset(name), media_type=_ASSETS[name], headers=headers)


def openapi_config(version: str) -> OpenAPIConfig:
    """Title, version and the two places of the document."""
    plugins: Sequence[OpenAPIRenderPlugin] = (DocumentPlugin(), PagePlugin())
    return OpenAPIConfig(title="掌上办 Zhangban", version=version, use_handler_docstrings=True, render_plugins=plugins)
