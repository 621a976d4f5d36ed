"""Tasks of other departments: one after another, each with its own clock, and what a grant against one needs."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from backend.cases.engine import CaseState, Context, Given, Refusal, decide, evolve
from backend.cases.joint import TaskState, due_of, is_late
from backend.city.rules.limits import critical_path
from backend.city.structures import DepartmentTask, StepLimit, Text
from backend.foundation.calendar_published import published_calendar
from backend.foundation.clock_rules import Pause
from backend.foundation.time_source import SHANGHAI
from tests.unit.cases.histories import JOINT, LIFECYCLES, TASKS

LIFECYCLE = LIFECYCLES["promised/permit/joint"]
CALENDAR = published_calendar()
CLERK, APPROVER = frozenset({"clerk"}), frozenset({"approver"})


def at(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=SHANGHAI).timestamp() * 1000)


def after(state: CaseState, command: str, day: str, actor: str, has_reason: bool = False, **said: object) -> CaseState:
    roles = {"clerk": CLERK, "approver": APPROVER, "resident": frozenset[str]()}.get(actor, frozenset({"reviewer"}))
    context = Context(actor, roles, at(day), departments=frozenset({actor}))
    decided = decide(LIFECYCLE, state, Given(command, has_reason, said), context, JOINT)
    assert not isinstance(decided, Refusal), decided
    return evolve(LIFECYCLE, state, decided[0])


def refused(state: CaseState, command: str, actor: str, roles: frozenset[str], **said: object) -> str:
    context = Context(actor, roles, at("2026-03-10"), departments=frozenset({actor}))
    decided = decide(LIFECYCLE, state, Given(command, False, said), context, JOINT)
    assert isinstance(decided, Refusal)
    return decided.rule


@pytest.fixture
def accepted() -> CaseState:
    state = after(CaseState(), "submit", "2026-03-02", "resident", department="here")
    return after(state, "accept", "2026-03-02", "clerk")


def test_the_tasks_that_wait_for_none_open_with_acceptance_and_the_others_when_those_are_done(
    accepted: CaseState,
) -> None:
    assert set(accepted.tasks) == {"exits", "signals"}
    one = after(accepted, "give-opinion", "2026-03-04", "fire", task="exits", opinion="agree")
    assert set(one.tasks) == {"exits", "signals"}
    both = after(one, "give-opinion", "2026-03-05", "roads", task="signals", opinion="agree")
    assert both.tasks["access"] == TaskState(at("2026-03-05"))


def test_a_task_has_its_own_last_day_and_a_pause_of_the_case_stops_it_too() -> None:
    opened = TaskState(at("2026-03-02"))
    exits = TASKS[0]
    assert due_of(exits, opened, (), date(2026, 3, 2), CALENDAR) == date(2026, 3, 5)
    stated = Pause(date(2026, 3, 4), date(2026, 3, 6), "testing")
    assert due_of(exits, opened, [stated], date(2026, 3, 4), CALENDAR) == date(2026, 3, 10)
    still = Pause(date(2026, 3, 4), None, "hearing")
    assert due_of(exits, opened, [still], date(2026, 3, 12), CALENDAR) == date(2026, 3, 16)


def test_a_late_department_is_charged_by_its_own_day_whether_it_answered_since_or_not() -> None:
    due, today = date(2026, 3, 5), date(2026, 3, 20)
    assert is_late(due, TaskState(at("2026-03-02")), today)
    assert is_late(due, TaskState(at("2026-03-02"), at("2026-03-06"), True), today)
    assert not is_late(due, TaskState(at("2026-03-02"), at("2026-03-05"), True), today)


def test_nobody_speaks_for_another_department_twice_or_before_their_turn(accepted: CaseState) -> None:
    reviewer = frozenset({"reviewer"})
    said = {"task": "signals", "opinion": "agree"}
    assert refused(accepted, "give-opinion", "fire", reviewer, **said) == "not-yours"
    assert refused(accepted, "give-opinion", "resident", reviewer, task="exits", opinion="agree") == "own-case"
    assert refused(accepted, "give-opinion", "fire", reviewer, task="access", opinion="agree") == "no-such-task"
    assert refused(accepted, "give-opinion", "fire", reviewer, task="exits", opinion="disagree") == "reason-needed"
    done = after(accepted, "give-opinion", "2026-03-04", "fire", task="exits", opinion="agree")
    assert refused(done, "give-opinion", "fire", reviewer, task="exits", opinion="agree") == "opinion-given"


def test_a_grant_waits_for_every_opinion_and_a_refusal_for_none(accepted: CaseState) -> None:
    assert refused(accepted, "grant", "approver", APPROVER) == "opinions-missing"
    assert after(accepted, "refuse", "2026-03-03", "approver", has_reason=True).state == "refused"


def test_a_grant_against_an_opinion_has_to_be_reasoned(accepted: CaseState) -> None:
    state = accepted
    for task, department in (("exits", "fire"), ("signals", "roads"), ("access", "fire")):
        against = task == "signals"
        opinion = "disagree" if against else "agree"
        state = after(state, "give-opinion", "2026-03-04", department, has_reason=against, task=task, opinion=opinion)
    assert refused(state, "grant", "approver", APPROVER) == "reason-needed"
    assert after(state, "grant", "2026-03-05", "approver", has_reason=True).decided_at is not None


def test_the_longest_chain_of_tasks_is_the_critical_path_and_a_circle_has_none() -> None:
    def task(key: str, days: int, *behind: str) -> DepartmentTask:
        return DepartmentTask(key, Text(key, key), "here", StepLimit(days, "workday", None, "L"), list(behind))

    assert critical_path([task("a", 5), task("b", 7), task("c", 3, "a")]) == 8
    assert critical_path([task("a", 5, "b"), task("b", 7, "a")]) is None
    assert critical_path([]) == 0
