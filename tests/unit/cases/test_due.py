"""What a case is due for next: the earlier of legal clock and step, with pauses and extensions, and its light."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from backend.cases.clock import clock_as_it_stands
from backend.cases.due import left_on, light_on, next_due
from backend.cases.engine import CaseState
from backend.cases.terms import terms_of
from backend.city.structures import Lifecycle
from backend.foundation.calendar_published import published_calendar
from backend.foundation.clock_rules import Pause
from backend.foundation.time_source import SHANGHAI
from tests.unit.cases.histories import CITY

CALENDAR = published_calendar()
PERMIT = next(
    each
    for each in CITY.items.values()
    if each.guide.lifecycle_hash
    and CITY.lifecycles[each.guide.lifecycle_hash].regime.key == "permit"
    and CITY.lifecycles[each.guide.lifecycle_hash].key == "promised"
    and each.guide.promised.value >= 5
).guide
LIFECYCLE: Lifecycle = CITY.lifecycles[str(PERMIT.lifecycle_hash)]
TERMS = terms_of(PERMIT, CALENDAR)
MONDAY = date(2026, 11, 2)


def at(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI).timestamp() * 1000)


def state(key: str, **members: object) -> CaseState:
    base = {"version": 2, "state": key, "received_at": at(MONDAY), "entered_at": at(MONDAY)}
    return CaseState(**{**base, **members})  # type: ignore[arg-type]


def test_before_acceptance_a_permit_is_due_for_acceptance_within_five_working_days() -> None:
    looked_through = next_due(PERMIT, LIFECYCLE, state("submitted"), TERMS, MONDAY)
    assert looked_through is not None
    assert (looked_through.step, looked_through.days) == ("pre-check", 1)
    found = next_due(PERMIT, LIFECYCLE, state("pre-checked"), TERMS, MONDAY)
    assert found is not None
    assert (found.step, found.day, found.days, found.soon) == ("acceptance", date(2026, 11, 9), 5, date(2026, 11, 6))


def test_an_accepted_case_is_due_by_its_earlier_limit_and_presses_in_the_last_quarter() -> None:
    accepted = state("accepted", started_at=at(MONDAY))
    found, clock = (
        next_due(PERMIT, LIFECYCLE, accepted, TERMS, MONDAY),
        clock_as_it_stands(PERMIT, accepted, MONDAY, CALENDAR),
    )
    assert found is not None
    assert clock is not None
    assert (found.step, found.day) == ("decision", clock.due)
    assert found.soon is not None
    assert left_on(found.soon, found.day, "workday", CALENDAR) == max(1, found.days // 4)


@pytest.mark.parametrize(("pause", "extended"), [(True, 0), (False, 5), (True, 5)])
def test_days_that_do_not_count_and_days_that_were_added_move_what_is_due(pause: bool, extended: int) -> None:
    accepted = state("accepted", started_at=at(MONDAY))
    pauses = (Pause(MONDAY + timedelta(days=2), MONDAY + timedelta(days=8), "testing"),) if pause else ()
    moved = state("accepted", started_at=at(MONDAY), pauses=pauses, extended=extended)
    before, after = (next_due(PERMIT, LIFECYCLE, each, TERMS, MONDAY) for each in (accepted, moved))
    assert before is not None
    assert after is not None
    assert left_on(before.day, after.day, "workday", CALENDAR) == (5 if pause else 0) + extended


def test_while_the_clock_stands_still_nobody_is_late_and_the_end_of_the_procedure_is_told() -> None:
    last = MONDAY + timedelta(days=30)
    stopped = state("suspended", started_at=at(MONDAY), pauses=(Pause(MONDAY, last, "testing"),))
    found = next_due(PERMIT, LIFECYCLE, stopped, TERMS, MONDAY)
    assert found is not None
    assert (found.step, found.day, found.soon) == ("procedure", last, None)
    assert light_on(last + timedelta(days=9), found.day, found.soon) == "grey"


def test_a_hearing_is_due_by_its_own_limit_although_the_clock_stands_still() -> None:
    hearing = state("hearing", started_at=at(MONDAY), pauses=(Pause(MONDAY, None, "hearing"),))
    found = next_due(PERMIT, LIFECYCLE, hearing, TERMS, MONDAY)
    assert found is not None
    assert (found.step, found.days, found.soon is not None) == ("hearing", 20, True)


def test_a_decided_case_is_due_for_delivery_and_a_closed_one_for_nothing() -> None:
    issuing = state("issuing", started_at=at(MONDAY), decided_at=at(MONDAY))
    found = next_due(PERMIT, LIFECYCLE, issuing, TERMS, MONDAY)
    assert found is not None
    assert (found.step, found.days) == ("delivery", 10)
    assert next_due(PERMIT, LIFECYCLE, state("granted", ended_at=at(MONDAY)), TERMS, MONDAY) is None


def test_what_is_decided_under_a_regime_without_a_limit_for_delivery_is_due_for_delivery_all_the_same() -> None:
    guide = CITY.items["subsistence-allowance"].guide
    lifecycle = CITY.lifecycles[str(guide.lifecycle_hash)]
    issuing = state("issuing", started_at=at(MONDAY), decided_at=at(MONDAY))
    found = next_due(guide, lifecycle, issuing, terms_of(guide, CALENDAR), MONDAY)
    assert found is not None
    assert found.step == "delivery"


@pytest.mark.parametrize(
    ("today", "light"),
    [
        (date(2026, 11, 5), "green"),
        (date(2026, 11, 6), "amber"),
        (date(2026, 11, 9), "amber"),
        (date(2026, 11, 10), "red"),
    ],
)
def test_a_light_is_amber_from_the_last_quarter_and_red_after_the_last_day(today: date, light: str) -> None:
    assert light_on(today, date(2026, 11, 9), date(2026, 11, 6)) == light


def test_days_left_leave_out_today_and_weekends_and_are_negative_when_they_have_passed() -> None:
    friday, next_monday = date(2026, 11, 6), date(2026, 11, 9)
    assert left_on(friday, next_monday, "workday", CALENDAR) == 1
    assert left_on(friday, next_monday, "day", CALENDAR) == 3
    assert left_on(next_monday, friday, "workday", CALENDAR) == -1
    assert left_on(friday, friday, "day", CALENDAR) == 0
