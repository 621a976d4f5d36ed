"""Derived rows made anew from events: what lists, queues and other departments' desks read.

What rests on sealed data is no derived state: the street that a form named, and the names in lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from backend.cases import tables, task_tables
from backend.cases.clock import clock_from_filing
from backend.cases.due import next_due
from backend.cases.engine import CaseState, Fact, command_of, fold
from backend.cases.joint import due_of
from backend.cases.terms import terms_of
from backend.city.city import City
from backend.city.guide import Guide
from backend.city.structures import Lifecycle
from backend.foundation.clock_rules import Calendar
from backend.foundation.database import Database, Row, Statement
from backend.foundation.time_source import legal_day

BATCH = 500
"""Cases read and written at a time."""


class Rebuilding(msgspec.Struct, frozen=True):
    """How many cases were made anew from their events, the ids of the first that differed, and how many did."""

    cases: int
    different: int
    first: tuple[str, ...]


async def rebuild(
    database: Database,
    city: City,
    calendar: Calendar,
    *,
    write: bool,
    told: Callable[[int], None] = lambda _: None,
) -> Rebuilding:
    """Compares the derived rows of every case with its events and, with `write`, brings them in line.

    A case that changes meanwhile is left as the change left it. `told` hears how many are done.
    """
    after, cases, different, first = "", 0, 0, list[str]()
    while rows := await database.read(tables.records_after(after, BATCH)):
        ids = [str(row["id"]) for row in rows]
        histories: dict[str, list[Fact]] = {}
        for event in await database.read(tables.events_of_all(ids)):
            data = msgspec.json.decode(event["data"], type=dict[str, Any])
            histories.setdefault(event["case_id"], []).append(Fact(event["type"], event["at"], event["actor"], data))
        tasks: dict[str, dict[str, Row]] = {}
        for task in await database.read(task_tables.tasks_of_all(ids)):
            tasks.setdefault(task["case_id"], {})[task["task"]] = task
        batch: list[Statement] = []
        for row in rows:
            anew = derived(city, row, histories.get(row["id"], []), tasks.get(row["id"], {}), calendar)
            if anew:
                different += 1
                first += [row["id"]] * (len(first) < 10)
            batch += anew
        if write and batch:
            await database.commit(batch)
        after, cases = ids[-1], cases + len(rows)
        told(cases)
    return Rebuilding(cases, different, tuple(first))


def derived(
    city: City, row: Row, facts: Sequence[Fact], tasks: Mapping[str, Row], calendar: Calendar
) -> list[Statement]:
    """What brings the rows of one case in line with its events; nothing when they are."""
    guide, lifecycle = city.guides[row["guide_hash"]], city.lifecycles[row["lifecycle_hash"]]
    state = fold(lifecycle, facts)
    # As of the last event: a clock that stands still moves its due date on every day, the row only with an event.
    day = legal_day(facts[-1].at)
    due = row["due"] if state.ended_at is not None else clock_from_filing(guide, state, day, calendar).due.isoformat()
    following = next_due(guide, lifecycle, state, terms_of(guide, calendar), day)
    values: dict[str, Any] = {
        "state": state.state,
        "stage": state.stage,
        "version": state.version,
        "started_at": state.started_at,
        "ended_at": state.ended_at,
        "updated_at": facts[-1].at,
        "due": due,
        "accepted_by": _accepted_by(lifecycle, facts),
        "department": state.department,
        **dict(zip(tables.NEXT_COLUMNS, tables.next_values(following, due), strict=True)),
    }
    changed = {name: value for name, value in values.items() if row[name] != value}
    anew = [tables.amend_record(row["id"], row["version"], changed)] if changed else []
    return [*anew, *_tasks(guide, state, row["id"], tasks, day, calendar)]


def _accepted_by(lifecycle: Lifecycle, facts: Sequence[Fact]) -> str | None:
    """The person who accepted it last; neither time nor a rule is one."""
    accepted = None
    for fact in facts:
        command = command_of(lifecycle, fact.data["command"])
        if command is not None and command.clock == "start" and command.who != "rule":
            accepted = fact.actor
    return accepted


def _tasks(
    guide: Guide, state: CaseState, case_id: str, rows: Mapping[str, Row], day: date, calendar: Calendar
) -> list[Statement]:
    anew: list[Statement] = []
    for task in guide.tasks:
        stands = state.tasks.get(task.key)
        if stands is None:
            continue
        due = due_of(task, stands, state.pauses, day, calendar).isoformat()
        row = rows.get(task.key)
        if row is None:
            anew.append(task_tables.open_task(case_id, task.key, task.department.code, due, stands.opened_at))
        if row is None or (row["due"], row["done_at"], row["outcome"]) != (due, stands.done_at, stands.outcome):
            anew.append(task_tables.move_task(case_id, task.key, due, stands.done_at, stands.outcome))
    return anew
