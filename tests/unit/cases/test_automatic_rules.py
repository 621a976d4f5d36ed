"""An item's own table: it grants where every condition holds, leaves all else to a person, and never refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.cases.automatic_rules import Known, holds, judge, version_of
from backend.cases.engine import CaseState, Context, Given, Refusal, decide, fold
from backend.cases.terms import Terms
from backend.city.city import City, lifecycle_under
from backend.city.structures import AutomaticCondition, AutomaticTable, Basis, LifecycleFile, Text
from backend.foundation.calendar_published import published_calendar

CITY = City.load(Path(__file__).parents[3] / "city")
WORDS = Text("理由", "reason")
CARD = CITY.items["senior-card"].guide.automatic
assert CARD is not None
SENIOR = Known(age=65, home="云海市临江区", known=True)
ASKED = {"residence": "household", "card": "electronic"}

_values = st.dictionaries(
    st.sampled_from(["goods", "age", "yes", "list"]),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 130),
        st.text(max_size=4),
        st.lists(st.text(max_size=3), max_size=3),
        st.dictionaries(st.just("inner"), st.integers(), max_size=1),
    ),
)
_known = st.builds(
    Known,
    age=st.none() | st.integers(0, 130),
    home=st.none() | st.sampled_from(["云海市临江区", "静川省安平县", ""]),
    known=st.booleans(),
    open=st.booleans(),
    clean=st.none() | st.booleans(),
    held=st.frozensets(st.sampled_from(["营业执照", "残疾人证"])),
)


@st.composite
def tables(draw: st.DrawFn) -> AutomaticTable:
    comparisons: list[dict[str, Any]] = [
        {"one_of": ["a", True]},
        {"at_least": 60},
        {"at_most": 10},
        {"begins_with": "云海"},
        {"is_true": True},
        {},
    ]
    on: list[dict[str, Any]] = [
        {"pointer": "/goods"},
        {"pointer": "/age"},
        {"pointer": "/list/inner"},
        {"fact": "age"},
        {"fact": "home"},
        {"fact": "open"},
        {"fact": "clean"},
        {"fact": "held", "certificate": "营业执照"},
        {},
    ]
    conditions = [
        AutomaticCondition(f"c{place}", WORDS, WORDS, **draw(st.sampled_from(on)), **draw(st.sampled_from(comparisons)))
        for place in range(draw(st.integers(0, 4)))
    ]
    return AutomaticTable(Basis(WORDS, WORDS), draw(st.booleans()), conditions)


def lifecycle_file(key: str) -> LifecycleFile:
    return msgspec.convert(CITY.documents[f"lifecycles/{key}.yaml"].data, LifecycleFile)


@given(tables(), _values, _known)
def test_a_table_grants_with_every_condition_met_or_leaves_it_to_a_person(
    table: AutomaticTable, values: dict[str, Any], known: Known
) -> None:
    found = judge(table, values, known)
    assert [*found.met, *found.unmet].sort() == [each.key for each in table.grant].sort()
    assert found.grants == (bool(table.grant) and all(holds(each, values, known) for each in table.grant))
    assert judge(table, values, known) == found


@given(tables(), _values)
def test_whoever_no_register_knows_meets_no_fact(table: AutomaticTable, values: dict[str, Any]) -> None:
    found = judge(table, values, Known())
    facts = {each.key for each in table.grant if each.fact is not None}
    assert facts <= set(found.unmet)


@given(tables(), tables())
def test_a_version_names_exactly_what_a_table_says(one: AutomaticTable, other: AutomaticTable) -> None:
    assert (version_of(one) == version_of(other)) == (one == other)
    again = msgspec.convert(msgspec.to_builtins(one), AutomaticTable)
    assert version_of(again) == version_of(one)


@pytest.mark.parametrize(
    ("values", "known", "unmet"),
    [
        (ASKED, SENIOR, ()),
        (ASKED, Known(age=60, home="云海市东港区", known=True), ()),
        (ASKED, Known(age=59, home="云海市东港区", known=True), ("of-age",)),
        (ASKED, Known(age=70, home="静川省清溪县", known=True), ("registered-here",)),
        ({**ASKED, "card": "post"}, SENIOR, ("electronic-only",)),
        ({"card": "electronic", "residence": "living"}, SENIOR, ("household",)),
        ({}, Known(), ("of-age", "registered-here", "household", "electronic-only")),
    ],
)
def test_the_senior_card_is_decided_by_age_home_and_what_was_asked_for(
    values: dict[str, Any], known: Known, unmet: tuple[str, ...]
) -> None:
    assert CARD is not None
    assert judge(CARD, values, known).unmet == unmet


@pytest.mark.parametrize("key", ["promised", "instant"])
def test_nothing_that_is_done_by_rule_leads_where_a_refusal_leads(key: str) -> None:
    file = lifecycle_file(key)
    refused = {to for each in file.commands if each.key in ("refuse", "decline") for to in each.targets}
    by_rule = [each for each in file.commands if each.who == "rule"]
    assert by_rule
    assert not refused & {to for each in by_rule for to in each.targets}


@pytest.mark.parametrize("key", ["promised", "instant"])
def test_only_an_item_with_a_table_has_commands_by_rule(key: str) -> None:
    regime = next(each.regime for each in CITY.lifecycles.values() if each.regime.key == "confirmation")
    without = lifecycle_under(lifecycle_file(key), regime)
    assert not [each for each in without.commands if each.who == "rule"]
    assert CARD is not None
    granting = lifecycle_under(lifecycle_file(key), regime, automatic=CARD)
    keys = {each.key for each in granting.commands if each.who == "rule"}
    assert keys == {"grant-automatically", "leave-to-person"}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["accept-automatically", "grant-automatically", "leave-to-person", "accept", "withdraw"]),
            st.sampled_from(["rule", "clerk", "approver", "timer"]),
            st.sampled_from(["right", "other", None]),
            st.sampled_from([["of-age"], ["of-age", "home"], [], None]),
        ),
        max_size=8,
    )
)
def test_only_the_rule_itself_decides_by_rule_under_its_version_and_with_all_its_reasons(
    steps: list[tuple[str, str, str | None, list[str] | None]],
) -> None:
    regime = next(each.regime for each in CITY.lifecycles.values() if each.regime.key == "confirmation")
    assert CARD is not None
    lifecycle = lifecycle_under(
        lifecycle_file("promised"), regime, automatic=msgspec.structs.replace(CARD, accept=True)
    )
    terms = Terms(rule="right", conditions=frozenset({"of-age", "home"}), calendar=published_calendar())
    facts = []
    for number, (command, who, rule, reasons) in enumerate([("submit", "applicant", None, None), *steps], start=1):
        state = fold(lifecycle, facts) if facts else CaseState()
        said = {name: value for name, value in (("rule", rule), ("reasons", reasons)) if value is not None}
        given = Given(command, True, said)
        decided = decide(lifecycle, state, given, Context(who, frozenset({who}), number), terms)
        if isinstance(decided, Refusal):
            assert decided.rule
            continue
        if command.endswith("automatically") or command == "leave-to-person":
            assert (who, rule) == ("rule", "right")
        if command == "grant-automatically":
            assert set(reasons or ()) == {"of-age", "home"}
        facts += decided
    last = fold(lifecycle, facts)
    assert last.state not in ("refused", "declined", "lapsed")
    assert fold(lifecycle, facts) == last
