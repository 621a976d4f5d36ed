"""A house that has no provider of unified identity."""

from __future__ import annotations

import pytest

from tests.api.conftest import API, Client

pytestmark = pytest.mark.anyio


async def test_without_a_provider_unified_identity_is_not_offered(client: Client) -> None:
    assert (await client.get(f"{API}/sign-in/methods")).json()["unified"] is None
    replies = [
        await client.post(f"{API}/sign-in/unified", json={}),
        await client.post(f"{API}/sign-in/unified/return", json={"state": "any", "code": "any"}),
        await client.post(f"{API}/sign-in/unified/logout", data={"logout_token": "any"}),
    ]
    for reply in replies:
        assert (reply.status_code, reply.json()["type"]) == (404, "urn:zhangban:problem:unified-not-offered")
