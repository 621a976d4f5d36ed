"""Planned maintenance: told beforehand, refused with its end, and over by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from backend.app import create_app
from backend.foundation.database import Database, DatabaseUnavailable
from backend.foundation.settings import MaintenanceSettings, Settings
from backend.house import House
from tests.api.conftest import API, Client, browser_of

pytestmark = pytest.mark.anyio

HOUR = 3_600_000
STARTS = 1_795_960_800_000  # 2026-11-29T22:00+08:00


@pytest.fixture
def settings(settings: Settings) -> Settings:
    window = MaintenanceSettings(starts="2026-11-29T22:00+08:00", ends="2026-11-29T23:30+08:00")
    return msgspec.structs.replace(settings, maintenance=window)


@pytest.fixture
async def visitor(house: House) -> AsyncIterator[Client]:
    app = create_app(house.settings, house=house)
    async with app.lifespan(), browser_of(app) as client:
        yield client


async def test_it_is_told_beforehand_and_not_afterwards(house: House, visitor: Client) -> None:
    house.time.set(STARTS - 24 * HOUR)
    said = (await visitor.get(f"{API}/session")).json()["maintenance"]
    assert said == {"starts": "2026-11-29T14:00:00.000Z", "ends": "2026-11-29T15:30:00.000Z"}
    house.time.set(STARTS + 2 * HOUR)
    assert (await visitor.get(f"{API}/session")).json()["maintenance"] is None


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/session"), ("GET", "/cases"), ("POST", "/cases"), ("POST", "/sign-in/codes"), ("GET", "/popular")],
)
async def test_while_it_lasts_every_request_is_refused_with_the_time_of_its_end(
    house: House, visitor: Client, method: str, path: str
) -> None:
    house.time.set(STARTS + HOUR)
    reply = await visitor.request(method, API + path, headers={"cookie": "zhangban=gone"})
    problem = reply.json()
    assert (reply.status_code, problem["type"]) == (503, "urn:zhangban:problem:maintenance")
    assert problem["until"] == "2026-11-29T15:30:00.000Z"
    assert 1790 <= int(reply.headers["retry-after"]) <= 1800
    assert "11月29日 23:30" in problem["detail"]
    english = await visitor.request(method, API + path, headers={"accept-language": "en"})
    assert "maintenance" in english.json()["detail"]


async def test_published_pages_and_health_go_on_without_the_database(
    house: House, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.time.set(STARTS + HOUR)

    async def away(*_: object) -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(Database, "read", away, raising=False)
    for path in ("/city", "/items", "/items/residence-permit", "/directory", "/calendar"):
        assert (await visitor.get(API + path, headers={"cookie": "zhangban=some"})).status_code == 200, path
    assert (await visitor.get("/health/live")).status_code == 200
    assert (await visitor.get("/")).status_code == 200


async def test_it_ends_by_itself_and_nobody_was_signed_out(house: House, visitor: Client) -> None:
    house.time.set(STARTS - HOUR)
    await visitor.post(f"{API}/sign-in/codes", json={"phone": "13900000001"})
    code = (await visitor.post(f"{API}/_test/otp", json={"phone": "13900000001"})).json()["code"]
    entered = await visitor.post(f"{API}/sign-in", json={"phone": "13900000001", "code": code, "shared": False})
    assert entered.json()["maintenance"]["starts"] == "2026-11-29T14:00:00.000Z"
    house.time.set(STARTS)
    assert (await visitor.get(f"{API}/cases")).status_code == 503
    house.time.set(STARTS + 3 * HOUR // 2)
    assert (await visitor.get(f"{API}/cases")).status_code == 200
