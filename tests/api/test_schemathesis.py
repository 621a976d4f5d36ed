"""Random requests made from the OpenAPI document itself: no 500, and no reply that the document does not list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from backend.app import create_app
from backend.foundation.api_document import openapi_document
from backend.foundation.settings import Settings
from tests.harness.served import ServedProduct, served_settings
from tests.scale import examples

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ENDING = {("DELETE", "/api/v1/session"), ("POST", "/api/v1/me/erasure")}
PERSONAS = {"stranger": None, "resident": "13900000001", "clerk": "13900000011"}

schema = schemathesis.openapi.from_dict(openapi_document(create_app(Settings(mode="test"))))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProduct]:
    """One running server for all operations; SQLite, since what is tested is the same on both databases."""
    directory = tmp_path_factory.mktemp("live")
    running = ServedProduct(served_settings(directory), directory)
    running.prepare()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def cookies(server: ServedProduct) -> dict[str, dict[str, str]]:
    """The session cookie of each persona."""
    return {name: dict(server.sign_in(phone).cookies) if phone else {} for name, phone in PERSONAS.items()}


@pytest.mark.parametrize("persona", PERSONAS)
@schema.parametrize()
@hypothesis_settings(
    max_examples=examples(2_000),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_meets_a_fault_or_an_undocumented_reply(
    case: schemathesis.Case, persona: str, server: ServedProduct, cookies: dict[str, dict[str, str]]
) -> None:
    # These are tested without a session: they would end the one that the other operations use.
    ends = (case.method.upper(), case.path) in ENDING
    case.call_and_validate(base_url=server.url, cookies={} if ends else cookies[persona], checks=CHECKS)
