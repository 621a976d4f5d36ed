"""The legal clock: the published examples, an independent count, and lines that explain every day."""

import json
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.foundation.calendar_published import published_calendar
from backend.foundation.clock_rules import Clock, ClockRefused, Limit, Pause, Unit, clock_lines, deadline
from tests.scale import examples

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "vectors.json").read_text())
CALENDAR = published_calendar()
DAY = timedelta(days=1)
APPRAISAL = Pause(date(2026, 3, 9), date(2026, 3, 20), "appraisal")


def test_the_published_file_agrees_with_chinesecalendar_on_every_day() -> None:
    day = date(2004, 1, 1)
    while day.year < 2027:
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day), day
        day += DAY
    assert CALENDAR.is_published(2026)
    assert not CALENDAR.is_published(2027)


@pytest.mark.parametrize(
    ("start", "days", "pauses", "due", "basis"),
    [
        *((start, days, [], due, "published") for start, days, due in VECTORS["working_days"]),
        ("2026-09-18", 20, [], "2026-10-22", "published"),
        ("2026-03-02", 20, [], "2026-03-30", "published"),
        ("2026-03-02", 20, [APPRAISAL], "2026-04-14", "published"),
        ("2026-12-14", 20, [], "2027-01-12", "estimate"),
        ("2026-02-13", 0, [], "2026-02-13", "published"),
    ],
)
def test_working_days_end_where_the_state_council_calendar_says(
    start: str, days: int, pauses: list[Pause], due: str, basis: str
) -> None:
    found = deadline(date.fromisoformat(start), days, "workday", pauses, CALENDAR)
    assert (found.date.isoformat(), found.basis) == (due, basis)


def test_calendar_days_that_end_on_a_day_of_rest_move_to_the_next_working_day() -> None:
    found = deadline(date(2026, 2, 13), 5, "day", [], CALENDAR)
    assert found.date == date(2026, 2, 24)
    assert [(line.kind, line.code) for line in found.lines] == [
        ("start", "start"),
        ("counted", "day"),
        ("rest", "holiday"),
        ("rest", "weekend"),
        ("rest", "holiday"),
        ("counted", "moved"),
    ]


def test_unpublished_years_rest_on_weekends_and_fixed_days_only() -> None:
    rests = [
        f"{day:%m-%d}"
        for day in (date(2030, 1, 1) + DAY * offset for offset in range(365))
        if day.weekday() < 5 and not CALENDAR.is_workday(day)
    ]
    assert rests == ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"]


days_near = st.dates(date(2003, 6, 1), date(2028, 6, 1))
stretches = st.lists(
    st.tuples(days_near, st.integers(0, 40)).map(lambda pair: Pause(pair[0], pair[0] + DAY * pair[1])), max_size=4
)


def expected_due(start: date, days: int, unit: Unit, pauses: list[Pause]) -> date:
    def paused(day: date) -> bool:
        return any(pause.last is not None and pause.first <= day <= pause.last for pause in pauses)

    day, left = start, days
    while left:
        day += DAY
        left -= not paused(day) and (unit == "day" or CALENDAR.is_workday(day))
    while unit == "day" and days and not CALENDAR.is_workday(day):
        day += DAY
    return day


@given(days_near, st.integers(0, 90), st.sampled_from(["workday", "day"]), stretches)
@settings(max_examples=examples(20_000), deadline=None)
def test_the_due_date_is_that_of_a_day_by_day_count_and_the_lines_account_for_it(
    start: date, days: int, unit: Unit, pauses: list[Pause]
) -> None:
    found = deadline(start, days, unit, pauses, CALENDAR)
    assert found.date == expected_due(start, days, unit, pauses)
    assert (found.lines[0].first, found.lines[0].last, found.lines[0].kind) == (start, start, "start")
    assert found.lines[-1].last == found.date
    for line, following in zip(found.lines, found.lines[1:], strict=False):
        assert following.first == line.last + DAY
        assert (line.kind, line.code) != (following.kind, following.code)
    # A pause that reaches beyond the due date cannot be: the last line ends there, so it always counts or starts.
    assert found.lines[-1].kind in ("counted", "start")
    counted = sum((line.last - line.first).days + 1 for line in found.lines if line.kind == "counted")
    assert counted == days
    known = all(CALENDAR.is_published(year) for year in range(start.year, found.date.year + 1))
    assert found.basis == ("published" if known else "estimate")


@given(days_near, st.integers(0, 60), st.sampled_from(["workday", "day"]), stretches, st.randoms())
@settings(max_examples=examples(5_000), deadline=None)
def test_the_order_and_overlap_of_pauses_change_nothing(
    start: date, days: int, unit: Unit, pauses: list[Pause], random: object
) -> None:
    shuffled = [*pauses, *pauses]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert deadline(start, days, unit, shuffled, CALENDAR) == deadline(start, days, unit, pauses, CALENDAR)


@pytest.mark.parametrize(
    ("start", "days", "pauses", "code"),
    [
        (date(2026, 3, 2), 5, [Pause(date(2026, 3, 9), date(2026, 3, 8))], "pause-reversed"),
        (date(2026, 3, 2), -1, [], "days"),
        (date(2026, 3, 2), 3651, [], "days"),
        (date(9999, 12, 30), 5, [], "date-range"),
        (date(2026, 3, 2), 5, [Pause(date(2026, 3, 3), date.max)], "date-range"),
    ],
)
def test_a_clock_that_cannot_be_reckoned_is_refused(start: date, days: int, pauses: list[Pause], code: str) -> None:
    with pytest.raises(ClockRefused) as refused:
        deadline(start, days, "workday", pauses, CALENDAR)
    assert refused.value.code == code


def clock(today: date, *pauses: Pause) -> Clock:
    limits = {"promised": Limit(10, "workday"), "statutory": Limit(15, "day")}
    return clock_lines(limits, date(2026, 11, 2), pauses, today, CALENDAR)  # type: ignore[arg-type]


def test_the_earliest_limit_governs_and_days_used_and_left_add_up() -> None:
    seen = clock(date(2026, 11, 6))
    assert (seen.due, seen.governing, seen.paused) == (date(2026, 11, 16), "promised", False)
    promised, statutory = seen.limits
    assert (promised.used, promised.left, promised.overdue) == (4, 6, 0)
    assert (statutory.due, statutory.used, statutory.left) == (date(2026, 11, 17), 4, 11)


def test_a_late_case_counts_its_overdue_days_in_the_unit_of_the_limit() -> None:
    promised, statutory = clock(date(2026, 11, 23)).limits
    assert (promised.left, promised.overdue) == (0, 5)
    assert (statutory.left, statutory.overdue) == (0, 6)


def test_an_open_pause_moves_the_due_date_on_each_day() -> None:
    stopped = Pause(date(2026, 11, 5), None, "appraisal")
    first, later = clock(date(2026, 11, 5), stopped), clock(date(2026, 11, 12), stopped)
    assert first.paused
    assert later.paused
    assert (first.limits[0].used, later.limits[0].used) == (2, 2)
    assert (first.due, later.due) == (date(2026, 11, 17), date(2026, 11, 24))
    assert any(line.code == "appraisal" for line in later.limits[0].lines)
