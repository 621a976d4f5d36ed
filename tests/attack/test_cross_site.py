"""CSRF: what another site, a sibling host or a sandboxed page causes is refused wherever anything is changed."""

from __future__ import annotations

import httpx
import pytest
from litestar import Litestar

from backend.house import House
from tests.api.case_builders import RESIDENT
from tests.api.conftest import API, SignIn
from tests.api.test_bad_input import nothing_stored
from tests.attack.operations import WRITING, Operation

pytestmark = pytest.mark.anyio

FOREIGN = {
    "another site": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    "another site in an old browser": {"Origin": "https://evil.example"},
    "a sibling host": {"Origin": "http://evil.127.0.0.1:8000", "Sec-Fetch-Site": "same-site"},
    "a sibling port": {"Origin": "http://127.0.0.1:8001"},
    "a sandboxed frame": {"Origin": "null"},
    "a sandboxed frame in a new browser": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    "a word that no browser sends": {"Sec-Fetch-Site": "anything"},
    "an origin that only begins alike": {"Origin": "http://127.0.0.1:8000.evil.example"},
    "an origin with a name before an @": {"Origin": "http://127.0.0.1:8000@evil.example"},
    "several origins": {"Origin": "http://127.0.0.1:8000 https://evil.example"},
    "an empty origin": {"Origin": ""},
}


@pytest.mark.parametrize("operation", WRITING, ids=str)
async def test_a_change_that_another_site_causes_is_refused_and_stores_nothing(
    house: House, sign_in: SignIn, operation: Operation
) -> None:
    resident = await sign_in(RESIDENT)
    async with nothing_stored(house):
        for name, headers in FOREIGN.items():
            reply = await resident.request(
                operation.method,
                operation.path(),
                json=operation.example(),
                headers={**operation.headers(), **headers},
            )
            assert reply.status_code == 403, (name, reply.text)
            assert reply.json()["type"] == "urn:zhangban:problem:cross-origin"
            assert "access-control-allow-origin" not in reply.headers
    assert (await resident.get(f"{API}/me")).status_code == 200


async def test_a_preflight_from_another_site_is_given_no_permission(client: httpx.AsyncClient) -> None:
    for operation in WRITING:
        reply = await client.options(
            operation.path(),
            headers={"Origin": "https://evil.example", "Access-Control-Request-Method": operation.method},
        )
        assert not [name for name in reply.headers if name.startswith("access-control-")], str(operation)


async def test_another_sites_page_may_not_read_what_a_person_may(sign_in: SignIn, app: Litestar) -> None:
    resident = await sign_in(RESIDENT)
    reply = await resident.get(f"{API}/me", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in reply.headers
    assert reply.headers["cross-origin-resource-policy"] == "same-origin"
