"""What API tests ask for: `client`, the application on a fresh database of each kind, and `sign_in`."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import msgspec
import pytest
from litestar import Litestar

from backend.app import create_app
from backend.city.city import City
from backend.foundation.database import Database
from backend.foundation.encryption import Place
from backend.foundation.identifiers import new_id
from backend.foundation.settings import FilesSettings, LimitsSettings, Settings
from backend.foundation.time_source import TimeSource
from backend.house import House
from backend.identity.demo import seed_personas

ROOT = Path(__file__).resolve().parents[2]
API = "/api/v1"

Client = httpx.AsyncClient
SignIn = Callable[[str], Awaitable[Client]]


class PlainVault:
    """Marks what it should seal, so that a test sees what was sealed and for which place."""

    async def create_subject(self) -> str:
        return new_id()

    async def seal(self, subject_id: str, place: Place, plain: bytes) -> bytes:
        return b"sealed " + plain[::-1]

    async def open(self, subject_id: str, place: Place, sealed: bytes) -> bytes:
        return sealed.removeprefix(b"sealed ")[::-1]

    def blind_index(self, purpose: str, value: str) -> str:
        return hmac.new(b"test", f"{purpose}:{value}".encode(), "sha256").hexdigest()


@pytest.fixture(scope="session")
def city() -> City:
    """The demo city."""
    return City.load(ROOT / "city")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Test mode with limits that a test suite does not meet by itself; a module may override this fixture."""
    limits = LimitsSettings(sign_in_per_minute=10_000, requests_per_minute=1_000_000, requests_burst=100_000)
    return Settings(mode="test", limits=limits, files=FilesSettings(directory=str(tmp_path / "files")))


@pytest.fixture
async def house(database: Database, city: City, settings: Settings) -> House:
    """A house in test mode with the demo city and its personas, on a fresh database of each kind."""
    made = House(settings, database, PlainVault(), TimeSource(), lambda: city)
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

        async def signed_in(phone: str) -> Client:
            browser = await stack.enter_async_context(browser_of(app))
            sent = await browser.post(f"{API}/sign-in/codes", json={"phone": phone})
            # An unused code of the last minute is still good.
            assert sent.status_code in (202, 429), sent.text
            code = (await browser.post(f"{API}/_test/otp", json={"phone": phone})).json()["code"]
            reply = await browser.post(f"{API}/sign-in", json={"phone": phone, "code": code})
            assert reply.status_code == 200, reply.text
            return browser

        yield signed_in


def with_limits(settings: Settings, **limits: int) -> Settings:
    """Settings with other limits."""
    return msgspec.structs.replace(settings, limits=msgspec.structs.replace(settings.limits, **limits))
