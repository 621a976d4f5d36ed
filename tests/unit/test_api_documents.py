"""docs/api.md and docs/demo.md say what the code and the pack say."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import backend
from backend.app import create_app
from backend.foundation.api_document import openapi_document
from backend.foundation.errors import Problem
from backend.foundation.problem_words import ENGLISH
from backend.foundation.settings import Settings
from backend.identity.permissions import PERMISSIONS

DOCS = Path(__file__).parents[2] / "docs"
API = (DOCS / "api.md").read_text(encoding="utf-8")
CALL = re.compile(r"^\| (?P<open>○ )?(?P<once>⟲ )?`(?P<method>[A-Z]+) (?P<path>/[^`]*)`", re.MULTILINE)


def problems() -> set[type[Problem]]:
    """Every problem of every module of the backend."""
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    def below(kind: type[Problem]) -> Iterator[type[Problem]]:
        for each in kind.__subclasses__():
            if each.__module__.startswith("backend."):
                yield each
            yield from below(each)

    return set(below(Problem))


@pytest.fixture(scope="module")
def operations() -> dict[tuple[str, str], dict[str, object]]:
    """The operations of the OpenAPI document by method and path, without the base."""
    document = openapi_document(create_app(Settings(mode="demo")))
    return {
        (method.upper(), path.removeprefix("/api/v1")): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def test_every_operation_is_described_and_nothing_else(operations: dict[tuple[str, str], dict[str, object]]) -> None:
    described = [(call["method"], call["path"]) for call in CALL.finditer(API)]
    assert len(described) == len(set(described))
    assert set(described) == set(operations)


def test_the_calls_without_a_session_are_marked() -> None:
    marked = {(call["method"], call["path"]) for call in CALL.finditer(API) if call["open"]}
    named = {
        (method, path.removeprefix("/api/v1"))
        for (method, path), permission in PERMISSIONS.items()
        if permission.is_open and "/_test/" not in path
    }
    # Health stands before the gate.
    assert marked == named | {("GET", "/health/live"), ("GET", "/health/ready")}


def test_the_calls_that_take_an_idempotency_key_are_marked(
    operations: dict[tuple[str, str], dict[str, object]],
) -> None:
    marked = {(call["method"], call["path"]) for call in CALL.finditer(API) if call["once"]}
    assert marked == {call for call, operation in operations.items() if "Idempotency-Key" in repr(operation)}


def test_every_problem_is_listed_with_its_status_and_nothing_else() -> None:
    listed = set(re.findall(r"^\| `([a-z0-9-]+)` \| (\d{3}) \| \S", API, re.MULTILINE))
    assert listed == {(kind.code, str(kind.status)) for kind in problems()}


def test_every_problem_has_words_in_english_and_no_words_are_left_over() -> None:
    codes = {kind.code for kind in problems()} | {Problem.code}
    assert set(ENGLISH) == codes


def test_the_demo_page_lists_the_personas_of_the_pack() -> None:
    personas = yaml.safe_load((DOCS.parent / "city" / "personas.yaml").read_text(encoding="utf-8"))["personas"]
    page = (DOCS / "demo.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (1\d{10}) \| (.*?) ?\| (.+?) \| (.+?) \| (.*?) ?\| (.+?) \|$", page, re.MULTILINE)
    assert rows == [
        (
            each["phone"],
            each.get("number", ""),
            each["name"],
            each["role"],
            each["department"] or "",
            each["note"]["en"],
        )
        for each in personas
    ]
