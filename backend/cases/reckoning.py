"""A calendar year became known: the dates of open cases that rested on a guess are reckoned anew, and people are told.

One outbox row does one batch of cases and asks for the next; every case is stored by itself. Whatever is killed in
between begins its batch again, and a case that was moved already says so in its events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import structlog

from backend.cases import tables, task_tables
from backend.cases.clock import clock_from_filing
from backend.cases.commands import timer_rows
from backend.cases.due import next_due
from backend.cases.engine import RECKONED, CaseState, Fact, evolve, state_of
from backend.cases.joint import due_of
from backend.cases.records import Case, history
from backend.cases.statements import last_day, limit_of
from backend.cases.submission import OUTBOX_KIND, CaseEventJob
from backend.cases.terms import terms_of
from backend.foundation import events, outbox
from backend.foundation.calendar import YEAR_KIND, YearJob, go_on, load_calendar
from backend.foundation.clock_rules import Calendar, deadline
from backend.foundation.database import Statement, UnexpectedRowCount, UniqueViolation
from backend.foundation.outbox import Claimed
from backend.foundation.time_source import legal_day
from backend.foundation.worker import Worker
from backend.house import House

log = structlog.get_logger(__name__)
ACTOR = "calendar"
"""The actor of an event that no person brought about."""
BATCH = 50
_TRIES = 5
_TOLD = frozenset({"correction", "commitment", "procedure"})
"""Limits whose last day was told or stated; every other one is counted as the case stands."""


class Busy(Exception):
    """A case changed again and again while its dates were reckoned; the outbox tries the batch again."""


async def reckon(house: House, job: YearJob) -> Sequence[Statement]:
    """Moves the dates of one batch of open cases; gives what asks for the next batch. May run again. Raises Busy."""
    now = await load_calendar(house.database)
    before = Calendar({year: days for year, days in now.years.items() if year != job.year})
    if job.before is not None:
        before = Calendar({**before.years, job.year: job.before})
    rows = await house.database.read(tables.open_after(job.after, BATCH))
    moved = 0
    for row in rows:
        moved += await _reckon_case(house, job, row["id"], before, now)
    if moved:
        log.info("case_dates_moved", year=job.year, cases=moved)
        house.wake.set()
    return [go_on(job, rows[-1]["id"], house.time.now())] if len(rows) == BATCH else []


async def _reckon_case(house: House, job: YearJob, case_id: str, before: Calendar, now: Calendar) -> bool:
    for _ in range(_TRIES):
        rows = await house.database.read(tables.record_by_id(case_id))
        if not rows or rows[0]["ended_at"] is not None:
            return False
        case = await history(house, house.city, rows[0])
        if any(each.fact.type == RECKONED and each.fact.data["change"] == job.change for each in case.entries):
            return False
        moved = moved_days(case, before, now, house.time.today())
        if not moved:
            return False
        try:
            await house.database.commit(_batch(house, case, job, moved, now))
        except (UnexpectedRowCount, UniqueViolation):
            continue
        return True
    raise Busy(case_id)


def moved_days(case: Case, before: Calendar, now: Calendar, today: date) -> list[dict[str, str]]:
    """The last days of an open case that moved by the calendar alone, each `{what, was, due}`.

    What somebody was told in a notice moves to a later day only: nobody loses days that they were given in writing.
    """
    found = []
    for what, was, old, new in _days(case, before, now, today):
        told = what in ("correction", "commitment")
        if old != new and was != new and not (told and new < was):
            found.append({"what": what, "was": was.isoformat(), "due": new.isoformat()})
    return found


def _days(case: Case, before: Calendar, now: Calendar, today: date) -> list[tuple[str, date, date, date]]:
    """Each last day of a case: its name, as it was told, as the old calendar gives it, and as the new one does."""
    state, lifecycle = case.state, case.lifecycle
    found: list[tuple[str, date, date, date]] = []
    if state.decided_at is None:
        was = date.fromisoformat(case.row["due"])
        old, new = (clock_from_filing(case.guide, state, today, each).due for each in (before, now))
        found.append(("due", was, old, new))
    waits = state_of(lifecycle, state.state or "").limit
    noticed = (
        ("correction", "defects", state.correction_due if state.asked_for and waits == "correction" else None),
        ("commitment", "promised", state.commitment_due if state.owed else None),
    )
    for what, said, told in noticed:
        limit = limit_of(lifecycle, what)
        start = next((legal_day(each.fact.at) for each in reversed(case.entries) if said in each.fact.data), None)
        if told is not None and limit is not None and start is not None:
            old, new = (deadline(start, limit.value, limit.unit, (), each).date for each in (before, now))
            found.append((what, told, old, new))
    live = {each.after for each in lifecycle.commands if each.after is not None and state.state in each.from_}
    for what in sorted((live | ({waits} if waits else set())) - _TOLD):
        if state.decided_at is None or what == waits:
            was_last, last = (last_day(lifecycle, state, what, terms_of(case.guide, each)) for each in (before, now))
            if was_last is not None and last is not None:
                found.append((what, was_last, was_last, last))
    return found


def _batch(house: House, case: Case, job: YearJob, moved: list[dict[str, str]], calendar: Calendar) -> list[Statement]:
    at, row = house.time.now(), case.row
    data: dict[str, Any] = {"command": "reckon", "change": job.change, "year": job.year, "moved": moved}
    if job.title is not None:
        data |= {"source": job.title, "dated": job.dated}
    event, _ = events.make(case.id, case.state.version + 1, RECKONED, at, ACTOR, data)
    state: CaseState = evolve(case.lifecycle, case.state, Fact(RECKONED, at, ACTOR, data))
    due = next((each["due"] for each in moved if each["what"] == "due"), row["due"])
    return [
        events.append(event),
        outbox.enqueue(
            OUTBOX_KIND, CaseEventJob(case.id, event.sequence), due=at, key=f"case.event:{case.id}:{event.sequence}"
        ),
        tables.move_record(
            case.id,
            case.state.version,
            state,
            at=at,
            due=due,
            accepted_by=row["accepted_by"],
            department=row["department"],
            following=next_due(case.guide, case.lifecycle, state, terms_of(case.guide, calendar), legal_day(at)),
        ),
        *_tasks_anew(case, calendar, legal_day(at)),
        *timer_rows(case.id, case.lifecycle, state, terms_of(case.guide, calendar)),
    ]


def _tasks_anew(case: Case, calendar: Calendar, today: date) -> list[Statement]:
    """The last days of other departments' open tasks, by the new calendar."""
    opened = [(each, case.state.tasks[each.key]) for each in case.guide.tasks if each.key in case.state.tasks]
    return [
        task_tables.move_task(
            case.id, each.key, due_of(each, task, case.state.pauses, today, calendar).isoformat(), None, None
        )
        for each, task in opened
        if task.done_at is None
    ]


def moved_day(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a message about moved days needs: the day that matters most to an applicant, as it was and is."""
    moved = data["moved"]
    first = next((each for each in moved if each["what"] in ("correction", "commitment")), moved[0])
    return {"what": first["what"], "was": first["was"], "due": first["due"], "year": data["year"]}


def register(worker: Worker, house: House) -> None:
    """Makes a worker reckon dates anew when a calendar year became known."""

    async def deliver(job: YearJob, row: Claimed) -> Sequence[Statement]:
        return await reckon(house, job)

    worker.register(YEAR_KIND, YearJob, deliver)
