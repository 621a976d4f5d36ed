"""No sequence of commands leads anywhere the lifecycle does not allow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.cases.engine import (
    COUNTER,
    CaseState,
    Context,
    Fact,
    Given,
    Refusal,
    allowed,
    command_of,
    decide,
    evolve,
    fold,
    upcast,
)
from backend.city.structures import Lifecycle
from tests.scale import examples
from tests.unit.cases.histories import CITY

LIFECYCLE: Lifecycle = CITY.lifecycles[str(CITY.items["residence-permit"].guide.lifecycle_hash)]
COMMANDS = [command.key for command in LIFECYCLE.commands]
PEOPLE = ["resident", "xu", "cheng", "all"]
ROLES = {
    "resident": frozenset[str](),
    "xu": frozenset({"clerk"}),
    "cheng": frozenset({"approver"}),
    # One person in both roles may still not do both acts on one case.
    "all": frozenset({"clerk", "approver"}),
}

steps = st.lists(
    st.tuples(st.sampled_from([*COMMANDS, "unknown"]), st.sampled_from(PEOPLE), st.booleans()), max_size=30
)


def run(sequence: list[tuple[str, str, bool]]) -> tuple[CaseState, list[Fact], list[tuple[CaseState, str, str]]]:
    """The last state, the events, and what was refused in which state."""
    state, facts, refused = CaseState(), [], []
    for at, (command, person, has_reason) in enumerate(sequence, start=1):
        decided = decide(LIFECYCLE, state, Given(command, has_reason), Context(person, ROLES[person], at))
        if isinstance(decided, Refusal):
            refused.append((state, command, person))
            continue
        for fact in decided:
            facts.append(fact)
            state = evolve(LIFECYCLE, state, fact)
    return state, facts, refused


@settings(max_examples=examples(20_000), deadline=None)
@given(steps)
def test_what_is_shown_as_allowed_is_what_decide_does(sequence: list[tuple[str, str, bool]]) -> None:
    state, _, _ = run(sequence)
    for command in COMMANDS:
        for person in PEOPLE:
            context = Context(person, ROLES[person], 99)
            shown = allowed(LIFECYCLE, state, command, context)
            decided = decide(LIFECYCLE, state, Given(command, True), context)
            # What may be given now may still be refused for what it says, for coming twice or too early.
            if shown is not None:
                assert isinstance(decided, Refusal)
                assert decided.rule == shown.rule
            elif isinstance(decided, Refusal):
                assert decided.rule not in {"not-allowed-now", "not-yours", "own-case", "same-person"}


def _after(*commands: tuple[str, str]) -> CaseState:
    return run([(command, person, True) for command, person in commands])[0]


@pytest.mark.parametrize("command", ["decline", "refuse"])
def test_a_negative_answer_without_a_reason_is_refused(command: str) -> None:
    state = _after(("submit", "resident"), *([("accept", "xu")] if command == "refuse" else []))
    person = "cheng" if command == "refuse" else "xu"
    decided = decide(LIFECYCLE, state, Given(command), Context(person, ROLES[person], 5))
    assert isinstance(decided, Refusal)
    assert decided.rule == "reason-needed"


def test_a_refusal_names_rule_article_and_a_sentence_to_read() -> None:
    state = _after(("submit", "resident"), ("accept", "all"))
    decided = decide(LIFECYCLE, state, Given("grant"), Context("all", ROLES["all"], 5))
    assert isinstance(decided, Refusal)
    assert decided.rule == "same-person"
    assert decided.article is not None
    assert "另一位同事" in decided.sentence.zh


def test_the_clock_starts_with_acceptance() -> None:
    assert _after(("submit", "resident")).started_at is None
    assert _after(("submit", "resident"), ("accept", "xu")).started_at == 2


def test_stages_are_passed_in_order() -> None:
    state = _after(("submit", "resident"), ("accept", "xu"), ("grant", "cheng"))
    assert dict(state.reached) == {"submitted": 1, "acceptance": 2, "decision": 3, "issue": 3}
    withdrawn = _after(("submit", "resident"), ("accept", "xu"), ("withdraw", "resident"))
    assert (withdrawn.stage, "decision" in withdrawn.reached) == ("decision", False)


def test_an_old_event_is_read_in_its_newest_shape() -> None:
    upcasters = {
        "case-taken@1": lambda data: ("case-taken@2", {**data, "channel": "web"}),
        "case-taken@2": lambda data: ("case-accepted@1", data),
    }
    assert upcast("case-taken@1", {}, upcasters) == ("case-accepted@1", {"channel": "web"})


def test_an_event_of_no_command_is_an_error() -> None:
    with pytest.raises(ValueError, match="no event"):
        evolve(LIFECYCLE, CaseState(), Fact("case-lost@1", 1, "x", {}))


def _submitted(party: str | None, by: str) -> CaseState:
    said = {"command": "submit"} if party is None else {"command": "submit", "party": party}
    return fold(LIFECYCLE, [Fact("case-submitted@1", 1, by, said)])


@pytest.mark.parametrize(
    ("state", "also", "rule"),
    [
        (_submitted("party", "resident"), frozenset({"party"}), None),
        (_submitted("party", "resident"), frozenset({"other"}), "not-yours"),
        (_submitted(None, "resident"), frozenset(), None),
    ],
    ids=["for the party", "for another", "by the account"],
)
def test_whoever_stands_for_the_party_gives_the_applicants_commands(
    state: CaseState, also: frozenset[str], rule: str | None
) -> None:
    actor = "resident" if rule is None and not also else "somebody"
    refusal = allowed(LIFECYCLE, state, "withdraw", Context(actor, frozenset(), 2, also))
    assert (refusal.rule if refusal else None) == rule


@pytest.mark.parametrize(
    ("state", "also"),
    [
        (_submitted("party", "resident"), frozenset({"party"})),
        (_submitted("party", "private"), frozenset({"private"})),
        (_submitted("party", "xu"), frozenset()),
    ],
    ids=["acts for the party", "filed from another account", "filed it for somebody"],
)
def test_staff_step_aside_whichever_way_a_case_is_theirs(state: CaseState, also: frozenset[str]) -> None:
    refusal = allowed(LIFECYCLE, state, "accept", Context("xu", ROLES["xu"], 2, also))
    assert refusal is not None
    assert refusal.rule == "own-case"


def test_one_person_with_two_staff_accounts_does_not_both_accept_and_decide() -> None:
    state = evolve(LIFECYCLE, _submitted("party", "resident"), Fact("case-accepted@1", 2, "xu", {"command": "accept"}))
    again = Context("second", ROLES["cheng"], 3, frozenset({"xu", "second"}))
    refusal = allowed(LIFECYCLE, state, "grant", again)
    assert refusal is not None
    assert refusal.rule == "same-person"


@pytest.mark.parametrize("kind", sorted({each.key for each in CITY.lifecycles.values()}))
def test_whoever_entered_an_application_at_the_counter_may_accept_it_and_never_decides_it(kind: str) -> None:
    lifecycle = next(each for each in CITY.lifecycles.values() if each.key == kind)
    entered = decide(
        lifecycle, CaseState(), Given("submit", data={"party": "p", **COUNTER}), Context("xu", frozenset(), 1)
    )
    assert not isinstance(entered, Refusal)
    state = evolve(lifecycle, CaseState(), entered[0])
    assert (state.applicant, state.entered_by, dict(state.given_by)) == ("p", "xu", {})
    xu, other = Context("xu", ROLES["all"], 2), Context("cheng", ROLES["all"], 2)
    begins = next((each for each in ("accept", "register") if command_of(lifecycle, each) is not None), None)
    if begins is not None:
        assert allowed(lifecycle, state, begins, xu) is None
        accepted = decide(lifecycle, state, Given(begins), other)
        assert not isinstance(accepted, Refusal)
        state = evolve(lifecycle, state, accepted[0])
        other = Context("third", ROLES["all"], 3)
    for decision in (each.key for each in lifecycle.commands if each.is_decision):
        refusal = allowed(lifecycle, state, decision, xu)
        assert refusal is not None
        assert refusal.rule == "same-person"
        assert allowed(lifecycle, state, decision, other) is None
    # The applicant, if a colleague, is another person: the rule about one's own case stands beside it.
    own = allowed(lifecycle, state, "grant", Context("p", ROLES["all"], 4))
    assert own is not None
    assert own.rule == "own-case"
