"""When a mandate stands and what it covers, whatever its dates and scope."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.city.city import City
from backend.foundation.time_source import legal_day
from backend.identity.actor import Acting
from backend.identity.rules import birthday, is_younger
from backend.parties import rules

INSTANTS = st.integers(0, 4_000_000_000_000)
HOLDERS = st.sampled_from(["mine", "theirs"])
TERMS = st.builds(
    rules.Term,
    account_id=st.none() | HOLDERS,
    starts_at=INSTANTS,
    ends_at=st.none() | INSTANTS,
    invited_until=st.none() | INSTANTS,
    accepted_at=st.none() | INSTANTS,
    revoked_at=st.none() | INSTANTS,
)
KEYS = st.frozensets(st.sampled_from(["a", "b", "c", "d"]))
CITY = City.load(Path(__file__).parents[2] / "city")


@given(TERMS, INSTANTS)
def test_a_mandate_stands_only_accepted_unrevoked_and_within_its_time(term: rules.Term, now: int) -> None:
    stands = rules.stands(term, "mine", now)
    assert stands == (
        term.account_id == "mine"
        and term.accepted_at is not None
        and term.revoked_at is None
        and term.starts_at <= now
        and (term.ends_at is None or now < term.ends_at)
    )
    if stands:
        assert rules.state_of(term, now) == "active"


@given(TERMS, INSTANTS, INSTANTS)
def test_what_is_over_never_comes_back(term: rules.Term, first: int, second: int) -> None:
    now, later = sorted((first, second))
    if rules.state_of(term, now) in ("revoked", "ended", "expired"):
        assert rules.state_of(term, later) == rules.state_of(term, now)
        assert not rules.stands(term, "mine", later)


@given(KEYS, KEYS, st.sampled_from("abcd"), st.sampled_from("abcd"))
def test_a_scope_covers_what_it_names_and_everything_when_it_names_nothing(
    items: frozenset[str], cases: frozenset[str], item: str, case: str
) -> None:
    acting = Acting("m", "p", "s", "helper", items, cases)
    everything = not items and not cases
    assert acting.covers_item(item) == (everything or item in items)
    assert acting.covers_case(item, case) == (everything or item in items or case in cases)
    assert not acting.covers_item(item) or acting.covers_case(item, case), "who may apply may also read what came of it"


@given(KEYS, KEYS, KEYS, KEYS)
def test_a_named_scope_that_grows_never_covers_less(
    items: frozenset[str], cases: frozenset[str], more_items: frozenset[str], more_cases: frozenset[str]
) -> None:
    if not items and not cases:
        return
    narrow = Acting("m", "p", "s", "helper", items, cases)
    wide = Acting("m", "p", "s", "helper", items | more_items, cases | more_cases)
    for item in "abcd":
        for case in "abcd":
            assert not narrow.covers_case(item, case) or wide.covers_case(item, case)


@given(
    st.sampled_from(["agent", "helper"]),
    st.sampled_from(["person", "organisation"]),
    st.lists(st.sampled_from(["known", "unknown"])),
    st.lists(st.sampled_from(["c1", "c2"])),
    st.integers(-5, 3000),
)
def test_terms_without_fault_are_within_every_bound(
    capacity: rules.GivenCapacity, kind: rules.PartyKind, items: list[str], cases: list[str], days: int
) -> None:
    fault = rules.fault_of_terms(capacity, kind, items, cases, days, frozenset({"known"}))
    if fault is None:
        assert "unknown" not in items
        assert 1 <= days <= (rules.HELPER_DAYS if capacity == "helper" else rules.AGENT_DAYS)
        assert capacity == "agent" or (kind == "person" and (items or cases))


@given(st.dates(date(1930, 1, 1), date(2026, 12, 31)), st.integers(1, 100), st.integers(-2, 2))
def test_a_person_is_of_an_age_from_the_birthday_on(born: date, years: int, offset: int) -> None:
    number = f"990102{born:%Y%m%d}0000"
    day = birthday(number, years)
    assert day is not None
    assert (day.year - born.year, day.month in (born.month, 3)) == (years, True)
    assert is_younger(number, years, day + timedelta(days=offset)) == (offset < 0)


def test_a_leap_days_child_is_of_age_on_the_first_of_march() -> None:
    assert birthday("990102201202290000", 18) == date(2030, 3, 1)
    assert birthday("990102201202290000", 16) == date(2028, 2, 29)
    assert birthday("ABC123456789012", 18) is None


def test_a_guardians_mandate_ends_as_the_eighteenth_birthday_begins() -> None:
    at = rules.of_age_at("990321201101201150")
    assert at is not None
    assert (legal_day(at), legal_day(at - 1)) == (date(2029, 1, 20), date(2029, 1, 19))


@pytest.mark.parametrize(
    ("capacity", "code", "holder", "says"),
    [
        ("legal_representative", "91990102MA1YH0010J", "990321199508162421", True),
        ("legal_representative", "91990102MA1YH0010J", "99032119880203117X", False),
        ("legal_representative", "91990102MA1YH00455", "990321199508162421", False),
        ("legal_representative", "nothing", "990321199508162421", False),
        ("guardian", "990321201806140247", "990321199508162421", True),
        ("guardian", "990321201806140247", "99032119880203117X", False),
        ("guardian", "990321199508162421", "990321199508162421", False),
        ("agent", "anything", "anyone", True),
    ],
)
def test_a_register_says_who_acts_for_whom(capacity: str, code: str, holder: str, says: bool) -> None:
    found = rules.register_says(CITY, capacity, code, lambda number: number == holder, date(2026, 11, 1))  # type: ignore[arg-type]
    assert found is says


def test_the_register_no_longer_names_the_guardian_of_someone_of_age() -> None:
    child, parent = "990321201101201150", "99032119880203117X"
    for day, says in ((date(2029, 1, 19), True), (date(2029, 1, 20), False)):
        assert rules.register_says(CITY, "guardian", child, lambda number: number == parent, day) is says
