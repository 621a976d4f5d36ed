"""`zhangban cases rebuild`: compares what lists and queues read with the events of the cases and brings it in line."""

from __future__ import annotations

import argparse
import asyncio
import sys

from backend.cases.rebuild import Rebuilding, rebuild
from backend.city.store import CityInForce
from backend.commands.refusal import Refusal, settings_of
from backend.foundation.calendar import CalendarInForce
from backend.foundation.database import DatabaseError, open_database
from backend.foundation.migrations import migrate
from backend.foundation.settings import Settings


def rebuild_command(arguments: argparse.Namespace) -> int:
    """Makes derived rows anew; with --check only says how many differ, and exits 1 when any does. Raises Refusal."""
    settings = settings_of(arguments)
    try:
        found = asyncio.run(_rebuild(settings, write=not arguments.check))
    except (DatabaseError, RuntimeError) as error:
        raise Refusal(str(error)) from None
    said = f"{found.cases} cases, {found.different} differed from their events"
    print(f"{said}: {', '.join(found.first)}" if found.first else said)
    return 1 if arguments.check and found.different else 0


async def _rebuild(settings: Settings, *, write: bool) -> Rebuilding:
    database = await open_database(settings.database.url)
    try:
        await migrate(database)
        city, calendar = CityInForce(database), CalendarInForce(database)
        await city.refresh()
        await calendar.refresh()
        return await rebuild(database, city(), calendar(), write=write, told=_told)
    finally:
        await database.close()


def _told(cases: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{cases} cases", end="", file=sys.stderr, flush=True)
