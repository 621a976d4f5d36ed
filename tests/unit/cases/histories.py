"""Random histories of cases: whoever gives whatever, with what it has to say or with nonsense, on whichever day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from hypothesis import strategies as st

from backend.cases.engine import CaseState, Context, Fact, Given, Refusal, command_of, decide, evolve
from backend.cases.terms import Terms
from backend.city.city import City
from backend.city.guide import DepartmentName, GuideTask
from backend.city.structures import Lifecycle, StepLimit, Text
from backend.foundation.calendar_published import published_calendar
from backend.foundation.time_source import SHANGHAI, legal_day

CITY = City.load(Path(__file__).parents[3] / "city")
PEOPLE = {
    "resident": frozenset[str](),
    "xu": frozenset({"clerk"}),
    "he": frozenset({"reviewer"}),
    "cheng": frozenset({"approver"}),
    # One person in every role may still not do both acts on one case.
    "all": frozenset({"clerk", "reviewer", "approver"}),
    "timer": frozenset({"timer"}),
    "rule": frozenset({"rule"}),
}
MATERIALS = ["form", "proof", "photo", "lease", "plan"]
TERMS = Terms(
    materials=frozenset(MATERIALS),
    sent=frozenset({"proof", "photo", "lease", "plan"}),
    tolerant=frozenset({"lease", "plan"}),
    procedures=frozenset({"hearing", "testing", "expert-review"}),
    extension=10,
    offices=frozenset({"here", "there"}),
    rule="version",
    conditions=frozenset({"old-enough", "lives-here"}),
    originals=frozenset({"proof"}),
    calendar=published_calendar(),
)
DEPARTMENTS = {"he": frozenset({"fire"}), "all": frozenset({"fire", "roads"})}
"""For which departments a person acts."""


def _task(key: str, department: str, days: int, *after: str) -> GuideTask:
    name = Text(key, key)
    return GuideTask(key, name, DepartmentName(department, name), StepLimit(days, "workday", None, "L"), list(after))


TASKS = (_task("exits", "fire", 3), _task("signals", "roads", 5), _task("access", "fire", 2, "exits", "signals"))
JOINT = msgspec.structs.replace(TERMS, tasks=TASKS)
DAY = 86_400_000
START = int(datetime(2026, 1, 5, 9, tzinfo=SHANGHAI).timestamp() * 1000)


def is_joint(lifecycle: Lifecycle) -> bool:
    """Whether other departments have tasks in the cases of a lifecycle."""
    return any(each.joint for each in lifecycle.commands)


LIFECYCLES: dict[str, Lifecycle] = {
    f"{each.key}/{each.regime.key}{'/joint' if is_joint(each) else ''}": each for each in CITY.lifecycles.values()
}
"""Every lifecycle under every regime for which the city's pack uses it."""


class Step(NamedTuple):
    """A command, who gives it, how many days later, with a reason or not, and what it says."""

    command: str
    person: str
    days: int
    has_reason: bool
    said: dict[str, Any]


_some = st.lists(st.sampled_from([*MATERIALS, "unlisted"]), max_size=4)


@st.composite
def statements(draw: st.DrawFn, day: int) -> dict[str, Any]:
    """What a command may say: mostly sense, sometimes nonsense."""
    until = legal_day(START + day * DAY) + timedelta(days=draw(st.integers(-2, 40)))
    whole: dict[str, st.SearchStrategy[Any]] = {
        "defects": _some,
        "corrected": _some,
        "fulfilled": _some,
        "missing": st.just([]),
        "ground": st.sampled_from(["not-needed", "not-competent", "nonsense"]),
        "body": st.sampled_from([True, False]),
        "procedure": st.sampled_from(["hearing", "testing", "holiday"]),
        "until": st.sampled_from([until.isoformat(), "soon", None]),
        "days": st.integers(-1, 12),
        "department": st.sampled_from(["here", "there", "nowhere"]),
        "task": st.sampled_from(["exits", "signals", "access", "nothing"]),
        "opinion": st.sampled_from(["agree", "agree", "disagree", "perhaps"]),
        "rule": st.sampled_from(["version", "other"]),
        "reasons": st.sampled_from([["old-enough", "lives-here"], ["old-enough"]]),
        "compared": _some,
    }
    return {key: draw(values) for key, values in whole.items() if draw(st.integers(0, 9))}


