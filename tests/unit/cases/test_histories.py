"""Whoever gives whatever on whichever day: no lifecycle is ever led anywhere the law does not allow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.cases.clock import clock_as_it_stands
from backend.cases.engine import Context, Given, Refusal, allowed, command_of, decide, fold, state_of
from backend.cases.statements import timers_of
from backend.city.structures import DECISIONS, Lifecycle
from backend.foundation.calendar_published import published_calendar
from backend.foundation.time_source import legal_day
from tests.scale import examples
from tests.unit.cases.histories import CITY, DAY, LIFECYCLES, PEOPLE, START, TERMS, histories, run

EVERY = pytest.mark.parametrize("lifecycle", LIFECYCLES.values(), ids=list(LIFECYCLES))
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
    decisions = [fact for fact in played.facts if fact.data["command"] in DECISIONS]
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
            assert pause.code in TERMS.procedures | {"ask-hearing"}
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
            for person, roles in PEOPLE.items():
                context = Context(person, roles, START + 400 * DAY)
                assert isinstance(decide(lifecycle, last, Given(command.key, True), context, TERMS), Refusal)
                assert allowed(lifecycle, last, command.key, context) is not None
