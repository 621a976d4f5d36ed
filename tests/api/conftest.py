"""What API tests ask for: `client` and `sign_in` speak to the application in this process, `live` to a server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import httpx
import msgspec
import pytest
from litestar import Litestar

from backend.app import create_app
from backend.city.city import City
from backend.foundation.database import Database
from backend.foundation.settings import Settings
from backend.foundation.stored_vault import StoredVault
from backend.foundation.time_source import TimeSource
from backend.house import House
from backend.staff.demo import seed_personas
from tests.harness.served import ServedProduct, enter, on_free_port

ROOT = Path(__file__).resolve().parents[2]
API = "/api/v1"

Client = httpx.AsyncClient


class SignIn(Protocol):
    """Signs a phone in, in a browser of its own: staff personas at the desk unless `as_resident`."""

    async def __call__(self, phone: str, *, as_resident: bool = False) -> Client: ...


@pytest.fixture(scope="session")
def city() -> City:
    """The demo city."""
    return City.load(ROOT / "city")


@pytest.fixture
def settings(house_settings: Settings) -> Settings:
    """Test mode with limits that a test suite does not meet by itself; a module may override this fixture."""
    return on_free_port(house_settings)


@pytest.fixture
async def house(database: Database, vault: StoredVault, city: City, settings: Settings) -> House:
    """A house in test mode with the demo city and its personas, on a fresh database of each kind."""
    made = House(settings, database, vault, TimeSource(), lambda: city)
    await seed_personas(made)
    return made


def browser_of(app: Litestar) -> Client:
    """A browser of its own, with its own cookies, that speaks to `app` in this event loop."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000")


@pytest.fixture
async def app(house: House) -> AsyncIterator[Litestar]:
    """The started application over `house`."""
    made = create_app(house.settings, house=house)
    async with made.lifespan():
        yield made


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[Client]:
    """A browser in which nobody is signed in."""
    async with browser_of(app) as opened:
        yield opened


@pytest.fixture
async def sign_in(app: Litestar) -> AsyncIterator[SignIn]:
    """`await sign_in(phone)` gives a browser of its own in which that phone's account is signed in."""
    async with AsyncExitStack() as stack:

        async def signed_in(phone: str, *, as_resident: bool = False) -> Client:
            browser = await stack.enter_async_context(browser_of(app))
            await enter(browser, phone, as_resident=as_resident)
            return browser

        yield signed_in


@pytest.fixture
def live(settings: Settings, tmp_path: Path) -> Iterator[ServedProduct]:
    """A running server in test mode, a process of its own on a free port, once on each kind of database.

    `live.url` is its address; `live.client()` gives an `httpx.Client` with cookies of its own, and
    `live.sign_in(phone)` one in which that phone's account is signed in (personas: /api/v1/demo/personas).
    `live.set_clock("2026-03-02T09:00:00+08:00")` sets its time. `live.kill()` and `live.start()` crash and restart it.
    """
    server = ServedProduct(settings, tmp_path)
    server.prepare()
    server.start()
    yield server
    server.stop()


def with_limits(settings: Settings, **limits: int) -> Settings:
    """Settings with other limits."""
    return msgspec.structs.replace(settings, limits=msgspec.structs.replace(settings.limits, **limits))
