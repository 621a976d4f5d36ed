"""The schema can be made, unmade and made again on both databases, also by two processes at once."""

from __future__ import annotations

import asyncio

import pytest

from backend.foundation.database import Database, open_database, sql
from backend.foundation.migrations import UnknownMigrations, load_migrations, migrate, roll_back
from tests.harness.schema import columns_of_piccolo_tables, schema_of

pytestmark = pytest.mark.anyio


async def test_down_leaves_nothing_and_up_again_gives_the_same_schema(database: Database) -> None:
    before = await schema_of(database)
    undone = await roll_back(database, 0)
    assert set(await schema_of(database)) == {"migration"}
    assert await migrate(database) == list(reversed(undone))
    assert await schema_of(database) == before


async def test_each_migration_can_be_undone_and_redone_alone(database: Database) -> None:
    for item in reversed(load_migrations()):
        await roll_back(database, item.number - 1)
        await migrate(database)


async def test_migrating_again_does_nothing(database: Database) -> None:
    assert await migrate(database) == []


async def test_two_processes_migrating_at_once_share_the_work_without_an_error(
    database: Database, database_url: str
) -> None:
    names = list(reversed(await roll_back(database, 0)))
    other = await open_database(database_url, bind=False)
    done = await asyncio.gather(migrate(database), migrate(other))
    assert sorted(done[0] + done[1]) == names
    await other.close()


async def test_a_database_of_a_newer_release_is_refused_by_name(database: Database) -> None:
    await database.commit([sql("INSERT INTO migration (number, name, applied_at) VALUES (9999, '9999_add_future', 0)")])
    with pytest.raises(UnknownMigrations) as refused:
        await migrate(database)
    assert refused.value.names == ["9999_add_future"]


async def test_every_piccolo_table_of_the_rooms_is_the_migrated_table(database: Database) -> None:
    schema = await schema_of(database)
    for name, columns in columns_of_piccolo_tables().items():
        assert schema.get(name) == columns, name
