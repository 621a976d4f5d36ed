"""The legal clock: when something is due, and why, day by day. Pure; the twin is ``pwa/src/rules/deadline.ts``."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, Literal

import msgspec

Unit = Literal["workday", "day"]
Basis = Literal["published", "estimate"]
LineKind = Literal["start", "counted", "rest", "pause"]
LimitName = Literal["promised", "statutory"]
ClockFault = Literal["days", "pause-reversed", "date-range"]

MAX_DAYS: Final = 3650
_DAY: Final = timedelta(days=1)
# Statutory days that are the same each year in both calendars; lunar ones cannot be known before they are published.
FIXED_HOLIDAYS: Final = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


class ClockRefused(ValueError):
    """The days asked for are outside 0 to 3,650, a pause ends before it begins, or the answer lies after year 9999."""

    def __init__(self, code: ClockFault, detail: str) -> None:
        super().__init__(detail)
        self.code: ClockFault = code


class PublishedYear(msgspec.Struct, frozen=True):
    """What the State Council published for one year: Mondays to Fridays that are free, weekend days that are worked."""

    holidays: frozenset[date]
    workdays: frozenset[date]


class Calendar(msgspec.Struct, frozen=True):
    """Published years; every other year is estimated from weekends and the fixed statutory days."""

    years: Mapping[int, PublishedYear]

    def __hash__(self) -> int:
        return hash(frozenset(self.years))

    def is_published(self, year: int) -> bool:
        """Whether ``year``'s holidays are known."""
        return year in self.years

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is worked, by publication or else by estimate."""
        weekend = day.weekday() >= 5
        published = self.years.get(day.year)
        if published is None:
            return not weekend and (day.month, day.day) not in FIXED_HOLIDAYS
        return day in published.workdays if weekend else day not in published.holidays


class Pause(msgspec.Struct, frozen=True):
    """Whole days on which the clock stands still, both inclusive; ``last`` None: it has not been ended yet.

    ``code`` names the cause (``pause``, ``hearing``, ``appraisal`` …) and comes back in the lines.
    """

    first: date
    last: date | None
    code: str = "pause"


class ClockLine(msgspec.Struct, frozen=True):
    """A run of days of one kind, both inclusive, and the code of the reason.

    start: ``start`` · counted: ``workday``, ``adjusted-workday`` (a worked weekend), ``day``, ``moved`` (the working
    day to which a last day of rest moved), ``extension`` (a day added to the limit), ``joint-extension`` (one added to
    the limit of what is handled jointly), ``kept`` (a step's day that was told and stays) · rest: ``weekend``,
    ``holiday`` · pause: the pause's own code.
    """

    first: date
    last: date
    kind: LineKind
    code: str


class Deadline(msgspec.Struct, frozen=True):
    """The due date, whether holidays were all published, and lines that cover start to due date without a gap."""

    date: date
    basis: Basis
    lines: tuple[ClockLine, ...]


class Limit(msgspec.Struct, frozen=True):
    """So many days of a unit, as an item's guide states it, and the days by which it was extended; ``joint`` where the
    extension is that of what several departments handle jointly.
    """

    days: int
    unit: Unit
    extension: int = 0
    joint: bool = False

    @property
    def total(self) -> int:
        """The days of the limit with its extension."""
        return self.days + self.extension


class LimitClock(msgspec.Struct, frozen=True):
    """One limit on one day: ``used`` + ``left`` = its total; ``overdue`` counts days of its unit after the due date."""

    name: LimitName
    limit: Limit
    due: date
    basis: Basis
    used: int
    left: int
    overdue: int
    lines: tuple[ClockLine, ...]


class Clock(msgspec.Struct, frozen=True):
    """All limits of a case on one day; ``due`` is the earliest, of the limit named ``governing``, with its basis."""

    limits: tuple[LimitClock, ...]
    due: date | None
    basis: Basis | None
    governing: LimitName | None
    paused: bool


class StepClock(msgspec.Struct, frozen=True):
    """The limit of a single step on one day: ``days`` are those that count, ``used`` + ``left`` = ``days``."""

    days: int
    unit: Unit
    due: date
    basis: Basis
    used: int
    left: int
    overdue: int
    lines: tuple[ClockLine, ...]


def _united(pauses: Iterable[Pause], today: date | None) -> list[tuple[date, date, str]]:
    """Disjoint stretches in order; where pauses overlap the one that began first names the days."""
    stretches: list[tuple[date, date, str]] = []
    closed = []
    for pause in pauses:
        last = pause.last if pause.last is not None else max(pause.first, today or pause.first)
        if last < pause.first:
            raise ClockRefused("pause-reversed", f"a pause ends on {last}, before it begins on {pause.first}")
        closed.append((pause.first, last, pause.code))
    for first, last, code in sorted(closed):
        if stretches and first <= stretches[-1][1]:
            if last <= stretches[-1][1]:
                continue
            first = stretches[-1][1] + _DAY
        stretches.append((first, last, code))
    return stretches


class _Lines:
    """Lines under construction: runs of the same kind and code are joined."""

    def __init__(self) -> None:
        self.runs: list[ClockLine] = []

    def add(self, first: date, last: date, kind: LineKind, code: str) -> None:
        if self.runs and (self.runs[-1].kind, self.runs[-1].code) == (kind, code):
            first = self.runs.pop().first
        self.runs.append(ClockLine(first, last, kind, code))


def _next(day: date) -> date:
    try:
        return day + _DAY
    except OverflowError:
        raise ClockRefused("date-range", "the due date lies after the year 9999") from None


def _rest_code(day: date) -> str:
    return "weekend" if day.weekday() >= 5 else "holiday"


def _check(limit: Limit) -> None:
    if limit.days < 0 or limit.extension < 0 or limit.total > MAX_DAYS:
        raise ClockRefused("days", f"a limit is 0 to {MAX_DAYS} days, not {limit.total}")


def deadline(start: date, days: int, unit: Unit, pauses: Sequence[Pause], calendar: Calendar) -> Deadline:
    """When ``days`` of ``unit`` after ``start`` end; ``start`` is not counted and 0 days is ``start`` itself.

    Workday: working days outside pauses. Day: calendar days outside pauses, and a last day that is a day of rest moves
    to the next working day (Civil Code art. 201, 203; permits: Administrative Licensing Law art. 45, 82). An open
    pause stands still on its first day only: ``clock_lines`` knows today. The basis is ``estimate`` as soon as a day
    from ``start`` to the due date lies in an unpublished year. Raises ClockRefused.
    """
    _check(Limit(days, unit))
    return _deadline(start, Limit(days, unit), _united(pauses, None), calendar)


def _deadline(start: date, limit: Limit, stretches: list[tuple[date, date, str]], calendar: Calendar) -> Deadline:
    days, unit, added = limit.total, limit.unit, "joint-extension" if limit.joint else "extension"
    lines = _Lines()
    lines.add(start, start, "start", "start")
    day, counted, next_stretch, moving = start, 0, 0, False
    while counted < days:
        day = _next(day)
        while next_stretch < len(stretches) and stretches[next_stretch][1] < day:
            next_stretch += 1
        works = calendar.is_workday(day)
        if moving:
            if works:
                lines.add(day, day, "counted", "moved")
                break
            lines.add(day, day, "rest", _rest_code(day))
        elif next_stretch < len(stretches) and stretches[next_stretch][0] <= day:
            _, last, code = stretches[next_stretch]
            lines.add(day, last, "pause", code)
            day = last
        elif unit == "workday":
            if works:
                code = "workday" if day.weekday() < 5 else "adjusted-workday"
                lines.add(day, day, "counted", added if counted >= limit.days else code)
                counted += 1
            else:
                lines.add(day, day, "rest", _rest_code(day))
        elif counted + 1 == days and not works:
            # The last calendar day is a day of rest: the working day it moves to counts in its place.
            moving = True
            lines.add(day, day, "rest", _rest_code(day))
        else:
            lines.add(day, day, "counted", added if counted >= limit.days else "day")
            counted += 1
    known = all(calendar.is_published(year) for year in range(start.year, day.year + 1))
    return Deadline(day, "published" if known else "estimate", tuple(lines.runs))


def _counted_until(lines: Iterable[ClockLine], today: date) -> int:
    return sum(
        (min(line.last, today) - line.first).days + 1
        for line in lines
        if line.kind == "counted" and line.first <= today
    )


def _overdue(due: date, today: date, unit: Unit, stretches: list[tuple[date, date, str]], calendar: Calendar) -> int:
    days = 0
    while due < today:
        due += _DAY
        stands = any(first <= due <= last for first, last, _ in stretches)
        days += not stands and (unit == "day" or calendar.is_workday(due))
    return days


def clock_lines(
    limits: Mapping[LimitName, Limit],
    start: date,
    pauses: Sequence[Pause],
    today: date,
    calendar: Calendar,
) -> Clock:
    """The clock of a case as a resident may see it on ``today``: each limit's due date, days used and left, and why.

    A pause still open counts up to and including ``today``, so its due dates move on each day. Raises ClockRefused.
    """
    stretches = _united(pauses, today)
    clocks: list[LimitClock] = []
    names: tuple[LimitName, ...] = ("promised", "statutory")
    for name in names:
        limit = limits.get(name)
        if limit is None:
            continue
        _check(limit)
        found = _deadline(start, limit, stretches, calendar)
        used = _counted_until(found.lines, today)
        overdue = _overdue(found.date, today, limit.unit, stretches, calendar)
        clocks.append(LimitClock(name, limit, found.date, found.basis, used, limit.total - used, overdue, found.lines))
    earliest = min(clocks, key=lambda clock: clock.due, default=None)
    return Clock(
        limits=tuple(clocks),
        due=earliest.due if earliest else None,
        basis=earliest.basis if earliest else None,
        governing=earliest.name if earliest else None,
        paused=any(first <= today <= last for first, last, _ in stretches),
    )


def step_lines(limit: Limit, start: date, told: date | None, today: date, calendar: Calendar) -> StepClock:
    """The limit of a single step, counted from the day after ``start``, as it stands on ``today``; nothing stops it.

    ``told`` is the last day that somebody was told: it stays even where the calendar now says an earlier one, and its
    days are ``kept``. Raises ClockRefused.
    """
    _check(limit)
    found = _deadline(start, limit, [], calendar)
    lines, due = found.lines, found.date
    if told is not None and told > due:
        lines, due = (*lines, ClockLine(_next(due), told, "counted", "kept")), told
    counted = sum((line.last - line.first).days + 1 for line in lines if line.kind == "counted")
    used = _counted_until(lines, today)
    known = all(calendar.is_published(year) for year in range(start.year, due.year + 1))
    return StepClock(
        days=counted,
        unit=limit.unit,
        due=due,
        basis="published" if known else "estimate",
        used=used,
        left=counted - used,
        overdue=_overdue(due, today, limit.unit, [], calendar),
        lines=lines,
    )


def span_lines(first: date, last: date, code: str, today: date) -> StepClock:
    """A step that ends on a stated day, such as a procedure of the law: every day from ``first`` to ``last`` is one of
    its own and none counts elsewhere.
    """
    days = (last - first).days + 1
    used = min(max((today - first).days + 1, 0), days)
    lines = (ClockLine(first, last, "pause", code),)
    return StepClock(days, "day", last, "published", used, days - used, max((today - last).days, 0), lines)
