"""Brings a database to the schema of this code, and back, one transaction a migration.

Why not Piccolo's own runner: docs/decisions/0004-migrations.md.
A migration and the row that records it are one batch: it is there whole or not at all. Two processes may migrate at the
same time: they take turns, and the second finds the row.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Mapping

import msgspec

from backend.foundation.calendar import seed_calendar
from backend.foundation.database import Database, DatabaseError, UniqueViolation, sql

HOUSE = "backend.migrations"
"""The package of the house's own migrations; the subject-key store has another."""

KINDS = ("sqlite", "postgresql")
_NAME = re.compile(r"(\d{4})_([a-z][a-z0-9_]*)")


class Migration(msgspec.Struct, frozen=True):
    """One file of backend/migrations: its number and name, why it is there, and its statements both ways.

    `forward` and `backward` run on both databases. What only one has a word for (triggers) is in `forward_on` and
    `backward_on`, by the kind of database: after the common statements on the way up, before them on the way down.
    """

    number: int
    name: str
    why: str
    forward: tuple[str, ...]
    backward: tuple[str, ...]
    forward_on: Mapping[str, tuple[str, ...]]
    backward_on: Mapping[str, tuple[str, ...]]


class UnknownMigrations(DatabaseError):
    """The database has migrations that this code has not: it was written by a newer release and is left alone."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"the database was migrated by a newer release: {', '.join(names)}")
        self.names = names


def load_migrations(package: str = HOUSE) -> list[Migration]:
    """The migrations of a package in order of their number. Raises ValueError for a wrong name, number or docstring."""
    found: dict[int, Migration] = {}
    for module_info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if module_info.ispkg:
            continue
        match = _NAME.fullmatch(module_info.name)
        if match is None:
            raise ValueError(f"{package}: {module_info.name} is not named NNNN_verb_name")
        module = importlib.import_module(f"{package}.{module_info.name}")
        if not module.__doc__:
            raise ValueError(f"{package}.{module_info.name} does not say why it is there")
        number = int(match[1])
        if number in found:
            raise ValueError(f"{package}: {module_info.name} and {found[number].name} have the same number")
        found[number] = Migration(
            number,
            module_info.name,
            module.__doc__,
            module.FORWARD,
            module.BACKWARD,
            *(
                {kind: getattr(module, f"{way}_{kind.upper()}", ()) for kind in KINDS}
                for way in ("FORWARD", "BACKWARD")
            ),
        )
    return [found[number] for number in sorted(found)]


async def migrate(database: Database) -> list[str]:
    """Brings the house's database to this release: its schema, and the calendar that comes with it.

    Returns the names of the migrations applied; running it again does nothing. Raises as `apply_migrations`.
    """
    names = await apply_migrations(database, HOUSE)
    await seed_calendar(database)
    return names


async def apply_migrations(database: Database, package: str) -> list[str]:
    """Applies every migration of a package that is missing, in order, and returns their names.

    Raises UnknownMigrations, DatabaseUnavailable, or what the database refused; then all earlier migrations are there
    and nothing of the failed one.
    """
    known = load_migrations(package)
    applied = await _applied(database)
    unknown = [name for number, name in sorted(applied.items()) if number not in {item.number for item in known}]
    if unknown:
        raise UnknownMigrations(unknown)
    return [item.name for item in known if item.number not in applied and await _apply(database, item)]


async def roll_back(database: Database, to: int, package: str = HOUSE) -> list[str]:
    """Undoes every migration with a number above `to`, newest first, and returns their names."""
    applied = await _applied(database)
    undone = [item for item in reversed(load_migrations(package)) if item.number > to and item.number in applied]
    for item in undone:
        await database.commit(
            [
                *database.serialise,
                *(sql(text) for text in (*item.backward_on[database.kind], *item.backward)),
                sql("DELETE FROM migration WHERE number = {}", item.number, expect=1),
            ]
        )
    return [item.name for item in undone]


async def _applied(database: Database) -> Mapping[int, str]:
    await database.commit(
        [
            *database.serialise,
            sql(
                "CREATE TABLE IF NOT EXISTS migration"
                " (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)"
            ),
        ]
    )
    return {row["number"]: row["name"] for row in await database.read(sql("SELECT number, name FROM migration"))}


async def _apply(database: Database, item: Migration) -> bool:
    now = time.time_ns() // 1_000_000
    try:
        await database.commit(
            [
                *database.serialise,
                sql(
                    "INSERT INTO migration (number, name, applied_at) VALUES ({}, {}, {})", item.number, item.name, now
                ),
                *(sql(text) for text in (*item.forward, *item.forward_on[database.kind])),
            ]
        )
    except UniqueViolation as taken:
        if taken.table != "migration":
            raise
        return False
    return True
