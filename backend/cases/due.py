"""What a case is due for next, by when, and how pressing it is: the earlier of legal clock and step. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import msgspec

from backend.cases.clock import Lane, clock_as_it_stands, clock_of
from backend.cases.engine import CaseState, state_of
from backend.cases.statements import last_day, last_day_of_certificate, limit_of
from backend.cases.terms import Terms
from backend.city.guide import Guide
from backend.city.structures import Lifecycle, Text
from backend.foundation.clock_rules import Calendar, Unit
from backend.foundation.time_source import legal_day

Light = Literal["red", "amber", "green", "grey"]
DECISION, PROCEDURE, DELIVERY = "decision", "procedure", "delivery"
"""The steps that no limit of a regime has to name: the decision, by the legal clock; the end of a stated procedure;
the delivery of what was decided."""
_DAY = timedelta(days=1)


class NextDue(msgspec.Struct, frozen=True):
    """`step` is due on `day`, of a limit of `days` in `unit`. From `soon` on it presses.

    `soon` is None where nobody in the office can be late: the clock stands still, or the case waits for the resident.
    """

    step: str
    day: date
    days: int
    unit: Unit
    soon: date | None


def next_due(guide: Guide, lifecycle: Lifecycle, state: CaseState, terms: Terms, today: date) -> NextDue | None:
    """What is due next as a case stands; None once it is closed. It changes with an event only, not with the day."""
    at = state_of(lifecycle, state.state or "")
    if at.final:
        return None
    stopped = any(each.clock == "resume" and at.key in each.from_ for each in lifecycle.commands)
    found = [_of_step(lifecycle, state, terms)]
    if stopped and found == [None]:
        last = state.pauses[-1].last if state.pauses else None
        found.append(NextDue(PROCEDURE, last or today, 0, "workday", None))
    elif (
        not stopped
        and state.decided_at is None
        and (clock := clock_as_it_stands(guide, state, today, terms.calendar)) is not None
    ):
        lane = min(clock.lanes, key=lambda each: each.due)
        found.append(_of_lane(DECISION, lane, clock.started, terms.calendar))
    if state.decided_at is None and at.waiting_for != "resident":
        found.append(_of_certificate(state, terms))
    earliest = min((each for each in found if each is not None), key=lambda each: each.day, default=None)
    if earliest is None:
        # No limit runs yet: what was promised, counted from the day on which the office got the application.
        got = legal_day(state.received_at) if state.received_at is not None else today
        clock = clock_of(guide, got, got, None, terms.calendar)
        lane = min(clock.lanes, key=lambda each: each.due)
        step = at.limit or (DECISION if state.decided_at is None else DELIVERY)
        earliest = _of_lane(step, lane, got, terms.calendar)
    return earliest


def _of_step(lifecycle: Lifecycle, state: CaseState, terms: Terms) -> NextDue | None:
    at = state_of(lifecycle, state.state or "")
    limit = limit_of(lifecycle, at.limit) if at.limit else None
    last = last_day(lifecycle, state, at.limit, terms) if at.limit else None
    if at.limit is None or limit is None or last is None:
        return None
    since = state.received_at if at.limit == "acceptance" else state.entered_at
    soon = None
    if at.waiting_for != "resident":
        soon = _soon(legal_day(since or 0), last, limit.value, limit.unit, terms.calendar)
    return NextDue(at.limit, last, limit.value, limit.unit, soon)


def _of_certificate(state: CaseState, terms: Terms) -> NextDue | None:
    """The decision on a renewal, by the certificate's last day: no special procedure stops that one."""
    until = last_day_of_certificate(state)
    if until is None:
        return None
    since = legal_day(state.submitted_at or 0)
    days = (until - since).days
    return NextDue(DECISION, until, days, "day", _soon(since, until, days, "day", terms.calendar))


def _of_lane(step: str, lane: Lane, since: date, calendar: Calendar) -> NextDue:
    return NextDue(step, lane.due, lane.days, lane.unit, _soon(since, lane.due, lane.days, lane.unit, calendar))


def _soon(since: date, due: date, days: int, unit: Unit, calendar: Calendar) -> date:
    """The first day of the last quarter of a limit, and the last working day before it ends at the latest."""
    quarter = _before(due, days // 4, unit, calendar)
    return max(since, min(quarter, _before(due, 1, "workday", calendar)))


def _before(day: date, days: int, unit: Unit, calendar: Calendar) -> date:
    while days:
        day -= _DAY
        days -= unit == "day" or calendar.is_workday(day)
    return day


def left_on(today: date, due: date, unit: Unit, calendar: Calendar) -> int:
    """How many days of the unit are left after today; negative by as many as have passed since."""
    first, last = sorted((today, due))
    span = [first + _DAY * each for each in range(1, (last - first).days + 1)]
    count = sum(unit == "day" or calendar.is_workday(each) for each in span)
    return count if today <= due else -count


def light_on(today: date, due: date, soon: date | None) -> Light:
    """How pressing it is: red when it is late, amber when it soon will be, grey where nobody in the office can be."""
    if soon is None:
        return "grey"
    if today > due:
        return "red"
    return "amber" if today >= soon else "green"


_WORDS = {
    DECISION: Text("决定", "Decision"),
    PROCEDURE: Text("特别程序", "Special procedure"),
    "acceptance": Text("受理", "Acceptance"),
    "pre-check": Text("预审", "Pre-check"),
    "correction": Text("补正", "Correction"),
    "hearing-request": Text("申请听证", "Request for a hearing"),
    "hearing": Text("听证", "Hearing"),
    DELIVERY: Text("送达", "Delivery"),
}


def step_words(step: str, otherwise: Text) -> Text:
    """What a step is called on the desk; a lifecycle of a city's own goes by its state's name."""
    return _WORDS.get(step, otherwise)
