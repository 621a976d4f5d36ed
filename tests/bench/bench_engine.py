"""How many commands a second the engine judges and folds, with no I/O: `decide` and `evolve` over a whole matter."""

from __future__ import annotations

import time
from typing import Any

from backend.cases.engine import CaseState, Context, Fact, Given, Refusal, decide, evolve, fold
from tests.unit.cases.histories import DAY, LIFECYCLES, PEOPLE, START, TERMS

MATTER: list[tuple[str, str, dict[str, Any], int]] = [
    ("submit", "resident", {"missing": [], "department": "here"}, 0),
    ("request-correction", "xu", {"defects": ["proof", "photo"]}, 1),
    ("correct", "resident", {"corrected": ["proof", "photo"]}, 2),
    ("accept", "xu", {}, 3),
    ("suspend", "he", {"procedure": "testing", "until": "2026-01-20"}, 4),
    ("resume", "he", {}, 8),
    ("extend", "cheng", {"days": 5}, 9),
    ("grant", "cheng", {}, 12),
]
"""A permit with a correction, a procedure that stops the clock and an extension: command, who, what is said, on which
day."""


def play() -> tuple[CaseState, list[Fact]]:
    """The matter once, every command judged and folded."""
    lifecycle, state, facts = LIFECYCLES["promised/permit"], CaseState(), list[Fact]()
    for command, person, said, day in MATTER:
        context = Context(person, PEOPLE[person], START + day * DAY)
        decided = decide(lifecycle, state, Given(command, True, said), context, TERMS)
        assert not isinstance(decided, Refusal), decided
        for fact in decided:
            state = evolve(lifecycle, state, fact)
            facts.append(fact)
    return state, facts


def engine_rates(seconds: float = 2.0) -> dict[str, float]:
    """Commands judged and folded a second, and events folded a second, on one core."""
    lifecycle = LIFECYCLES["promised/permit"]
    state, facts = play()
    assert fold(lifecycle, facts) == state
    rates = {}
    for name, once in (("decide + evolve", play), ("fold", lambda: fold(lifecycle, facts))):
        times, end = 0, time.perf_counter() + seconds
        began = time.perf_counter()
        while time.perf_counter() < end:
            once()
            times += 1
        rates[name] = times * len(facts) / (time.perf_counter() - began)
    return rates
