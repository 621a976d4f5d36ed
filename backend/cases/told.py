"""The last days that people are told when something happens in a case: its event keeps them, whatever a calendar says
later. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import msgspec

from backend.cases.clock import clock_as_it_stands
from backend.cases.engine import CaseState, Fact, state_of
from backend.cases.statements import limit_of
from backend.city.guide import Guide
from backend.city.structures import Command, Lifecycle
from backend.foundation.clock_rules import Calendar, ClockRefused, deadline
from backend.foundation.time_source import legal_day

What = Literal["promised", "statutory", "step", "acceptance"]
"""What a day ends: a limit of the legal clock, the step that begins, the time to say whether it is accepted."""


class ToldDay(msgspec.Struct, frozen=True):
    """A last day; an estimate while the calendar of one of its years was not published."""

    due: date
    estimate: bool


def told_by(
    guide: Guide, lifecycle: Lifecycle, state: CaseState, day: date, calendar: Calendar
) -> Mapping[What, ToldDay]:
    """The last days of a case as a calendar gives them on `day`, in the `state` that an event has brought about."""
    found: dict[What, ToldDay] = {}
    try:
        clock = clock_as_it_stands(guide, state, day, calendar)
    except ClockRefused:
        clock = None
    if clock is not None:
        for lane in clock.lanes:
            years = range(clock.started.year, lane.due.year + 1)
            found[lane.key] = ToldDay(lane.due, not all(calendar.is_published(year) for year in years))
    waits = state_of(lifecycle, state.state or "").limit
    if waits is not None and (last := _last(lifecycle, state, waits, calendar)) is not None:
        found["step"] = last
    if state.started_at is None and (last := _last(lifecycle, state, "acceptance", calendar)) is not None:
        found["acceptance"] = last
    return found


def _last(lifecycle: Lifecycle, state: CaseState, name: str, calendar: Calendar) -> ToldDay | None:
    limit = limit_of(lifecycle, name)
    since = state.received_at if name == "acceptance" else state.entered_at
    if limit is None or since is None:
        return None
    last = deadline(legal_day(since), limit.value, limit.unit, (), calendar)
    day = state.correction_due if name == "correction" and state.correction_due else last.date
    return ToldDay(day, last.basis == "estimate")


def kept(
    guide: Guide, lifecycle: Lifecycle, command: Command | None, state: CaseState, fact: Fact, calendar: Calendar
) -> dict[str, Any]:
    """What the event of a command stores: its data and, where it makes a document, the last days that this tells."""
    data = dict(fact.data)
    if command is None or command.document is None:
        return data
    told = told_by(guide, lifecycle, state, legal_day(fact.at), calendar)
    return {**data, "told": msgspec.to_builtins(told)} if told else data


def told_in(said: Mapping[str, Any]) -> Mapping[What, ToldDay] | None:
    """The last days that an event keeps; None for one that was stored before events kept them."""
    return msgspec.convert(said["told"], dict[What, ToldDay]) if "told" in said else None
