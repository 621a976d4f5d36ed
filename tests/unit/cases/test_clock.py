"""The clock explains itself: every run of days has its code and article, and a step has a limit of its own."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from backend.cases.clock import clock_as_it_stands, explained, step_of, what_if
from backend.cases.engine import CaseState, Fact, evolve, fold
from backend.city.structures import Lifecycle
from backend.foundation.calendar_published import published_calendar
from backend.foundation.time_source import SHANGHAI
from tests.unit.cases.histories import CITY, LIFECYCLES

PERMIT = LIFECYCLES["promised/permit"]
GUIDE = next(
    each.guide for each in CITY.items.values() if each.guide.regime == "permit" and each.guide.kind == "promised"
)
CALENDAR = published_calendar()
START = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)


def fact(lifecycle: Lifecycle, command: str, day: int, **said: Any) -> Fact:
    found = next(each for each in lifecycle.commands if each.key == command)
    at = int((START + timedelta(days=day)).timestamp() * 1000)
    return Fact(found.event, at, found.who, {"command": command, **said})


def played(*steps: tuple[str, int, dict[str, Any]]) -> CaseState:
    return fold(PERMIT, [fact(PERMIT, command, day, **said) for command, day, said in steps])


def lines(state: CaseState, today: date) -> dict[str, str | None]:
    clock = clock_as_it_stands(GUIDE, state, today, CALENDAR)
    assert clock
    lane = max(explained(clock, PERMIT, GUIDE, state).lanes, key=lambda each: each.due)
    return {line.code: line.article and line.article.zh for line in lane.lines}


def test_a_clock_that_ran_since_receipt_says_so_with_the_article_of_deemed_acceptance() -> None:
    state = played(("submit", 0, {}), ("deem-accepted", 8, {}))
    found = lines(state, date(2026, 3, 11))
    assert (found["receipt"], found["workday"]) == ("行政许可法第三十二条第四项", "行政许可法第八十二条")
    assert "start" not in found


def test_a_pause_names_its_procedure_and_an_extension_its_article() -> None:
    state = played(
        ("submit", 0, {}),
        ("accept", 0, {}),
        ("suspend", 1, {"procedure": "appraisal", "until": "2026-03-12"}),
        ("resume", 11, {}),
        ("extend", 12, {"days": 5}),
    )
    found = lines(state, date(2026, 3, 16))
    assert (found["appraisal"], found["extension"]) == ("行政许可法第四十五条", "行政许可法第四十二条")


def test_a_hearing_that_an_applicant_asked_for_is_the_procedure_of_the_law() -> None:
    state = played(
        ("submit", 0, {}), ("accept", 0, {}), ("offer-hearing", 1, {}), ("ask-hearing", 2, {}), ("close-hearing", 9, {})
    )
    assert lines(state, date(2026, 3, 12))["hearing"] == "行政许可法第四十五条"


def test_the_limit_of_the_step_runs_from_filing_on_and_follows_the_state() -> None:
    submitted = played(("submit", 0, {}))
    step = step_of(PERMIT, submitted, date(2026, 3, 4), CALENDAR)
    assert step
    assert (step.key, step.due, step.used, step.left) == ("pre-check", date(2026, 3, 3), 1, 0)
    checked = played(("submit", 0, {}), ("pass-pre-check", 1, {}))
    step = step_of(PERMIT, checked, date(2026, 3, 4), CALENDAR)
    assert step
    assert (step.key, step.due, step.used, step.left) == ("acceptance", date(2026, 3, 9), 2, 3)
    assert step.article
    correcting = played(("submit", 0, {}), ("request-correction", 1, {"defects": ["a"], "due": "2026-03-24"}))
    step = step_of(PERMIT, correcting, date(2026, 3, 4), CALENDAR)
    assert step
    assert (step.key, step.due, step.article) == ("correction", date(2026, 3, 24), None)
    suspended = played(
        ("submit", 0, {}), ("accept", 0, {}), ("suspend", 1, {"procedure": "testing", "until": "2026-03-12"})
    )
    step = step_of(PERMIT, suspended, date(2026, 3, 4), CALENDAR)
    assert step
    assert (step.key, step.due, step.days, step.left) == ("procedure", date(2026, 3, 12), 10, 8)
    promised = played(("submit", 0, {}), ("accept", 1, {"promised": ["lease"], "due": "2026-03-17"}))
    step = step_of(PERMIT, promised, date(2026, 3, 4), CALENDAR)
    assert step
    assert (step.key, step.due) == ("commitment", date(2026, 3, 17))
    issuing = played(("submit", 0, {}), ("accept", 0, {}), ("grant", 3, {"to": "issuing"}))
    step = step_of(PERMIT, issuing, date(2026, 3, 6), CALENDAR)
    assert step
    assert (step.key, step.article and step.article.zh) == ("delivery", "行政许可法第四十四条")


def test_what_if_is_there_before_acceptance_only_and_moves_with_the_day() -> None:
    submitted, accepted = played(("submit", 0, {})), played(("submit", 0, {}), ("accept", 0, {}))
    first, later = (what_if(GUIDE, PERMIT, submitted, date(2026, 3, day), CALENDAR) for day in (2, 3))
    assert first
    assert later
    assert later.due > first.due
    assert what_if(GUIDE, PERMIT, accepted, date(2026, 3, 3), CALENDAR) is None


def test_moved_days_are_folded_from_their_event_and_nothing_else_changes() -> None:
    correcting = played(("submit", 0, {}), ("request-correction", 1, {"defects": ["a"], "due": "2026-03-24"}))
    moved = {
        "command": "reckon",
        "change": "x",
        "year": 2026,
        "moved": [{"what": "correction", "was": "2026-03-24", "due": "2026-03-25"}],
    }
    state = evolve(PERMIT, correcting, Fact("case-dates-moved@1", 1, "calendar", moved))
    assert (state.version, state.correction_due, state.state) == (3, date(2026, 3, 25), "correcting")
