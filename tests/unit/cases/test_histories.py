"""Whoever gives whatever on whichever day: no lifecycle is ever led anywhere the law does not allow."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.cases.clock import clock_as_it_stands
from backend.cases.engine import Context, Given, Refusal, allowed, command_of, decide, fold, state_of
from backend.cases.statements import timers_of
from backend.city.structures import Lifecycle
from backend.foundation.calendar_published import published_calendar
from backend.foundation.time_source import legal_day
from tests.scale import examples
from tests.unit.cases.histories import (
    CITY,
    DAY,
    DEPARTMENTS,
    LIFECYCLES,
    PEOPLE,
    START,
    TASKS,
    TERMS,
    histories,
    is_joint,
    run,
)

EVERY = pytest.mark.parametrize("lifecycle", LIFECYCLES.values(), ids=list(LIFECYCLES))
JOINT_ONES = pytest.mark.parametrize(
    "lifecycle", [each for each in LIFECYCLES.values() if is_joint(each)], ids=lambda each: each.regime.key
)
GUIDE = CITY.items["residence-permit"].guide


@EVERY
@given(data=st.data())
@settings(max_examples=examples(4_000), deadline=None)
def test_every_event_follows_an_arrow_of_its_lifecycle_and_replays_to_the_same_state(
    lifecycle: Lifecycle, data: st.DataObject
) -> None:
    played = run(lifecycle, data.draw(histories(lifecycle)))
    before = None
    for state, fact in zip(played.states, played.facts, strict=True):
        command = command_of(lifecycle, fact.data["command"])
        assert command is not None
        assert before in command.from_ if command.from_ else before is None
        assert state.state in {command.to, *(branch.to for branch in command.branches)}
        before = state.state
    if played.states:
        assert fold(lifecycle, played.facts) == played.states[-1]
        assert played.states[-1].version == len(played.facts)


@EVERY
@given(data=st.data())
@settings(max_examples=examples(4_000), deadline=None)
def test_a_case_is_decided_once_by_somebody_who_did_not_accept_it_and_never_their_own(
    lifecycle: Lifecycle, data: st.DataObject
) -> None:
    played = run(lifecycle, data.draw(histories(lifecycle)))
    deciding = {each.key for each in lifecycle.commands if each.is_decision}
    decisions = [fact for fact in played.facts if fact.data["command"] in deciding]
    assert len(decisions) <= 1
    applicant = played.states[0].applicant if played.states else None
    for fact in decisions:
        assert fact.actor != applicant
        if command_of(lifecycle, "accept") is not None:
            assert fact.actor not in [each.actor for each in played.facts if each.data["command"] == "accept"]
    for fact in played.facts:
        command = command_of(lifecycle, fact.data["command"])
        assert command is not None
        roles = PEOPLE[fact.actor]
        assert fact.actor == applicant if command.who == "applicant" else roles & {command.who, *command.also}


@EVERY
@given(data=st.data())
@settings(max_examples=examples(4_000), deadline=None)
def test_the_clock_is_never_negative_stands_still_only_for_what_may_stop_it_and_is_extended_once(
    lifecycle: Lifecycle, data: st.DataObject
) -> None:
    played = run(lifecycle, data.draw(histories(lifecycle)))
    for state, fact in zip(played.states, played.facts, strict=True):
        assert 0 <= state.extended <= TERMS.extension
        for pause in state.pauses:
            assert pause.last is None or pause.first <= pause.last
            # What no statement names goes by the limit of the state in which the clock stands still.
            assert pause.code in TERMS.procedures | {
                state_of(lifecycle, each.to).limit for each in lifecycle.commands if each.clock == "pause"
            }
        clock = clock_as_it_stands(GUIDE, state, legal_day(fact.at), published_calendar())
        if clock is None:
            assert state.started_at is None
            continue
        for lane in clock.lanes:
            assert lane.used >= 0
            assert 0 <= lane.left <= lane.days
    assert sum(fact.data["command"] == "extend" for fact in played.facts) <= 1


@EVERY
@given(data=st.data())
@settings(max_examples=examples(4_000), deadline=None)
def test_a_later_notice_names_only_what_was_sent_anew(lifecycle: Lifecycle, data: st.DataObject) -> None:
    played = run(lifecycle, data.draw(histories(lifecycle)))
    sent_anew: set[str] | None = None
    for fact in played.facts:
        if "defects" in fact.data:
            assert set(fact.data["defects"]) <= TERMS.materials
            assert sent_anew is None or set(fact.data["defects"]) <= sent_anew
            sent_anew = set()
        if "corrected" in fact.data:
            sent_anew = set(fact.data["corrected"])


@EVERY
@given(data=st.data())
@settings(max_examples=examples(4_000), deadline=None)
def test_what_was_promised_has_come_before_anything_is_granted(lifecycle: Lifecycle, data: st.DataObject) -> None:
    played = run(lifecycle, data.draw(histories(lifecycle)))
    for state, fact in zip(played.states, played.facts, strict=True):
        if fact.data["command"] == "grant" and command_of(lifecycle, "supply") is not None:
            assert not state.owed


@EVERY
@given(data=st.data())
@settings(max_examples=examples(4_000), deadline=None)
def test_time_acts_only_after_the_last_day_and_only_by_itself(lifecycle: Lifecycle, data: st.DataObject) -> None:
    played = run(lifecycle, data.draw(histories(lifecycle)))
    for earlier, fact in zip(played.states, played.facts[1:], strict=False):
        command = command_of(lifecycle, fact.data["command"])
        assert command is not None
        if command.who == "timer":
            assert fact.actor == "timer"
            last = dict(timers_of(lifecycle, earlier, TERMS))[command.key]
            assert legal_day(fact.at) > last


@EVERY
@given(data=st.data())
@settings(max_examples=examples(2_000), deadline=None)
def test_every_refusal_names_a_rule_of_the_regime_and_a_final_state_stays(
    lifecycle: Lifecycle, data: st.DataObject
) -> None:
    played = run(lifecycle, data.draw(histories(lifecycle)))
    for _, _, refusal in played.refused:
        assert refusal.rule in lifecycle.regime.rules
        assert refusal.sentence.zh
        assert refusal.sentence.en
    last = played.states[-1] if played.states else None
    if last is not None and state_of(lifecycle, last.state or "").final:
        assert last.ended_at is not None
        for command in lifecycle.commands:
            # A decision that was given may be taken back, which ends the case anew.
            if "revocation" in command.effects and last.state in command.from_:
                continue
            for person, roles in PEOPLE.items():
                context = Context(person, roles, START + 400 * DAY)
                assert isinstance(decide(lifecycle, last, Given(command.key, True), context, TERMS), Refusal)
                assert allowed(lifecycle, last, command.key, context) is not None


@JOINT_ONES
@given(data=st.data())
@settings(max_examples=examples(4_000), deadline=None)
def test_departments_speak_once_each_in_their_own_task_in_its_turn_and_all_before_a_grant(
    lifecycle: Lifecycle, data: st.DataObject
) -> None:
    played = run(lifecycle, data.draw(histories(lifecycle, 40)))
    tasks = {each.key: each for each in TASKS}
    opened, done = set[str](), dict[str, str]()
    for state, fact in zip(played.states, played.facts, strict=True):
        said = fact.data
        if said["command"] == "give-opinion":
            task = tasks[said["task"]]
            assert task.key in opened - done.keys()
            assert task.department.code in DEPARTMENTS[fact.actor]
            done[task.key] = said["opinion"]
        for key in said.get("opens", ()):
            assert set(tasks[key].after) <= done.keys()
            assert key not in opened
            opened.add(key)
        assert (set(state.tasks), {key for key, each in state.tasks.items() if each.done_at}) == (opened, set(done))
        if state.started_at is not None and said["command"] not in ("withdraw", "void"):
            assert opened >= {each.key for each in TASKS if set(each.after) <= done.keys()}
        if said["command"] == "grant":
            assert done.keys() == tasks.keys()
    for state, step, refusal in played.refused:
        if step.command == "grant" and refusal.rule == "opinions-missing":
            assert any(state.tasks[key].done_at is None for key in state.tasks) or len(state.tasks) < len(TASKS)


@EVERY
@given(data=st.data())
@settings(max_examples=examples(2_000), deadline=None)
def test_a_decision_is_taken_back_once_by_somebody_else_and_the_case_ended_when_it_did(
    lifecycle: Lifecycle, data: st.DataObject
) -> None:
    paper = msgspec.structs.replace(TERMS, paper_result=data.draw(st.booleans()))
    played = run(lifecycle, data.draw(histories(lifecycle)), paper)
    ended = [state.ended_at for state in played.states if state.ended_at is not None]
    assert len(set(ended)) <= 1
    for place, fact in enumerate(played.facts):
        if fact.data["command"] == "revoke":
            revoke = command_of(lifecycle, "revoke")
            assert revoke is not None
            assert place == len(played.facts) - 1
            assert not {each.actor for each in played.facts if each.data["command"] in revoke.not_by} & {fact.actor}
        if fact.data["command"] == "deliver":
            assert set(fact.data["compared"]) >= TERMS.originals - played.states[place - 1].missing
