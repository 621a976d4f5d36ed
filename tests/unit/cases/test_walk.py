"""Every cell of state × command × role, of every lifecycle under every regime, is as its data says and no other way."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from backend.cases.engine import CaseState, Context, Given, Refusal, decide
from backend.cases.lifecycles_page import lifecycles_page
from backend.cases.walk import APPLICANT, ROLES, TERMS, cells_of, give, lifecycles_of, said_for, states_of
from backend.city.city import City
from backend.city.rules.procedures import RULES_OF_ASKS, rules_of
from backend.city.structures import Command, Lifecycle

ROOT = Path(__file__).parents[3]
CITY = City.load(ROOT / "city")
LIFECYCLES = {f"{each.key}/{regime.key}": each for _, regime, each in lifecycles_of(CITY)}
EVERY = pytest.mark.parametrize("lifecycle", LIFECYCLES.values(), ids=list(LIFECYCLES))


@EVERY
def test_a_case_is_led_into_every_state(lifecycle: Lifecycle) -> None:
    assert {state for state, _, _ in states_of(lifecycle)} == {None, *(each.key for each in lifecycle.states)}


@EVERY
def test_whoever_has_the_role_may_in_the_states_named_and_everything_else_is_refused_by_its_rule(
    lifecycle: Lifecycle,
) -> None:
    commands = {each.key: each for each in lifecycle.commands}
    cells = cells_of(lifecycle)
    assert len(cells) == (len(lifecycle.states) + 1) * len(commands) * len(ROLES)
    for cell in cells:
        command = commands[cell.command]
        opens = cell.state is None and not command.from_
        # Staff open a case for somebody at the counter.
        theirs = cell.role in {command.who, *command.also} or (opens and cell.role not in ("timer", "rule"))
        now = opens or cell.state in command.from_
        refused = cell.refusal.rule if cell.refusal else None
        if theirs and now:
            assert refused is None, cell
            assert cell.to in command.targets
            continue
        applicants = command.who == "applicant" and cell.role not in ("timer", "rule") and cell.state is None
        assert refused == ("not-allowed-now" if theirs or applicants else "not-yours"), cell
    for cell in cells:
        if cell.refusal is not None:
            stated = lifecycle.regime.rules[cell.refusal.rule]
            assert (cell.refusal.article, cell.refusal.sentence) == (stated.article, stated.sentence)


def _led(lifecycle: Lifecycle, command: Command) -> CaseState:
    return next(case for state, _, case in states_of(lifecycle) if state in command.from_)


@EVERY
def test_whoever_gave_the_one_command_does_not_give_the_other_and_nobody_handles_their_own_case(
    lifecycle: Lifecycle,
) -> None:
    for command in lifecycle.commands:
        if command.who in ("applicant", "timer", "rule"):
            continue
        for _, terms, case in states_of(lifecycle):
            if case.state not in command.from_:
                continue
            own = give(lifecycle, case, command, command.who, terms, APPLICANT)
            assert isinstance(own, Refusal)
            assert own.rule == "own-case"
            for earlier in command.not_by:
                if earlier in case.given_by:
                    again = give(lifecycle, case, command, command.who, terms, case.given_by[earlier])
                    assert isinstance(again, Refusal)
                    assert again.rule == "same-person"
            if command.is_decision:
                entered = msgspec.structs.replace(case, entered_by="at the counter")
                decided = give(lifecycle, entered, command, command.who, terms, "at the counter")
                assert isinstance(decided, Refusal)
                assert decided.rule == "same-person"


@EVERY
def test_what_says_too_little_or_comes_too_early_is_refused_by_a_rule_that_the_checks_know(
    lifecycle: Lifecycle,
) -> None:
    for command in lifecycle.commands:
        if not command.from_:
            continue
        case = _led(lifecycle, command)
        now = (case.entered_at or 0) + 1
        actor = APPLICANT if command.who == "applicant" else "somebody new"
        roles = frozenset() if command.who == "applicant" else frozenset({command.who})
        context = Context(actor, roles, now)
        unsaid = decide(lifecycle, case, Given(command.key, True, {}), context, TERMS[0])
        expected = command.asks or command.after or (command.needs and case.owed)
        assert isinstance(unsaid, Refusal) == bool(expected), command.key
        if isinstance(unsaid, Refusal):
            assert unsaid.rule in rules_of(command)
        if command.reason == "required":
            silent = decide(lifecycle, case, Given(command.key, False, said_for(command, case, now)), context, TERMS[0])
            assert isinstance(silent, Refusal)
            assert silent.rule == "reason-needed"


def test_the_checks_know_the_rules_of_everything_that_a_command_may_ask() -> None:
    asked = {ask for each in LIFECYCLES.values() for command in each.commands for ask in command.asks}
    # What an item's discretion benchmark asks is asked in every lifecycle, by none of them.
    assert asked | {"benchmark"} == set(RULES_OF_ASKS)


def test_the_page_of_lifecycles_is_what_the_engine_answers() -> None:
    stands = (ROOT / "docs" / "lifecycles.md").read_text(encoding="utf-8")
    assert stands == lifecycles_page(CITY), "stale: run zhangban city lifecycles --out docs/lifecycles.md"


@pytest.mark.parametrize("name", ["promised/permit", "promised/benefit"])
def test_the_limit_of_acceptance_runs_from_receipt_through_the_pre_check(name: str) -> None:
    lifecycle = LIFECYCLES[name]
    commands = {each.key: each for each in lifecycle.commands}
    filed = give(lifecycle, CaseState(), commands["submit"], "applicant", TERMS[0])
    assert isinstance(filed, CaseState)
    checked = give(lifecycle, filed, commands["pass-pre-check"], "clerk", TERMS[0])
    assert isinstance(checked, CaseState)
    assert (checked.state, checked.received_at) == ("pre-checked", filed.submitted_at)
    # One clerk may do both, and need not do the first.
    both = give(lifecycle, checked, commands["accept"], "clerk", TERMS[0], checked.given_by["pass-pre-check"])
    at_once = give(lifecycle, filed, commands["accept"], "clerk", TERMS[0])
    for accepted in (both, at_once):
        assert isinstance(accepted, CaseState)
        assert accepted.state == "accepted"
    if name == "promised/permit":
        deemed = give(lifecycle, checked, commands["deem-accepted"], "timer", TERMS[0])
        assert isinstance(deemed, CaseState)
        assert deemed.started_at == filed.submitted_at


def test_a_request_for_information_counts_from_the_day_it_was_made_clear() -> None:
    lifecycle = LIFECYCLES["disclosure/disclosure"]
    commands = {each.key: each for each in lifecycle.commands}
    state = CaseState()
    for key, role in (
        ("submit", "applicant"),
        ("request-correction", "clerk"),
        ("correct", "applicant"),
        ("register", "clerk"),
    ):
        after = give(lifecycle, state, commands[key], role, TERMS[0])
        assert isinstance(after, CaseState), (key, after)
        before, state = state, after
    assert state.started_at == before.received_at
    assert state.started_at != state.submitted_at


def test_what_was_sent_is_compared_with_the_original_before_the_result_is_handed_over() -> None:
    lifecycle = LIFECYCLES["promised/permit"]
    deliver = next(each for each in lifecycle.commands if each.key == "deliver")
    case = _led(lifecycle, deliver)
    context = Context("somebody new", frozenset({"clerk"}), (case.entered_at or 0) + 1)
    unseen = decide(lifecycle, case, Given("deliver", False, {}), context, TERMS[1])
    assert isinstance(unseen, Refusal)
    assert (unseen.rule, unseen.facts) == ("originals-not-compared", {"materials": ["other"]})
    other = msgspec.structs.replace(TERMS[1], originals=frozenset())
    assert not isinstance(decide(lifecycle, case, Given("deliver", False, {}), context, other), Refusal)
