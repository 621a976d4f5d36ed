"""`zhangban calendar import` and `show`: the years whose working days the house knows, and where they come from."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from backend.commands.refusal import Refusal, settings_of
from backend.foundation.calendar import StoredYear, import_year, load_calendar, stored_years
from backend.foundation.calendar_file import CalendarFileInvalid, YearNotice, read_year
from backend.foundation.clock_rules import Calendar
from backend.foundation.database import DatabaseError, open_database
from backend.foundation.migrations import migrate
from backend.foundation.settings import Settings
from backend.foundation.time_source import TimeSource


def import_command(arguments: argparse.Namespace) -> int:
    """Puts the published year of a file in force; 1, and every mistake with its place, when the file is wrong.

    Running houses follow within seconds and reckon the dates of open cases anew. Raises Refusal.
    """
    settings = settings_of(arguments)
    file: Path = arguments.file
    try:
        notice = read_year(file)
    except CalendarFileInvalid as error:
        for fault in error.faults:
            place = f"{file}:{fault.line}" if fault.line else str(file)
            print(f"{place}: {fault.code}: {fault.path or '/'}: {fault.detail}", file=sys.stderr)
        return 1
    try:
        added = asyncio.run(_import(settings, notice))
    except DatabaseError as error:
        raise Refusal(str(error)) from None
    if not added:
        print(f"{notice.year} is known so already; nothing changed")
        return 0
    print(
        f"{notice.year} is in force: {len(notice.holidays)} weekdays free, {len(notice.workdays)} weekend days worked"
    )
    print("Dates of open cases that rest on it are reckoned anew by the running house; whoever they concern is told.")
    return 0


async def _import(settings: Settings, notice: YearNotice) -> bool:
    database = await open_database(settings.database.url)
    try:
        await migrate(database)
        return await import_year(database, notice, TimeSource().now())
    finally:
        await database.close()


def show_command(arguments: argparse.Namespace) -> int:
    """Prints the years that are known with their sources; with a year, its days. 1 for a year not known.

    Raises Refusal.
    """
    try:
        calendar, years = asyncio.run(_known(settings_of(arguments)))
    except DatabaseError as error:
        raise Refusal(str(error)) from None
    if arguments.year is None:
        for each in years:
            print(_line(each, calendar))
        return 0
    found = next((each for each in years if each.year == arguments.year), None)
    if found is None:
        print(f"{arguments.year} is not known: its days are estimated from weekends and fixed holidays")
        return 1
    print(_line(found, calendar))
    for word, days in (
        ("free", calendar.years[found.year].holidays),
        ("worked", calendar.years[found.year].workdays),
    ):
        for day in sorted(days):
            print(f"{day} {day:%a} {word}")
    return 0


async def _known(settings: Settings) -> tuple[Calendar, list[StoredYear]]:
    database = await open_database(settings.database.url)
    try:
        await migrate(database)
        return await load_calendar(database), await stored_years(database)
    finally:
        await database.close()


def _line(year: StoredYear, calendar: Calendar) -> str:
    days = calendar.years[year.year]
    source = f"{year.title} ({year.dated})" if year.title else f"came with the {year.source}"
    return f"{year.year}  {len(days.holidays):2} free  {len(days.workdays):2} worked  {source}"
