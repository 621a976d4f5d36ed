"""The legal clock of a case: its guide's limits, counted from acceptance, as of a day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal

import msgspec

from backend.cases.engine import CaseState
from backend.city.guide import Guide, GuideStatutory
from backend.city.structures import Limit, Text
from backend.foundation import clock_rules
from backend.foundation.calendar_published import published_calendar
from backend.foundation.time_source import legal_day


class ClockLineView(msgspec.Struct, frozen=True):
    """A run of days of one kind, both inclusive; `code` says why."""

    first: date
    last: date
    kind: Literal["start", "counted", "rest", "pause"]
    code: str


class Lane(msgspec.Struct, frozen=True):
    """One limit: `used` and `left` are of its unit; `article` is the text that sets it. `days` hold an extension."""

    key: Literal["promised", "statutory"]
    days: int
    unit: Literal["workday", "day"]
    due: date
    used: int
    left: int
    article: Text | None
    lines: list[ClockLineView]


class Clock(msgspec.Struct, frozen=True):
    """All limits of a case; `due` is the earlier one. A finished clock stands on the day it ended."""

    started: date
    today: date
    due: date
    basis: Literal["published", "estimate"]
    state: Literal["running", "stopped", "done", "overdue"]
    lanes: list[Lane]


def clock_of(
    guide: Guide,
    start: date,
    today: date,
    ended: date | None,
    pauses: tuple[clock_rules.Pause, ...] = (),
    extended: int = 0,
) -> Clock:
    """The clock of a case accepted on `start`, as it stands on `today` or stood when the case ended.

    `pauses` are whole days that do not count (行政许可法第四十五条), `extended` the days added once (第四十二条).

    Raises ClockRefused for a guide without a limit in working or calendar days.
    """
    return _clock(guide.promised, guide.statutory, start, today, ended, pauses, extended)


def clock_as_it_stands(guide: Guide, state: CaseState, today: date) -> Clock | None:
    """The legal clock of a case, from acceptance; None before."""
    if state.started_at is None:
        return None
    ended = state.decided_at if state.decided_at is not None else state.ended_at
    ended_on = legal_day(ended) if ended is not None else None
    return clock_of(guide, legal_day(state.started_at), today, ended_on, state.pauses, state.extended)


@lru_cache(maxsize=4096)
def _clock(
    promised: Limit,
    statutory: GuideStatutory | None,
    start: date,
    today: date,
    ended: date | None,
    pauses: tuple[clock_rules.Pause, ...],
    extended: int,
) -> Clock:
    limits: dict[Literal["promised", "statutory"], clock_rules.Limit] = {}
    if promised.unit == "workday" or promised.unit == "day":
        limits["promised"] = clock_rules.Limit(promised.value + extended, promised.unit)
    if statutory is not None and (statutory.unit == "workday" or statutory.unit == "day"):
        limits["statutory"] = clock_rules.Limit(statutory.value + extended, statutory.unit)
    shown = min(today, ended) if ended else today
    counted = clock_rules.clock_lines(limits, start, pauses, shown, published_calendar())
    if counted.due is None or counted.basis is None:
        raise clock_rules.ClockRefused("days", "the guide names no limit that can be counted")
    lanes = [
        Lane(
            key=limit.name,
            days=limit.limit.days,
            unit=limit.limit.unit,
            due=limit.due,
            used=limit.used,
            left=limit.left,
            article=statutory.source if statutory is not None and limit.name == "statutory" else None,
            lines=[ClockLineView(line.first, line.last, line.kind, line.code) for line in limit.lines],
        )
        for limit in counted.limits
    ]
    state: Literal["running", "stopped", "done", "overdue"] = "stopped" if counted.paused else "running"
    if ended:
        state = "done"
    elif shown > counted.due:
        state = "overdue"
    return Clock(start, shown, counted.due, counted.basis, state, lanes)
