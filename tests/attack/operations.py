"""Every operation of the OpenAPI document and a request that fits it: attacks also meet what is added later."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Litestar

from backend.app import create_app
from backend.foundation.api_document import openapi_document
from backend.foundation.settings import Settings
from tests.api.conftest import API

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
READING = ("GET", "HEAD", "OPTIONS")
Schema = dict[str, Any]

# Headers without which an operation does not come to look at the object it is asked for.
HEADERS = {"If-Match": '"1"', "Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Offset": "0"}


class Operation(msgspec.Struct, frozen=True):
    """One method of one address template, and the schemas of what it takes."""

    method: str
    template: str
    parameters: tuple[Schema, ...]
    body: Schema | None
    definitions: dict[str, Schema]

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def names(self) -> list[str]:
        """The parameters of its path."""
        return re.findall(r"\{(\w+)\}", self.template)

    def path(self, **values: str) -> str:
        """Its address; parameters without a value get one that fits their schema."""
        found = {each["name"]: sample(each["schema"], {}) for each in self.parameters if each["in"] == "path"}
        return self.template.format(**{**{name: str(value) for name, value in found.items()}, **values})

    def example_of(self, name: str) -> str:
        """A value that fits a parameter of its path."""
        return next(str(sample(each["schema"], {})) for each in self.parameters if each["name"] == name)

    @property
    def queries(self) -> list[Schema]:
        """The parameters of its query."""
        return [each for each in self.parameters if each["in"] == "query"]

    def headers(self) -> dict[str, str]:
        """Headers that fit, with an idempotency key of their own where one is taken."""
        own = {each["name"]: str(uuid.uuid4()) for each in self.parameters if each["in"] == "header"}
        part = {} if self.body else {"Content-Type": "application/offset+octet-stream"}
        return {**HEADERS, **part, **own}

    def example(self) -> Any:
        """A body that fits its schema, or None where it takes no JSON."""
        return None if self.body is None else sample(self.body, self.definitions)


def operations(app: Litestar) -> list[Operation]:
    """Every operation below /api/."""
    document = openapi_document(app)
    definitions = document["components"]["schemas"]
    return [
        Operation(
            method.upper(),
            path,
            tuple(each for each in operation.get("parameters", ())),
            operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema"),
            definitions,
        )
        for path, item in document["paths"].items()
        if path.startswith(API)
        for method, operation in item.items()
        if method in METHODS
    ]


OPERATIONS = operations(create_app(Settings(mode="test")))
WRITING = [each for each in OPERATIONS if each.method not in READING]


def resolved(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """The schema that a reference stands for, and the first that is not null of several."""
    while True:
        if "$ref" in schema:
            schema = definitions[schema["$ref"].rpartition("/")[2]]
        elif several := schema.get("oneOf") or schema.get("anyOf"):
            chosen = next((each for each in several if each.get("type") != "null"), several[0])
            schema = {**{name: value for name, value in schema.items() if name not in ("oneOf", "anyOf")}, **chosen}
        else:
            return schema


def sample(schema: Schema, definitions: dict[str, Schema]) -> Any:
    """A small value that fits a schema of the document."""
    schema = resolved(schema, definitions)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        kind = next(each for each in kind if each != "null")
    if kind == "string":
        return _text(schema)
    if kind in ("integer", "number"):
        return int(schema.get("minimum", 1))
    if kind == "boolean":
        return True
    if kind == "array":
        return [sample(schema["items"], definitions)] * max(1, schema.get("minItems", 0)) if "items" in schema else []
    wanted = schema.get("required", ())
    return {name: sample(schema["properties"][name], definitions) for name in wanted}


def _text(schema: Schema) -> str:
    least, most, pattern = schema.get("minLength", 0), schema.get("maxLength", 10_000), schema.get("pattern")
    words = [
        *({"uuid": [str(uuid.uuid4())], "date": ["2026-03-02"]}.get(schema.get("format", ""), [])),
        "1" * max(6, least),
        "1" * least,
        "11",
        *(str(uuid.uuid4()), uuid.uuid4().hex * 2, "13900000009", "2026-03-02", "Aa1" * 15, "1" * 43, "A" * 86),
        *("/me", "a"),
        *("https://push.example.com/1", "91990100MA0000001X", "990102199203080022"),
    ]
    fitting = (each for each in words if least <= len(each) <= most)
    for word in fitting:
        if pattern is None or re.search(pattern, word):
            return word
    raise ValueError(f"no word of tests/attack/operations.py fits {schema}")


def objects_within(operation: Operation) -> Iterator[tuple[tuple[str, ...], Schema]]:
    """Every object with named members that its body holds, with the way to it."""
    if operation.body is None:
        return
    waiting: list[tuple[tuple[str, ...], Schema]] = [((), operation.body)]
    while waiting:
        way, found = waiting.pop()
        schema = resolved(found, operation.definitions)
        if "properties" in schema:
            yield way, schema
            waiting += [((*way, name), each) for name, each in schema["properties"].items()]
