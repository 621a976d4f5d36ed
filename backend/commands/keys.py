"""`zhangban keys`: makes the keys that are missing, lists them, and rotates the master key of people's data."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from backend.certificates.keys import ROOT, SigningKeys, needed_keys
from backend.city.city import City
from backend.city.pack import PackInvalid
from backend.commands.audit import with_house_database
from backend.commands.refusal import Refusal, settings_of
from backend.foundation import key_rotation, security_events
from backend.foundation.audit import record
from backend.foundation.audit_export import FILE_NAME as AUDIT_FILE
from backend.foundation.audit_export import audit_key, create_audit_key, fingerprint
from backend.foundation.database import Database, DatabaseError, open_database
from backend.foundation.key_ring import FILE_NAME as RING_FILE
from backend.foundation.key_ring import KeyRingError, create_key_ring, load_key_ring
from backend.foundation.migrations import apply_migrations
from backend.foundation.outbox import machine_time
from backend.foundation.settings import Settings
from backend.foundation.subject_keys import MIGRATIONS
from backend.notify.push_keys import FILE_NAME as PUSH_FILE
from backend.notify.push_keys import create_push_key

Result = TypeVar("Result")


def keys_command(arguments: argparse.Namespace) -> int:
    """Makes every key the city needs where there is none, and says where each is and what for; never prints a key.

    Which departments sign is read from the pack of the settings. Raises Refusal.
    """
    settings = settings_of(arguments)
    directory = Path(settings.keys.directory)
    try:
        city = City.load(Path(settings.city.pack))
    except PackInvalid as error:
        raise Refusal(f"which departments sign is read from the pack (city.pack): {error}") from None
    create_key_ring(directory, demo=settings.mode != "production")
    create_push_key(directory)
    create_audit_key(directory)
    now = int(time.time())
    signing = SigningKeys(directory, create=False)
    signing.make(needed_keys(city), now)
    try:
        load_key_ring(directory, create=False)
    except KeyRingError as error:
        raise Refusal(str(error)) from None
    print(f"{directory / RING_FILE}  seals personal data")
    print(f"{directory / PUSH_FILE}  names this house to push services")
    print(f"{directory / AUDIT_FILE}  signs exports of the audit trail, fingerprint {fingerprint(audit_key(settings))}")
    for name in needed_keys(city):
        ends = date.fromtimestamp(signing.valid_until(name, now)).isoformat()
        duty = "vouches for the keys below" if name == ROOT else f"signs for {city.departments[name].name.zh}"
        print(f"{signing.path(name)}  {duty}, until {ends}")
    print("Keep a copy of this directory apart from the database and its backups: without it nothing can be read.")
    return 0


def rotate_command(arguments: argparse.Namespace) -> int:
    """Rotates the master key while the house serves; with `--status` only says how far it is. Raises Refusal.

    Exit code 1 when data keys were found that no master key opens.
    """
    settings = settings_of(arguments)
    if arguments.status:
        return _print_status(settings)

    def progress(done: int, every: int) -> None:
        print(f"\rwrapping data keys anew: {done} of {every}", end="\n" if done == every else "", file=sys.stderr)

    async def run(store: Database) -> key_rotation.Rotation:
        directory = Path(settings.keys.directory)
        return await key_rotation.rotate(directory, store, retire=arguments.retire, progress=progress)

    done = _with_store(settings, run)
    parts = [f"master key {done.current} {'is new and ' if done.added else ''}in use", f"{done.wrapped} wrapped anew"]
    if done.retired:
        parts.append(f"retired {', '.join(done.retired)}")
    if done.waiting:
        parts.append(f"kept for reading {', '.join(done.waiting)}")
    if done.damaged:
        parts.append(f"{done.damaged} data keys open with no master key: restore their rows from a backup")
    print("; ".join(parts) + ".")
    if done.waiting and not done.damaged:
        print(
            "Back up the key store now, then retire with `zhangban keys rotate --retire`:"
            " older backups of the key store need the older key ring."
        )
    _put_on_record(settings, done)
    return 1 if done.damaged else 0


def _put_on_record(settings: Settings, done: key_rotation.Rotation) -> None:
    """Audit line and security event of a rotation that changed something. Raises Refusal."""
    if not (done.added or done.wrapped or done.retired):
        return
    details = f"current {done.current}, {done.wrapped} wrapped, retired {', '.join(done.retired) or 'none'}"

    async def run(database: Database) -> None:
        now = machine_time()
        await database.commit(
            [
                record(at=now, actor="system", action="keys.rotate", subject=None, target=done.current, reason=details),
                security_events.note(at=now, kind="key-rotated", severity="notice", actor="system", details=details),
            ]
        )

    with_house_database(settings, run)


def _print_status(settings: Settings) -> int:
    async def run(store: Database) -> list[key_rotation.Master]:
        return await key_rotation.masters(Path(settings.keys.directory), store)

    for master in _with_store(settings, run):
        state = "in use"
        if not master.current and master.replaced_at is None:
            state = "missing from the key ring"
        elif not master.current:
            since = datetime.fromtimestamp((master.replaced_at or 0) / 1000, UTC).isoformat(timespec="seconds")
            state = f"replaced {since}, " + ("still to be wrapped anew" if master.rows else "can be retired")
        print(f"{master.name}  wraps {master.rows} data keys, {state}")
    return 0


def _with_store(settings: Settings, run: Callable[[Database], Awaitable[Result]]) -> Result:
    """What `run` gives for the opened and migrated key store. Raises Refusal."""

    async def opened() -> Result:
        store = await open_database(settings.database.keys_url, bind=False)
        try:
            await apply_migrations(store, MIGRATIONS)
            return await run(store)
        finally:
            await store.close()

    try:
        return asyncio.run(opened())
    except (DatabaseError, KeyRingError) as error:
        raise Refusal(str(error)) from None
