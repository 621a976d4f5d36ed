"""Renewal, pure: its days, its versions, and what the engine makes of the certificate's last day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.cases.clock import before_certificate_ends, clock_as_it_stands
from backend.cases.engine import CaseState, Context, Fact, Given, Refusal, decide, evolve
from backend.cases.statements import timers_of
from backend.cases.terms import Terms, terms_of
from backend.certificates.renewing import days_before, window_of
from backend.certificates.rules import next_version, renewed_until, version_of
from backend.city.city import City
from backend.city.structures import Renewal, StepLimit, Text
from backend.foundation.calendar_published import published_calendar
from backend.foundation.clock_rules import deadline
from backend.foundation.identifiers import check_certificate_identifier
from backend.foundation.time_source import SHANGHAI

CITY = City.load(Path(__file__).resolve().parents[2] / "city")
GUIDE = CITY.items["nurse-registration"].guide
LIFECYCLE = CITY.lifecycles[GUIDE.lifecycle_hash or ""]
CALENDAR = published_calendar()
TERMS = terms_of(GUIDE, CALENDAR)
ENDS = date(2026, 6, 30)
FILED = date(2026, 4, 20)


def at(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI).timestamp() * 1000)


def given(state: CaseState, command: str, day: date, roles: str = "", **said: Any) -> CaseState | Refusal:
    """What a command makes of a state."""
    context = Context(roles or "applicant", frozenset({roles} if roles else ()), at(day))
    decided = decide(LIFECYCLE, state, Given(command, True, said), context, TERMS)
    if isinstance(decided, Refusal):
        return decided
    for fact in decided:
        state = evolve(LIFECYCLE, state, fact)
    return state


def filed(*steps: tuple[str, date, str], renews: bool = True) -> CaseState:
    """A renewal that was filed and led on by commands."""
    said = {"renews": {"certificate": "old", "until": ENDS.isoformat()}} if renews else {}
    state = given(CaseState(), "submit", FILED, **said)
    for command, day, role in steps:
        assert isinstance(state, CaseState)
        more = {"defects": ["health"]} if command == "request-correction" else {}
        more |= {"corrected": ["health"]} if command == "correct" else {}
        state = given(state, command, day, role, **more)
    assert isinstance(state, CaseState)
    return state


@pytest.mark.parametrize(
    ("ends", "value", "unit", "closes"),
    [
        # 30 working days up to and with 30 June 2026, over the Dragon Boat Festival of 19 to 21 June.
        (date(2026, 6, 30), 30, "workday", date(2026, 5, 18)),
        (date(2026, 6, 30), 30, "day", date(2026, 5, 31)),
        (date(2026, 3, 3), 1, "day", date(2026, 3, 2)),
        # It ends on a Sunday: the working day before is the last that counts.
        (date(2026, 6, 28), 1, "workday", date(2026, 6, 25)),
    ],
)
def test_the_last_day_to_apply_leaves_exactly_the_days_before_the_certificate_ends(
    ends: date, value: int, unit: Any, closes: date
) -> None:
    last = days_before(ends, value, unit, CALENDAR)
    assert last == closes
    assert deadline(last, value, unit, (), CALENDAR).date <= ends
    assert deadline(last + timedelta(days=1), value, unit, (), CALENDAR).date > ends


def test_days_that_rest_on_holidays_not_published_are_an_estimate() -> None:
    renewal = Renewal(30, "workday", Text("第五十条", "art. 50"), "H", opens=StepLimit(90, "day", None, "L"))
    assert not window_of(renewal, date(2026, 6, 30), CALENDAR).estimate
    assert window_of(renewal, date(2031, 6, 30), CALENDAR).estimate
    in_days = msgspec.structs.replace(renewal, unit="day")
    assert not window_of(in_days, date(2031, 6, 30), CALENDAR).estimate
    assert window_of(msgspec.structs.replace(renewal, opens=None), date(2026, 6, 30), CALENDAR).opens is None


def test_the_next_version_has_the_same_stem_and_its_own_check_character() -> None:
    old = "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0"
    new = next_version(old)
    assert new.split(".")[:-2] == old.split(".")[:-2]
    assert (version_of(old), version_of(new), check_certificate_identifier(new)) == (2, 3, None)


def test_the_new_time_counts_from_the_end_of_the_old_one_or_from_the_decision() -> None:
    assert renewed_until(date(2026, 6, 30), date(2026, 5, 20), 60, "end") == date(2031, 6, 30)
    assert renewed_until(date(2026, 6, 30), date(2026, 5, 20), 60, "decision") == date(2031, 5, 20)


ACCEPTED = (("accept", date(2026, 4, 21), "clerk"),)
SENT_BACK = (("request-correction", date(2026, 4, 21), "clerk"),)
AFTER = ENDS + timedelta(days=1)
TABLE = [
    ("submitted, not looked at", (), ENDS, "too-early"),
    ("submitted, not looked at", (), AFTER, "granted"),
    ("accepted", ACCEPTED, ENDS, "too-early"),
    ("accepted", ACCEPTED, AFTER, "granted"),
    ("extended", (*ACCEPTED, ("extend", date(2026, 5, 6), "approver")), AFTER, "no-extension"),
    ("a hearing offered", (*ACCEPTED, ("offer-hearing", date(2026, 5, 6), "reviewer")), AFTER, "granted"),
    ("waiting for corrections", SENT_BACK, AFTER, "not-allowed-now"),
    ("whole before the end", (*SENT_BACK, ("correct", date(2026, 5, 6), "")), AFTER, "granted"),
    ("whole only after the end", (*SENT_BACK, ("correct", AFTER, "")), AFTER + timedelta(days=9), "too-early"),
    ("refused", (*ACCEPTED, ("refuse", date(2026, 5, 6), "approver")), AFTER, "not-allowed-now"),
    ("granted", (*ACCEPTED, ("grant", date(2026, 5, 6), "approver")), AFTER, "not-allowed-now"),
    ("withdrawn", (*ACCEPTED, ("withdraw", date(2026, 5, 6), "")), AFTER, "not-allowed-now"),
]


@pytest.mark.parametrize(("what", "steps", "day", "outcome"), TABLE)
def test_time_renews_what_the_office_left_undecided_and_nothing_else(
    what: str, steps: tuple[tuple[str, date, str], ...], day: date, outcome: str
) -> None:
    if outcome == "no-extension":
        state: CaseState | Refusal = filed(*steps[:-1])
        assert isinstance(state, CaseState)
        state = given(state, "extend", steps[-1][1], "approver", days=3)
    else:
        state = given(filed(*steps), "deem-renewed", day, "timer")
    assert (state.rule if isinstance(state, Refusal) else state.state) == outcome, what


def test_only_time_deems_it_renewed_and_only_a_renewal() -> None:
    for role in ("clerk", "approver", "rule", ""):
        refusal = given(filed(*ACCEPTED), "deem-renewed", AFTER, role)
        assert isinstance(refusal, Refusal)
    plain = given(filed(*ACCEPTED, renews=False), "deem-renewed", AFTER, "timer")
    assert isinstance(plain, Refusal)
    assert "deem-renewed" not in dict(timers_of(LIFECYCLE, filed(*ACCEPTED, renews=False), TERMS))
    assert dict(timers_of(LIFECYCLE, filed(*ACCEPTED), TERMS))["deem-renewed"] == ENDS


def test_an_item_that_is_not_renewed_has_no_such_command() -> None:
    other = CITY.items["residence-permit"].guide
    commands = CITY.lifecycles[other.lifecycle_hash or ""].commands
    assert not [each for each in commands if each.after == "certificate"]


def test_no_procedure_and_no_extension_moves_the_decision_beyond_the_certificates_end() -> None:
    late = filed(("accept", date(2026, 6, 25), "clerk"))
    clock = clock_as_it_stands(GUIDE, late, date(2026, 6, 29), CALENDAR)
    assert clock is not None
    assert (clock.due, clock.state) == (ENDS, "running")
    stopped = given(late, "suspend", date(2026, 6, 26), "reviewer", procedure="testing", until="2026-08-01")
    assert isinstance(stopped, CaseState)
    for day, state in ((date(2026, 6, 30), "stopped"), (AFTER, "overdue")):
        clock = clock_as_it_stands(GUIDE, stopped, day, CALENDAR)
        assert clock is not None
        assert (clock.due, clock.state) == (ENDS, state)
    assert before_certificate_ends(clock, filed(renews=False)) is clock


BENCHMARK = msgspec.structs.replace(TERMS, benchmark={"usual": frozenset({"grant"}), "grave": frozenset({"refuse"})})


@pytest.mark.parametrize(
    ("command", "said", "has_reason", "outcome"),
    [
        ("grant", {}, True, "statement-needed"),
        ("grant", {"benchmark": "unheard-of"}, True, "statement-needed"),
        ("grant", {"benchmark": "usual"}, False, {"benchmark": "usual"}),
        ("grant", {"benchmark": "usual", "deviates": True}, False, "reason-needed"),
        ("grant", {"benchmark": "usual", "deviates": True}, True, {"benchmark": "usual", "deviates": True}),
        ("grant", {"benchmark": "grave"}, False, "reason-needed"),
        ("grant", {"benchmark": "grave"}, True, {"benchmark": "grave", "deviates": True}),
        ("refuse", {"benchmark": "grave"}, True, {"benchmark": "grave"}),
        ("refuse", {"benchmark": "usual"}, True, {"benchmark": "usual", "deviates": True}),
    ],
)
def test_whoever_decides_under_a_benchmark_names_the_row_and_gives_a_reason_to_depart_from_it(
    command: str, said: dict[str, Any], has_reason: bool, outcome: Any
) -> None:
    found = decided(BENCHMARK, command, said, "approver", has_reason=has_reason)
    if isinstance(found, Refusal):
        assert found.rule == outcome
    else:
        assert {name: found.data[name] for name in ("benchmark", "deviates") if name in found.data} == outcome


def decided(terms: Terms, command: str, said: dict[str, Any], role: str, *, has_reason: bool) -> Fact | Refusal:
    state = filed(*ACCEPTED)
    context = Context("another", frozenset({role}), at(AFTER))
    found = decide(LIFECYCLE, state, Given(command, has_reason, said), context, terms)
    return found if isinstance(found, Refusal) else found[0]


def test_time_names_no_row_of_a_benchmark() -> None:
    found = decided(BENCHMARK, "deem-renewed", {}, "timer", has_reason=False)
    assert isinstance(found, Fact)
