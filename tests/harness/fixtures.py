"""What tests ask for: a fresh migrated database of either kind, a vault, a house; servers start when first asked."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backend.city.city import City
from backend.foundation.database import Database, open_database
from backend.foundation.identifiers import new_id
from backend.foundation.migrations import migrate
from backend.foundation.settings import CitySettings, DatabaseSettings, FilesSettings, KeysSettings, Settings
from backend.foundation.stored_vault import StoredVault, open_vault
from backend.foundation.time_source import TimeSource
from backend.house import House
from tests.harness.postgresql import PostgresServer
from tests.harness.redis import RedisServer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The house runs on asyncio only."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for the session."""
    binaries = PostgresServer.find()
    if binaries is None:
        pytest.fail("PostgreSQL is not installed: run scripts/system-packages", pytrace=False)
    server = PostgresServer(binaries)
    yield server
    server.stop()


@pytest.fixture
def own_postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL that this test alone may kill."""
    binaries = PostgresServer.find()
    if binaries is None:
        pytest.fail("PostgreSQL is not installed: run scripts/system-packages", pytrace=False)
    server = PostgresServer(binaries)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """One Redis for the session."""
    server = RedisServer()
    yield server
    server.remove()


async def _migrated(url: str) -> None:
    database = await open_database(url, bind=False)
    await migrate(database)
    await database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "zhangban.db"
    asyncio.run(_migrated(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated PostgreSQL database to copy from."""
    name = "zhangban_template"
    asyncio.run(_migrated(asyncio.run(postgres_server.create_database(name))))
    return name


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("postgresql", marks=pytest.mark.postgresql),
    ]
)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh migrated database; a test that asks for it runs once on each kind."""
    if request.param == "sqlite":
        path = tmp_path / "zhangban.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    template: str = request.getfixturevalue("postgres_template")
    name = f"test_{new_id().replace('-', '')}"
    yield asyncio.run(server.create_database(name, template))
    asyncio.run(server.drop_database(name))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh migrated database, open."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def house_settings(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings in test mode with the fresh database, a key store of the same kind, and directories of their own."""
    keys_url = f"sqlite:///{tmp_path / 'keys.db'}"
    if not database_url.startswith("sqlite"):
        server: PostgresServer = request.getfixturevalue("postgres_server")
        name = f"keys_{new_id().replace('-', '')}"
        keys_url = asyncio.run(server.create_database(name))
    yield Settings(
        mode="test",
        database=DatabaseSettings(url=database_url, keys_url=keys_url),
        keys=KeysSettings(directory=str(tmp_path / "keys")),
        files=FilesSettings(directory=str(tmp_path / "files")),
        city=CitySettings(pack=str(ROOT / "city"), store=str(tmp_path / "city")),
    )
    if not database_url.startswith("sqlite"):
        asyncio.run(server.drop_database(name))


@pytest.fixture
async def vault(house_settings: Settings) -> AsyncIterator[StoredVault]:
    """A vault with an empty key store and keys of its own."""
    opened = await open_vault(house_settings)
    yield opened
    await opened.close()


@pytest.fixture
def sealed_house(database: Database, vault: StoredVault, house_settings: Settings) -> House:
    """A house of real parts with the demo city on a fresh database of each kind; the test starts its loops."""
    city = City.load(ROOT / "city")
    return House(house_settings, database, vault, TimeSource(), lambda: city)
