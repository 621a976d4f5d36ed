"""What is kept no longer than it is needed: files that no case holds and nothing else names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog

from backend.cases import tables
from backend.drafts.service import files_named
from backend.files.rules import DAY
from backend.files.service import SWEEP_KIND, SweepJob, delete_unreferenced, files_of_subject, sweep_statement
from backend.foundation.database import Statement
from backend.foundation.encryption import Erased
from backend.foundation.outbox import Claimed
from backend.foundation.worker import Worker
from backend.house import House

Naming = Callable[[House, str], Awaitable[set[str]]]
"""The hashes of a subject's files that a room above this one still needs."""
_AGAIN = 7 * DAY
_log = structlog.get_logger("retention")


async def sweep(house: House, subject_id: str, namings: Sequence[Naming] = ()) -> list[Statement]:
    """Deletes a subject's unused files that are old enough and that none of `namings` names; may run again.

    Gives the statement that asks for the next sweep while there are files that no case holds.
    """
    in_cases = {row["sha256"] for row in await house.database.read(tables.files_of_subject(subject_id))}
    try:
        in_drafts = await files_named(house, subject_id)
    except Erased:
        in_drafts = set()
    before = house.time.now() - house.settings.files.unused_days * DAY
    named = {sha256 for naming in namings for sha256 in await naming(house, subject_id)}
    gone = await delete_unreferenced(house, subject_id, in_cases | in_drafts | named, before=before)
    if gone:
        _log.info("unused-files-deleted", subject=subject_id, files=gone)
    loose = await files_of_subject(house, subject_id) - in_cases
    return [sweep_statement(house, subject_id, _AGAIN)] if loose else []


def register(worker: Worker, house: House, namings: Sequence[Naming] = ()) -> None:
    """Makes a worker look for unused files; those that one of `namings` names stay."""

    async def deliver(job: SweepJob, row: Claimed) -> Sequence[Statement]:
        return await sweep(house, job.subject_id, namings)

    worker.register(SWEEP_KIND, SweepJob, deliver)