@st.composite
def histories(draw: st.DrawFn, lifecycle: Lifecycle, most: int = 25) -> list[Step]:
    """A sequence of steps on one case; half of them answer what the case asks for, the others are anything."""
    keys = [*(each.key for each in lifecycle.commands), "unknown"]
    day, steps = 0, list[Step]()
    for _ in range(draw(st.integers(1, most))):
        later = draw(st.sampled_from([0, 0, 0, 1, 3, 9, 30]))
        day += later
        said = draw(statements(day))
        steps.append(
            Step(draw(st.sampled_from(keys)), draw(st.sampled_from(list(PEOPLE))), later, draw(st.booleans()), said)
        )
    return steps


class Run(NamedTuple):
    """The states in order, each after its event, and what was refused in which state."""

    states: list[CaseState]
    facts: list[Fact]
    refused: list[tuple[CaseState, Step, Refusal]]


def sensible(lifecycle: Lifecycle, state: CaseState, step: Step) -> Step:
    """The step, with a command that the state knows and with what the case itself asks for."""
    known = [each.key for each in lifecycle.commands if (state.state in each.from_ if state.state else not each.from_)]
    if not known:
        return step
    command = known[hash(step.command) % len(known)] if step.command not in known else step.command
    said = {**step.said}
    if state.asked_for:
        said["corrected"] = sorted(state.asked_for)
    if command == "deliver":
        said["compared"] = sorted(TERMS.originals)
    if state.owed:
        said["fulfilled"] = sorted(state.owed)
    if waiting := [key for key, each in state.tasks.items() if each.done_at is None]:
        said["task"] = waiting[0]
    return step._replace(command=command, said=said)


def run(lifecycle: Lifecycle, steps: Iterable[Step], terms: Terms | None = None, help_every: int = 2) -> Run:
    """Plays steps from nothing; every `help_every`th one is made sensible, so that histories go deep."""
    if terms is None:
        terms = JOINT if is_joint(lifecycle) else TERMS
    state, now, found = CaseState(), START, Run([], [], [])
    for position, drawn in enumerate(steps):
        now += drawn.days * DAY + 1
        step = sensible(lifecycle, state, drawn) if position % help_every == 0 else drawn
        if state.state is None and step.command == "submit":
            step = step._replace(said={"missing": ["lease"] if len(step.said) % 2 else [], "department": "here"})
        asked = command_of(lifecycle, step.command)
        wanted = {name for ask in (asked.asks if asked else ()) for name in STATEMENTS[ask]}
        if step.command == "submit":
            wanted |= {"missing", "department"}
        said = {key: value for key, value in step.said.items() if key in wanted}
        theirs = DEPARTMENTS.get(step.person, frozenset())
        context = Context(step.person, PEOPLE[step.person], now, departments=theirs)
        decided = decide(lifecycle, state, Given(step.command, step.has_reason, said), context, terms)
        if isinstance(decided, Refusal):
            found.refused.append((state, step, decided))
            continue
        for fact in decided:
            state = evolve(lifecycle, state, fact)
            found.facts.append(fact)
            found.states.append(state)
    return found


STATEMENTS: dict[str, tuple[str, ...]] = {
    "defects": ("defects",),
    "correction": ("corrected",),
    "ground": ("ground", "body"),
    "procedure": ("procedure", "until"),
    "days": ("days",),
    "fulfilment": ("fulfilled",),
    "office": ("department",),
    "opinion": ("task", "opinion"),
    "rule": ("rule", "reasons"),
    "originals": ("compared",),
}
"""What each ask of a command is said with."""
