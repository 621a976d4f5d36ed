"""`zhangban city check PATH [--json]` and `zhangban city publish PATH`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec

from backend.city.check import check
from backend.city.city import City
from backend.city.pack import Finding
from backend.city.store import publish
from backend.foundation.database import DatabaseError, open_database
from backend.foundation.settings import Settings
from backend.foundation.time_source import TimeSource


def _line(path: Path, finding: Finding) -> str:
    article = f" [{finding.article}]" if finding.article else ""
    place = f"{path / finding.file}:{finding.line}"
    return f"{place}: {finding.severity} {finding.rule}{article}: {finding.detail}. {finding.cure}"


def check_command(path: Path, *, as_json: bool) -> int:
    """Prints the findings of a pack; 1 when one of them is an error."""
    findings = check(path, TimeSource().today())
    failed = any(finding.severity == "error" for finding in findings)
    if as_json:
        print(msgspec.json.encode({"ok": not failed, "findings": findings}).decode())
    else:
        for finding in findings:
            print(_line(path, finding))
        if not failed:
            print(f"{path}: may be published, hash {City.load(path).hash}")
    return 1 if failed else 0


def publish_command(path: Path, settings: Settings) -> int:
    """Checks a pack and puts it in force; 1 when it has errors, 2 when the database cannot be used."""
    findings = check(path, TimeSource().today())
    for finding in findings:
        print(_line(path, finding), file=sys.stderr)
    if any(finding.severity == "error" for finding in findings):
        return 1
    try:
        return asyncio.run(_publish(City.load(path), settings))
    except DatabaseError as error:
        print(f"zhangban: {error}", file=sys.stderr)
        return 2


async def _publish(city: City, settings: Settings) -> int:
    database = await open_database(settings.database.url)
    try:
        added = await publish(database, city, at=TimeSource().now(), actor="system")
    finally:
        await database.close()
    print(f"{city.hash} {'is in force now' if added else 'was in force already'}")
    return 0
