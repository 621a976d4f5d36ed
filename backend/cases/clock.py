"""The legal clock of a case: its guide's limits, counted from acceptance, and the limit of the step it is in."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal

import msgspec

from backend.cases.engine import CaseState, state_of
from backend.cases.statements import last_day_of_certificate, last_day_of_promise, limit_of
from backend.city.guide import Guide, GuideStatutory
from backend.city.structures import Lifecycle, Limit, Rule, Text
from backend.foundation import clock_rules
from backend.foundation.clock_rules import Calendar, LimitName
from backend.foundation.time_source import legal_day

MOVED_TO_WORKDAY = Text("民法典第二百零三条", "Civil Code, art. 203")
"""Why a last day that is a day of rest moves to the next working day."""


class ClockLineView(msgspec.Struct, frozen=True):
    """A run of days of one kind, both inclusive; `code` says why, `article` is the text behind it where one is."""

    first: date
    last: date
    kind: Literal["start", "counted", "rest", "pause"]
    code: str
    article: Text | None = None


class Lane(msgspec.Struct, frozen=True):
    """One limit: `used` and `left` are of its unit; `article` is the text that sets it. `days` hold the `extension`;
    `overdue` counts days of its unit after the due date.
    """

    key: LimitName
    days: int
    unit: Literal["workday", "day"]
    due: date
    used: int
    left: int
    article: Text | None
    lines: list[ClockLineView]
    extension: int = 0
    overdue: int = 0


class Clock(msgspec.Struct, frozen=True):
    """All limits of a case; `due` is the earlier one. A finished clock stands on the day it ended."""

    started: date
    today: date
    due: date
    basis: Literal["published", "estimate"]
    state: Literal["running", "stopped", "done", "overdue"]
    lanes: list[Lane]


class Step(msgspec.Struct, frozen=True):
    """The limit of the step that a case is in, `key` after the regime; `article` is null where the house sets it."""

    key: str
    started: date
    days: int
    unit: Literal["workday", "day"]
    due: date
    basis: Literal["published", "estimate"]
    used: int
    left: int
    overdue: int
    article: Text | None
    lines: list[ClockLineView]


def clock_of(
    guide: Guide,
    start: date,
    today: date,
    ended: date | None,
    calendar: Calendar,
    pauses: tuple[clock_rules.Pause, ...] = (),
    extended: int = 0,
) -> Clock:
    """The clock of a case accepted on `start`, as it stands on `today` or stood when the case ended.

    `pauses` are whole days that do not count (行政许可法第四十五条), `extended` the days added once (第四十二条).

    Raises ClockRefused for a guide without a limit in working or calendar days.
    """
    joint = guide.joint is not None
    return _clock(guide.promised, guide.statutory, start, today, ended, calendar, pauses, extended, joint)


def clock_as_it_stands(guide: Guide, state: CaseState, today: date, calendar: Calendar) -> Clock | None:
    """The legal clock of a case, from acceptance; None before."""
    if state.started_at is None:
        return None
    ended = state.decided_at if state.decided_at is not None else state.ended_at
    ended_on = legal_day(ended) if ended is not None else None
    clock = clock_of(guide, legal_day(state.started_at), today, ended_on, calendar, state.pauses, state.extended)
    return before_certificate_ends(clock, state)


def before_certificate_ends(clock: Clock, state: CaseState) -> Clock:
    """The clock of a renewal, which is due on the certificate's last day at the latest, whatever stops or extends it
    (行政许可法第五十条); any other clock as it is.
    """
    until = last_day_of_certificate(state)
    if until is None or until >= clock.due:
        return clock
    late = clock.state != "done" and clock.today > until
    return msgspec.structs.replace(clock, due=until, basis="published", state="overdue" if late else clock.state)


def explained(clock: Clock, lifecycle: Lifecycle, guide: Guide, state: CaseState) -> Clock:
    """The clock with the article behind every line, and how it began: accepted, or deemed so since receipt."""
    deemed = any(each.clock == "receipt" and each.key in state.given_by for each in lifecycle.commands)
    promise = lifecycle.regime.articles.get("promised-within-statutory")
    lanes = []
    for lane in clock.lanes:
        lines = [_with_article(line, lane.unit, lifecycle, guide, deemed=deemed) for line in lane.lines]
        article = lane.article or (promise.article if promise and lane.key == "promised" else None)
        lanes.append(msgspec.structs.replace(lane, lines=lines, article=article))
    return msgspec.structs.replace(clock, lanes=lanes)


def _with_article(
    line: ClockLineView, unit: clock_rules.Unit, lifecycle: Lifecycle, guide: Guide, *, deemed: bool
) -> ClockLineView:
    regime = lifecycle.regime
    if line.kind == "start" and deemed:
        limit = regime.limits.get("acceptance")
        return msgspec.structs.replace(line, code="receipt", article=limit.article if limit else None)
    article = None
    if line.kind == "pause":
        article = next(
            (each.article for each in [*guide.procedures, *regime.procedures] if each.key == line.code), None
        )
    elif line.code == "joint-extension" and guide.joint is not None:
        article = guide.joint.article
    elif line.code == "extension":
        article = _article(regime.rules.get("extension-too-long"))
    elif line.code == "moved":
        article = MOVED_TO_WORKDAY
    elif unit == "workday" and line.kind in ("counted", "rest"):
        article = _article(regime.articles.get("days-are-workdays"))
    return msgspec.structs.replace(line, article=article)


def _article(rule: Rule | None) -> Text | None:
    return rule.article if rule else None


def what_if(guide: Guide, lifecycle: Lifecycle, state: CaseState, today: date, calendar: Calendar) -> Clock | None:
    """The clock as it would be if the case were accepted today; None once it was accepted or has ended."""
    if state.started_at is not None or state.ended_at is not None or state.state is None:
        return None
    return explained(clock_of(guide, today, today, None, calendar), lifecycle, guide, CaseState())


def step_of(lifecycle: Lifecycle, state: CaseState, today: date, calendar: Calendar) -> Step | None:
    """The limit that runs for the state a case is in, or for what is owed in it; None where none does."""
    if state.state is None or state.ended_at is not None:
        return None
    key = state_of(lifecycle, state.state).limit
    if key is None and state.pauses and state.pauses[-1].last is not None and _is_stopped(lifecycle, state):
        first, last = state.pauses[-1].first, state.pauses[-1].last
        return _step("procedure", first, None, clock_rules.span_lines(first, last, state.pauses[-1].code, today))
    if key is None and state.owed:
        key = "commitment"
    limit = limit_of(lifecycle, key) if key else None
    since = _since(state, key)
    if key is None or limit is None or since is None:
        return None
    told = {"correction": state.correction_due, "commitment": last_day_of_promise(lifecycle, state, calendar)}.get(key)
    lines = clock_rules.step_lines(clock_rules.Limit(limit.value, limit.unit), since, told, today, calendar)
    return _step(key, since, limit.article, lines)


def _is_stopped(lifecycle: Lifecycle, state: CaseState) -> bool:
    """Whether the case stands in a state from which the clock is set going again."""
    return any(each.clock == "resume" and state.state in each.from_ for each in lifecycle.commands)


def _since(state: CaseState, key: str | None) -> date | None:
    at = state.received_at if key == "acceptance" else state.promised_at if key == "commitment" else state.entered_at
    return legal_day(at) if at is not None else None


def _step(key: str, started: date, article: Text | None, found: clock_rules.StepClock) -> Step:
    return Step(
        key=key,
        started=started,
        days=found.days,
        unit=found.unit,
        due=found.due,
        basis=found.basis,
        used=found.used,
        left=found.left,
        overdue=found.overdue,
        article=article,
        lines=[ClockLineView(line.first, line.last, line.kind, line.code) for line in found.lines],
    )


def clock_from_filing(guide: Guide, state: CaseState, today: date, calendar: Calendar) -> Clock:
    """The legal clock of a case; before acceptance what the office promised, counted from the day of filing."""
    clock = clock_as_it_stands(guide, state, today, calendar)
    if clock is None:
        filed = legal_day(state.submitted_at or 0)
        clock = before_certificate_ends(clock_of(guide, filed, filed, None, calendar), state)
    return clock


@lru_cache(maxsize=4096)
def _clock(
    promised: Limit,
    statutory: GuideStatutory | None,
    start: date,
    today: date,
    ended: date | None,
    calendar: Calendar,
    pauses: tuple[clock_rules.Pause, ...],
    extended: int,
    joint: bool,
) -> Clock:
    limits: dict[LimitName, clock_rules.Limit] = {}
    if promised.unit == "workday" or promised.unit == "day":
        limits["promised"] = clock_rules.Limit(promised.value, promised.unit, extended, joint)
    if statutory is not None and (statutory.unit == "workday" or statutory.unit == "day"):
        limits["statutory"] = clock_rules.Limit(statutory.value, statutory.unit, extended, joint)
    shown = min(today, ended) if ended else today
    counted = clock_rules.clock_lines(limits, start, pauses, shown, calendar)
    if counted.due is None or counted.basis is None:
        raise clock_rules.ClockRefused("days", "the guide names no limit that can be counted")
    lanes = [
        Lane(
            key=limit.name,
            days=limit.limit.total,
            unit=limit.limit.unit,
            due=limit.due,
            used=limit.used,
            left=limit.left,
            article=statutory.source if statutory is not None and limit.name == "statutory" else None,
            lines=[ClockLineView(line.first, line.last, line.kind, line.code) for line in limit.lines],
            extension=limit.limit.extension,
            overdue=limit.overdue,
        )
        for limit in counted.limits
    ]
    state: Literal["running", "stopped", "done", "overdue"] = "stopped" if counted.paused else "running"
    if ended:
        state = "done"
    elif shown > counted.due:
        state = "overdue"
    return Clock(start, shown, counted.due, counted.basis, state, lanes)
