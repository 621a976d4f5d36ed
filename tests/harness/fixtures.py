"""What tests ask for: a fresh migrated database of either kind, a vault, a house; servers start when first asked."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backend.foundation.database import Database, open_database
from backend.foundation.identifiers import new_id
from backend.foundation.migrations import migrate
from tests.harness.postgresql import PostgresServer
from tests.harness.redis import RedisServer


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
