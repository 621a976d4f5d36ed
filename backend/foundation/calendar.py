"""The calendar in the database: years published by the State Council, seeded from the release and added to by import.

Years that are not there are estimates (clock_rules); nobody needs a new release for a new year. Whatever changes a year
that was known or guessed before asks, in the same batch, for the dates that rest on it to be reckoned anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from backend.foundation import audit, outbox
from backend.foundation.calendar_file import YearNotice
from backend.foundation.calendar_published import published_calendar
from backend.foundation.clock_rules import Calendar, PublishedYear
from backend.foundation.database import Database, Statement, sql
from backend.foundation.identifiers import new_id

RELEASE = "release"
"""The source of a year that came with the release; a later release may correct it, an imported year it may not."""
IMPORT = "import"
YEAR_KIND = "calendar.year"
POLL_SECONDS = 5.0
SETTLED = 15_000
"""Milliseconds after which every process follows a new year."""


class YearJob(msgspec.Struct, frozen=True):
    """Outbox payload: dates that rest on `year` are reckoned anew, from the case after `after` on.

    `change` names the import, so that no case is told twice; `before` is what the year was, None for an estimate;
    `title` and `dated` name the notice.
    """

    change: str
    year: int
    before: PublishedYear | None
    title: str | None
    dated: str | None
    after: str = ""


class StoredYear(msgspec.Struct, frozen=True):
    """A year of the database and where it comes from."""

    year: int
    source: Literal["release", "import"]
    title: str | None
    dated: str | None
    imported_at: int | None


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


async def stored_years(database: Database) -> list[StoredYear]:
    """The years of the database and their sources, in order."""
    rows = await database.read(sql("SELECT year, source, title, dated, imported_at FROM calendar_year ORDER BY year"))
    return [msgspec.convert(dict(row), StoredYear) for row in rows]


async def seed_calendar(database: Database) -> list[int]:
    """Adds the years of the release that are missing or that it corrects, and returns them; imported years stay."""
    stored = await load_calendar(database)
    sources = {each.year: each.source for each in await stored_years(database)}
    changed = [
        year
        for year, published in published_calendar().years.items()
        if sources.get(year, RELEASE) == RELEASE and stored.years.get(year) != published
    ]
    if changed:
        batch = [
            statement for year in changed for statement in replace_year(year, published_calendar().years[year], RELEASE)
        ]
        if sources:
            # A database that has a calendar may have cases whose dates rest on the year as it was.
            batch += [_reckon(YearJob(new_id(), year, stored.years.get(year), None, None), 0) for year in changed]
        await database.commit([*database.serialise, *batch])
    return changed


async def import_year(database: Database, notice: YearNotice, now: int) -> bool:
    """Puts a published year in force, with its notice; False when the house knows it so already.

    Running houses follow within seconds, and then the dates of open cases are reckoned anew.
    """
    published = PublishedYear(notice.holidays, notice.workdays)
    before = (await load_calendar(database)).years.get(notice.year)
    dated = notice.dated.isoformat()
    known = next((each for each in await stored_years(database) if each.year == notice.year), None)
    if before == published and known is not None and (known.title, known.dated) == (notice.title, dated):
        return False
    batch = [
        *replace_year(notice.year, published, IMPORT, title=notice.title, dated=dated, imported_at=now),
        audit.record(at=now, actor="system", action="calendar.imported", subject=None, target=str(notice.year)),
    ]
    if before != published:
        batch.append(_reckon(YearJob(new_id(), notice.year, before, notice.title, dated), now + SETTLED))
    await database.commit([*database.serialise, *batch])
    return True


def _reckon(job: YearJob, due: int) -> Statement:
    return outbox.enqueue(YEAR_KIND, job, due=due, key=f"{YEAR_KIND}:{job.change}:{job.after}")


def go_on(job: YearJob, after: str, now: int) -> Statement:
    """Asks for the rest of a job, from the case after `after` on."""
    return _reckon(msgspec.structs.replace(job, after=after), now)


def replace_year(
    year: int,
    published: PublishedYear,
    source: str,
    *,
    title: str | None = None,
    dated: str | None = None,
    imported_at: int | None = None,
) -> list[Statement]:
    """Stores one year's days in place of what was known of it; `source` and its notice say where they come from."""
    days = [(day.isoformat(), "off") for day in sorted(published.holidays)]
    days += [(day.isoformat(), "work") for day in sorted(published.workdays)]
    statements = [
        sql("DELETE FROM calendar_day WHERE day BETWEEN {} AND {}", f"{year:04}-01-01", f"{year:04}-12-31"),
        sql("DELETE FROM calendar_year WHERE year = {}", year),
        sql(
            "INSERT INTO calendar_year (year, source, title, dated, imported_at) VALUES ({}, {}, {}, {}, {})",
            year,
            source,
            title,
            dated,
            imported_at,
        ),
    ]
    if days:
        places = ", ".join(["({}, {})"] * len(days))
        values = [value for day in days for value in day]
        statements.append(sql(f"INSERT INTO calendar_day (day, kind) VALUES {places}", *values))  # noqa: S608 no text of others
    return statements


class CalendarInForce:
    """The calendar that requests see: a snapshot, replaced whole when a year was imported. Call it for the calendar."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._calendar = published_calendar()
        self._marks: Mapping[int, tuple[str, int | None]] = {}

    def __call__(self) -> Calendar:
        """The calendar in force; that of the release before the first `refresh`."""
        return self._calendar

    async def refresh(self) -> bool:
        """Looks for newly imported years and loads them; False when nothing changed."""
        marks = {each.year: (each.source, each.imported_at) for each in await stored_years(self._database)}
        if marks == self._marks:
            return False
        stored = await load_calendar(self._database)
        # Years that a newer release knows and that nobody has migrated to yet are better than an estimate.
        self._calendar = Calendar({**published_calendar().years, **stored.years})
        self._marks = marks
        return True

    async def follow(self) -> None:
        """Keeps the snapshot at most five seconds behind what is imported. Runs until cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self.refresh()
