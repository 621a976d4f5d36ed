"""`zhangban city publish`: puts a pack, or a version of before, in force, or hands it to another person to review."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import re
import sys
from pathlib import Path

from backend.city.check import check_documents
from backend.city.city import City
from backend.city.command import finding_line
from backend.city.pack import Document, PackInvalid, read
from backend.city.store import last, packed_files, publish, published
from backend.commands.refusal import Refusal, settings_of
from backend.foundation.audit import record
from backend.foundation.database import DatabaseError, open_database
from backend.foundation.errors import Problem
from backend.foundation.key_ring import KeyRingError
from backend.foundation.migrations import migrate
from backend.foundation.settings import Settings
from backend.foundation.time_source import TimeSource, legal_day, rfc3339
from backend.opening import HouseRefused, open_house
from backend.publication.rules import effective_instant
from backend.publication.service import propose_pack
from backend.staff.passwords import Passwords
from backend.staff.service import prove_at_terminal

_DATES = {
    "form": "--from takes a day like 2026-12-01, or an RFC 3339 instant with its zone",
    "past": "--from is past: leave it out to publish at once",
    "far": "--from is more than three years ahead",
}


def publish_command(arguments: argparse.Namespace) -> int:
    """Checks a pack, then proposes it for review (production, or `--review`) or publishes it at once.

    It comes into force as soon as it is published, or on the day of `--from`. In production the first pack of all is
    published at once: before it there is nobody who could sign in. 1 when the pack has errors. Raises Refusal.
    """
    settings = settings_of(arguments)
    now = TimeSource().now()
    try:
        effective_at = effective_instant(arguments.from_, now)
    except ValueError as error:
        raise Refusal(_DATES[str(error)]) from None
    try:
        stored = arguments.path is None
        documents = asyncio.run(_stored(settings, arguments.hash)) if stored else read(arguments.path)
        findings = check_documents(documents, legal_day(effective_at or now))
    except PackInvalid as error:
        findings = error.findings
    except DatabaseError as error:
        raise Refusal(str(error)) from None
    place = arguments.path or Path(arguments.hash[:12])
    for finding in findings:
        print(finding_line(place, finding), file=sys.stderr)
    if any(finding.severity == "error" for finding in findings):
        return 1
    city = City.assemble(documents)
    try:
        return asyncio.run(_run(city, settings, arguments.by, effective_at, reviewed=arguments.review))
    except (DatabaseError, HouseRefused, KeyRingError) as error:
        raise Refusal(str(error)) from None
    except Problem as problem:
        raise Refusal(problem.detail) from None


async def _stored(settings: Settings, beginning: str) -> dict[str, Document]:
    """The files of a published version. Raises Refusal unless exactly one has a hash that begins so."""
    if not re.fullmatch(r"[0-9a-f]{8,64}", beginning):
        raise Refusal("a version is named by at least the first 8 digits of its hash")
    database = await open_database(settings.database.url)
    try:
        await migrate(database)
        found = sorted({each.pack_hash for each in await published(database) if each.pack_hash.startswith(beginning)})
        if len(found) != 1:
            raise Refusal(f"{len(found) or 'no'} published versions have a hash that begins with {beginning}")
        return {path: Document(path, data, {}) for path, data in (await packed_files(database, found[0])).items()}
    finally:
        await database.close()


async def _run(city: City, settings: Settings, by: str | None, effective_at: int | None, *, reviewed: bool) -> int:
    asked = reviewed or settings.mode == "production"
    if asked and not await _nothing_in_force(settings):
        return await _propose(city, settings, by, effective_at)
    if reviewed:
        raise Refusal("nothing is in force yet, so there is nobody to review: publish the first pack without --review")
    return await _publish(city, settings, effective_at)


async def _nothing_in_force(settings: Settings) -> bool:
    database = await open_database(settings.database.url)
    try:
        await migrate(database)
        return (await last(database))[1] is None
    finally:
        await database.close()


async def _publish(city: City, settings: Settings, effective_at: int | None) -> int:
    database = await open_database(settings.database.url)
    now = TimeSource().now()
    try:
        await migrate(database)
        line = record(at=now, actor="system", action="publication.published", subject=None, target=city.hash)
        if effective_at is not None and (await last(database))[1] is None:
            raise Refusal("nothing is in force yet: publish the first pack without --from")
        added = await publish(database, city, at=now, actor="system", effective_at=effective_at, also=[line])
    finally:
        await database.close()
    since = "now" if effective_at is None else f"from {rfc3339(effective_at)}"
    print(f"{city.hash} {f'is in force {since}' if added else f'was in force already, or would be {since}'}")
    if settings.mode == "production":
        print("It is the first pack here. From now on every further one is reviewed by another person.")
    else:
        print(f"mode is {settings.mode}: nobody reviewed it. In production it waits for another person (try --review).")
    return 0


async def _propose(city: City, settings: Settings, by: str | None, effective_at: int | None) -> int:
    if by is None:
        raise Refusal("say who proposes it: --by STAFF_NUMBER of an editor; another person reviews it at the desk")
    password, totp = _proof()
    async with open_house(settings, loops=False) as (house, _loops):
        account_id, roles = await prove_at_terminal(house, Passwords(settings.mode), by, password, totp)
        if "editor" not in roles:
            raise Refusal(f"{by} is no editor: only an editor may propose a pack")
        proposal_id = await propose_pack(house, city, account_id, effective_at)
    since = "" if effective_at is None else f", to be in force from {rfc3339(effective_at)}"
    print(f"{city.hash} waits for review as {proposal_id}{since}")
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
