"""What time itself does to a case: deemed acceptance, lapse, the end of a stated time."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from backend.cases import tables
from backend.cases.alarms import TIMER_KIND, CaseTimerJob, timer_rows
from backend.cases.commands import batch_of
from backend.cases.engine import Context
from backend.cases.records import history
from backend.cases.statements import timers_of
from backend.cases.terms import terms_of
from backend.certificates.errors import RenewalRefused
from backend.foundation.database import Statement
from backend.foundation.outbox import Claimed
from backend.foundation.time_source import legal_day
from backend.foundation.worker import Worker
from backend.house import House

log = structlog.get_logger(__name__)
ACTOR = "timer"
"""The actor of an event that no person brought about."""


async def pass_limit(house: House, job: CaseTimerJob) -> Sequence[Statement]:
    """What the passing of a limit does to a case: nothing when it moved on, a later look when days were added."""
    rows = await house.database.read(tables.record_by_id(job.case_id))
    if not rows:
        return ()
    case = await history(house, house.city, rows[0])
    terms = terms_of(case.guide, house.calendar)
    last = dict(timers_of(case.lifecycle, case.state, terms)).get(job.command)
    if last is None:
        return ()
    now = house.time.now()
    if legal_day(now) <= last:
        return timer_rows(case.id, case.lifecycle, case.state, terms)
    log.info("case_limit_passed", command=job.command, case=case.id)
    try:
        return await batch_of(house, case, job.command, Context(ACTOR, frozenset({"timer"}), now))
    except RenewalRefused:
        # What was to be renewed was taken back while the case ran: that is for a person to decide.
        log.info("case_renewal_void", case=case.id)
        return ()


def register(worker: Worker, house: House) -> None:
    """Lets the worker look at cases whose limits have passed."""

    async def deliver(job: CaseTimerJob, row: Claimed) -> Sequence[Statement]:
        return await pass_limit(house, job)

    worker.register(TIMER_KIND, CaseTimerJob, deliver)
