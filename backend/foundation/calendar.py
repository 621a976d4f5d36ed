"""The calendar in the database: years published by the State Council, seeded from the release and added to by import.

Years that are not there are estimates (clock_rules); nobody needs a new release for a new year.
"""

from __future__ import annotations

from datetime import date

from backend.foundation.calendar_published import published_calendar
from backend.foundation.clock_rules import Calendar, PublishedYear
from backend.foundation.database import Database, Statement, sql

RELEASE = "release"
"""The source of a year that came with the release; a later release may correct it, an imported year it may not."""


async def load_calendar(database: Database) -> Calendar:
    """The immutable calendar of all years in the database."""
    years: dict[int, tuple[set[date], set[date]]] = {
        row["year"]: (set(), set()) for row in await database.read(sql("SELECT year FROM calendar_year"))
    }
    for row in await database.read(sql("SELECT day, kind FROM calendar_day")):
        day = date.fromisoformat(row["day"])
        if day.year in years:
            years[day.year][row["kind"] == "work"].add(day)
    return Calendar(
        {year: PublishedYear(frozenset(off), frozenset(work)) for year, (off, work) in sorted(years.items())}
    )


async def seed_calendar(database: Database) -> list[int]:
    """Adds the years of the release that are missing or that it corrects, and returns them; imported years stay."""
    stored = await load_calendar(database)
    sources = {row["year"]: row["source"] for row in await database.read(sql("SELECT year, source FROM calendar_year"))}
    changed = [
        year
        for year, published in published_calendar().years.items()
        if sources.get(year, RELEASE) == RELEASE and stored.years.get(year) != published
    ]
    if changed:
        batch = [
            statement for year in changed for statement in replace_year(year, published_calendar().years[year], RELEASE)
        ]
        await database.commit([*database.serialise, *batch])
    return changed


def replace_year(year: int, published: PublishedYear, source: str) -> list[Statement]:
    """Stores one year's days in place of what was known of it; `source` names where they come from."""
    days = [(day.isoformat(), "off") for day in sorted(published.holidays)]
    days += [(day.isoformat(), "work") for day in sorted(published.workdays)]
    statements = [
        sql("DELETE FROM calendar_day WHERE day BETWEEN {} AND {}", f"{year:04}-01-01", f"{year:04}-12-31"),
        sql("DELETE FROM calendar_year WHERE year = {}", year),
        sql("INSERT INTO calendar_year (year, source) VALUES ({}, {})", year, source),
    ]
    if days:
        places = ", ".join(["({}, {})"] * len(days))
        values = [value for day in days for value in day]
        statements.append(sql(f"INSERT INTO calendar_day (day, kind) VALUES {places}", *values))  # noqa: S608 no text of others
    return statements
