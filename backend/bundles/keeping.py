"""The pictures of members that wait: kept as long as a member may still need them, though no case holds them yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from backend.bundles import tables
from backend.bundles.kept import opened
from backend.files.rules import DAY
from backend.files.schemas import FileInfo
from backend.files.service import owned_files, renew
from backend.foundation import outbox
from backend.foundation.database import Statement
from backend.foundation.encryption import Erased
from backend.foundation.outbox import Claimed
from backend.foundation.worker import Worker
from backend.house import House

KEEPING_KIND = "filing.keep-files"
_HOUR = 3600 * 1000


class KeepFilesJob(msgspec.Struct, frozen=True):
    """Outbox payload: a filing with members that wait."""

    filing_id: str


def look_again(house: House, filing_id: str, files: Collection[FileInfo]) -> Statement:
    """Asks for the pictures to be looked after half a day before the oldest would go as unused."""
    now = house.time.now()
    ends = min(each.created_at for each in files) + house.settings.files.unused_days * DAY
    due = max(ends - DAY // 2, now + _HOUR)
    return outbox.enqueue(KEEPING_KIND, KeepFilesJob(filing_id), due=due, key=f"{KEEPING_KIND}:{filing_id}:{due}")


async def keep(house: House, filing_id: str) -> list[Statement]:
    """Renews the pictures that would soon go as unused, and asks to look again; nothing once no member waits."""
    rows = await house.database.read(tables.filing_by_id(filing_id))
    members = await house.database.read(tables.members_of(filing_id))
    wanted: set[str] = set()
    for member in members:
        if member["sealed"] is None:
            continue
        try:
            kept = await opened(house, rows[0]["subject_id"], filing_id, member)
        except Erased:
            return []
        wanted.update(sha256 for hashes in kept.files.values() for sha256 in hashes)
    files = list((await owned_files(house, rows[0]["subject_id"], wanted)).values()) if wanted else []
    if not files:
        return []
    renewal = renew(house, rows[0]["subject_id"], files)
    return [*([] if renewal is None else [renewal]), look_again(house, filing_id, files)]


def register(worker: Worker, house: House) -> None:
    """Lets the worker look after the pictures of waiting members."""

    async def deliver(job: KeepFilesJob, row: Claimed) -> Sequence[Statement]:
        return await keep(house, job.filing_id)

    worker.register(KEEPING_KIND, KeepFilesJob, deliver)
