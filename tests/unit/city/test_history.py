"""Which publication is in force at an instant, and in what order they follow each other."""

from __future__ import annotations

from backend.city.history import Publication, coming, in_force, next_change, soonest, transitions

FIRST = Publication(1, "a", 10, 10)
LATER = Publication(2, "b", 20, 100)
FIX = Publication(3, "c", 30, 30)


def test_a_publication_for_later_is_in_force_from_its_instant_and_not_before() -> None:
    history = [FIRST, LATER]
    assert [getattr(in_force(history, now), "number", None) for now in (20, 99, 100, 500)] == [1, 1, 2, 2]
    assert (coming(history, 99), coming(history, 100)) == ([LATER], [])
    assert (next_change(history, 20), next_change(history, 100)) == (100, None)


def test_what_is_published_meanwhile_does_not_keep_the_later_one_from_its_day() -> None:
    history = [FIRST, LATER, FIX]
    assert [in_force(history, now) for now in (30, 100)] == [FIX, LATER]
    assert [(each.number, before) for each, before in transitions(history)] == [(1, None), (3, "a"), (2, "c")]


def test_of_two_for_one_instant_the_last_published_wins_and_the_other_is_never_told_of() -> None:
    again = Publication(3, "d", 40, 100)
    history = [FIRST, LATER, again]
    assert (coming(history, 50), in_force(history, 100)) == ([again], again)
    assert [(each.number, before) for each, before in transitions(history)] == [(1, None), (3, "a")]


def test_publishing_what_stands_for_the_instant_of_a_coming_one_takes_that_one_back() -> None:
    history = [FIRST, LATER, Publication(3, "a", 40, 100)]
    assert getattr(in_force(history, 100), "pack_hash", None) == "a"
    assert [each.number for each, _ in transitions(history)] == [1]


def test_a_server_whose_clock_is_behind_publishes_after_what_is_in_force_and_sees_it_at_once() -> None:
    ahead = Publication(1, "a", 1000, 1000)
    assert in_force([ahead], 900) == ahead
    at = soonest([ahead], 900)
    assert at == 1001
    assert in_force([ahead, Publication(2, "b", at, at)], 900) == Publication(2, "b", at, at)
    assert soonest([], 900) == 900
