"""`zhangban audit`: verifies the chain over the audit trail, and exports it for an auditor."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from backend.commands.refusal import Refusal, settings_of
from backend.foundation import security_events
from backend.foundation.audit import record
from backend.foundation.audit_check import Verdict, verify
from backend.foundation.audit_export import AuditKeyMissing, FileNotWhole, audit_key, export, fingerprint, verify_file
from backend.foundation.database import Database, DatabaseError, open_database
from backend.foundation.migrations import migrate
from backend.foundation.outbox import machine_time
from backend.foundation.settings import Settings

Result = TypeVar("Result")


def audit_command(arguments: argparse.Namespace) -> int:
    """Runs `audit verify` or `audit export`. Exit code 1 when something was tampered with. Raises Refusal."""
    if arguments.action == "export":
        return _export(arguments)
    return _verify_file(arguments) if arguments.file is not None else _verify(settings_of(arguments))


def with_house_database(settings: Settings, run: Callable[[Database], Awaitable[Result]]) -> Result:
    """What `run` gives for the house's database, opened and migrated. Raises Refusal."""

    async def opened() -> Result:
        database = await open_database(settings.database.url, bind=False)
        try:
            await migrate(database)
            return await run(database)
        finally:
            await database.close()

    try:
        return asyncio.run(opened())
    except DatabaseError as error:
        raise Refusal(str(error)) from None


def _verify(settings: Settings) -> int:
    async def run(database: Database) -> Verdict:
        return await verify(database)

    verdict = with_house_database(settings, run)
    if verdict.broken is not None:
        print(f"The audit chain is broken at {verdict.broken}; {verdict.lines} lines before it are whole.")
        return 1
    print(f"The audit chain is whole: {verdict.lines} lines, head {verdict.head.hash.hex()}.")
    return 0


def _verify_file(arguments: argparse.Namespace) -> int:
    try:
        with arguments.file.open("rb") as file:
            head, key = verify_file(file)
    except OSError as error:
        raise Refusal(f"{arguments.file} cannot be read: {error.strerror}") from None
    except FileNotWhole as error:
        print(f"{arguments.file} is not what was exported: {error}.")
        return 1
    if arguments.key is not None and arguments.key != key:
        print(f"{arguments.file} is whole, but another key signed it: {key}.")
        return 1
    print(f"{arguments.file} is whole: {head.lines} lines up to position {head.position}, head {head.hash}.")
    print(f"Signed by key {key}" + ("." if arguments.key else ": compare it with what `zhangban keys` prints."))
    return 0


def _export(arguments: argparse.Namespace) -> int:
    settings = settings_of(arguments)
    try:
        key = audit_key(settings)
    except (AuditKeyMissing, ValueError) as error:
        raise Refusal(str(error)) from None
    target: Path = arguments.path

    async def run(database: Database) -> int:
        # The header and the head are no lines of the trail.
        now, lines = machine_time(), -2
        # On record before anything leaves: an export that fails half-way was begun all the same.
        await database.commit(
            [
                record(at=now, actor="system", action="audit.export", subject=None, target="audit"),
                security_events.note(
                    at=now, kind="export-made", severity="notice", actor="system", details="zhangban audit export"
                ),
            ]
        )
        with _new_file(target) as file:
            async for text in export(database, key, at=now, after=arguments.after):
                file.write(text)
                lines += 1
        return lines

    try:
        lines = with_house_database(settings, run)
    except FileExistsError:
        raise Refusal(f"{target} exists already: name a new file") from None
    except (OSError, LookupError) as error:
        raise Refusal(f"{target} was not written: {error}") from None
    print(f"{target}: {lines} lines, signed by key {fingerprint(key)}.")
    print("Verify it anywhere with `zhangban audit verify --file`.")
    return 0


@contextlib.contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file readable by its owner only, durable at the end; it is removed when it was not written to the end."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()
        raise
