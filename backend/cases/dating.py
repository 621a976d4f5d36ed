"""Writes what the cases of an older release are due for next: from their events, in small batches, by the worker.

The migration that added the columns asks for the first batch; each batch asks for the next one.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import structlog

from backend.cases import tables
from backend.cases.due import next_due
from backend.cases.records import Case, history
from backend.cases.terms import terms_of
from backend.foundation import outbox
from backend.foundation.database import Statement
from backend.foundation.outbox import Claimed
from backend.foundation.worker import Worker
from backend.house import House

KIND = "case.date-next"
_BATCH = 100
log = structlog.get_logger(__name__)


class DatingJob(msgspec.Struct, frozen=True):
    """Outbox payload: the cases whose ids come after this one."""

    after: str


def dated(house: House, case: Case) -> Statement:
    """Writes anew what a case is due for next, as its events and the calendar of today say."""
    following = next_due(
        case.guide, case.lifecycle, case.state, terms_of(case.guide, house.calendar), house.time.today()
    )
    return tables.date_record(case.id, case.state.version, following, case.row["due"])


async def date_batch(house: House, job: DatingJob) -> Sequence[Statement]:
    """What brings one batch of cases up to date, and asks for the next while there are more."""
    rows = await house.database.read(tables.undated(job.after, _BATCH))
    batch = [dated(house, await history(house, house.city, row)) for row in rows]
    if len(rows) == _BATCH:
        last = rows[-1]["id"]
        batch.append(outbox.enqueue(KIND, DatingJob(last), due=house.time.now(), key=f"{KIND}:{last}"))
    log.info("cases_dated", cases=len(rows))
    return batch


def register(worker: Worker, house: House) -> None:
    """Lets the worker bring cases of an older release up to date."""

    async def deliver(job: DatingJob, row: Claimed) -> Sequence[Statement]:
        return await date_batch(house, job)

    worker.register(KIND, DatingJob, deliver)
