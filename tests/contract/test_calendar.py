"""The calendar in the database is the published one, and an imported year outlives every release."""

from __future__ import annotations

from datetime import date

import pytest

from backend.foundation.calendar import load_calendar, replace_year, seed_calendar
from backend.foundation.calendar_published import published_calendar
from backend.foundation.clock_rules import PublishedYear
from backend.foundation.database import Database, sql

pytestmark = pytest.mark.anyio


async def test_a_migrated_database_has_the_calendar_of_the_release(database: Database) -> None:
    assert await load_calendar(database) == published_calendar()
    assert await seed_calendar(database) == []


async def test_an_imported_year_is_used_and_stays_when_the_release_is_seeded_again(database: Database) -> None:
    imported = PublishedYear(frozenset({date(2031, 1, 1)}), frozenset({date(2031, 1, 4)}))
    await database.commit(
        [
            *replace_year(2031, imported, "import"),
            *replace_year(2025, PublishedYear(frozenset(), frozenset()), "import"),
        ]
    )
    assert await seed_calendar(database) == []
    calendar = await load_calendar(database)
    assert calendar.is_published(2031)
    assert calendar.is_workday(date(2031, 1, 4))
    assert not calendar.is_published(2032)


async def test_a_year_the_release_corrects_is_corrected(database: Database) -> None:
    await database.commit([sql("DELETE FROM calendar_day WHERE day LIKE '2026-%'")])
    assert await seed_calendar(database) == [2026]
    assert await load_calendar(database) == published_calendar()
