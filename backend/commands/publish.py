"""`zhangban city publish PATH`: puts a pack in force, or hands it to another person to review."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from pathlib import Path

from backend.city.check import check
from backend.city.city import City
from backend.city.command import finding_line
from backend.city.store import last, publish
from backend.commands.refusal import Refusal, settings_of
from backend.foundation.audit import record
from backend.foundation.database import DatabaseError, open_database
from backend.foundation.errors import Problem
from backend.foundation.key_ring import KeyRingError
from backend.foundation.migrations import migrate
from backend.foundation.settings import Settings
from backend.foundation.time_source import TimeSource
from backend.opening import HouseRefused, open_house
from backend.publication.service import propose_pack
from backend.staff.passwords import Passwords
from backend.staff.service import prove_at_terminal


def publish_command(arguments: argparse.Namespace) -> int:
    """Checks a pack, then proposes it for review (production, or `--review`) or puts it in force at once.

    In production the first pack of all is put in force at once: before it there is nobody who could sign in. 1 when the
    pack has errors. Raises Refusal.
    """
    settings = settings_of(arguments)
    path: Path = arguments.path
    findings = check(path, TimeSource().today())
    for finding in findings:
        print(finding_line(path, finding), file=sys.stderr)
    if any(finding.severity == "error" for finding in findings):
        return 1
    city = City.load(path)
    try:
        return asyncio.run(_run(city, settings, by=arguments.by, reviewed=arguments.review))
    except (DatabaseError, HouseRefused, KeyRingError) as error:
        raise Refusal(str(error)) from None
    except Problem as problem:
        raise Refusal(problem.detail) from None


async def _run(city: City, settings: Settings, *, by: str | None, reviewed: bool) -> int:
    asked = reviewed or settings.mode == "production"
    if asked and not await _nothing_in_force(settings):
        return await _propose(city, settings, by)
    if reviewed:
        raise Refusal("nothing is in force yet, so there is nobody to review: publish the first pack without --review")
    return await _publish(city, settings)


async def _nothing_in_force(settings: Settings) -> bool:
    database = await open_database(settings.database.url)
    try:
        await migrate(database)
        return (await last(database))[1] is None
    finally:
        await database.close()


async def _publish(city: City, settings: Settings) -> int:
    database = await open_database(settings.database.url)
    now = TimeSource().now()
    try:
        await migrate(database)
        line = record(at=now, actor="system", action="publication.published", subject=None, target=city.hash)
        added = await publish(database, city, at=now, actor="system", also=[line])
    finally:
        await database.close()
    print(f"{city.hash} {'is in force now' if added else 'was in force already'}")
    if settings.mode == "production":
        print("It is the first pack here. From now on every further one is reviewed by another person.")
    else:
        print(f"mode is {settings.mode}: nobody reviewed it. In production it waits for another person (try --review).")
    return 0


async def _propose(city: City, settings: Settings, by: str | None) -> int:
    if by is None:
        raise Refusal("say who proposes it: --by STAFF_NUMBER of an editor; another person reviews it at the desk")
    password, totp = _proof()
    async with open_house(settings, loops=False) as (house, _loops):
        account_id, roles = await prove_at_terminal(house, Passwords(settings.mode), by, password, totp)
        if "editor" not in roles:
            raise Refusal(f"{by} is no editor: only an editor may propose a pack")
        proposal_id = await propose_pack(house, city, account_id)
    print(f"{city.hash} waits for review as {proposal_id}")
    print("It is not in force. Another person, a supervisor or another editor, reviews it at /desk/publications.")
    return 0


def _proof() -> tuple[str, str]:
    """The password and the code of the second factor: asked for at a terminal, else the two first lines of stdin."""
    if sys.stdin.isatty():
        return getpass.getpass("Password: "), input("Code: ").strip()
    lines = sys.stdin.read(2048).splitlines()
    if len(lines) < 2:
        raise Refusal("give the password and the code on two lines of the standard input, or run it at a terminal")
    return lines[0], lines[1].strip()
