"""What the gate refuses is told to the security administrator, and costs the database nothing when it happens."""

from __future__ import annotations

import msgspec
import pytest

from backend.app import create_app
from backend.foundation.database import Row
from backend.foundation.security_events import page
from backend.house import House
from tests.api.conftest import API, Client, SignIn, browser_of

pytestmark = pytest.mark.anyio
RESIDENT = "13900000001"


async def told(house: House) -> list[Row]:
    """The events that the requests so far caused."""
    await house.security.store(house.database)
    return await house.database.read(page(limit=20))


async def test_requests_from_another_site_are_one_event_with_their_number(client: Client, house: House) -> None:
    for _try in range(3):
        reply = await client.post(f"{API}/sign-in/codes", json={"phone": RESIDENT}, headers={"Origin": "null"})
        assert reply.status_code == 403
    assert await house.database.read(page(limit=20)) == []
    (event,) = await told(house)
    assert (event["kind"], event["severity"], event["actor"], event["times"]) == ("cross-origin", "warning", "", 3)
    assert event["address"] == "127.0.0.1"


async def test_a_resident_at_the_desks_door_is_named_by_account(sign_in: SignIn, house: House) -> None:
    resident = await sign_in(RESIDENT)
    assert (await resident.get(f"{API}/desk/queue")).status_code == 403
    (event,) = await told(house)
    account = (await resident.get(f"{API}/session")).json()["account"]["id"]
    assert (event["kind"], event["actor"]) == ("permission-denied", account)


async def test_too_many_requests_are_told_and_ordinary_refusals_are_not(house: House) -> None:
    limits = msgspec.structs.replace(house.settings.limits, requests_per_minute=60, requests_burst=5)
    application = create_app(msgspec.structs.replace(house.settings, limits=limits), house=house)
    async with application.lifespan(), browser_of(application) as browser:
        statuses = [(await browser.get(f"{API}/me")).status_code for _number in range(8)]
    assert statuses == [401] * 5 + [429] * 3
    assert [(event["kind"], event["times"]) for event in await told(house)] == [("rate-limited", 3)]
