"""Every cell of a lifecycle under a regime: which role may give which command in which state, and by which rule not.

The states are reached by giving commands, as a case would be led to them; no arrow of the lifecycle is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from backend.cases.engine import CaseState, Context, Given, Refusal, decide, evolve
from backend.cases.statements import last_day
from backend.cases.terms import Terms
from backend.city.city import City, lifecycle_under
from backend.city.guide import DepartmentName, GuideTask
from backend.city.structures import (
    AutomaticCondition,
    AutomaticTable,
    Basis,
    Command,
    Lifecycle,
    LifecycleFile,
    Regime,
    Role,
    StepLimit,
    Text,
)
from backend.foundation.calendar_published import published_calendar
from backend.foundation.time_source import SHANGHAI, legal_day

ROLES: tuple[Role, ...] = ("applicant", "clerk", "reviewer", "approver", "timer", "rule")
APPLICANT = "the applicant"
START = int(datetime(2026, 3, 2, 9, tzinfo=SHANGHAI).timestamp() * 1000)
_DAY = 86_400_000
_LATER = 400
# After every correction in the walk, so that the certificate can end while the office has the application.
_OLD_ENDS = "2027-12-31"
_MATERIAL = "material"
_NAME = Text("现场", "Site")
_BY_RULE = AutomaticTable(
    Basis(_NAME, _NAME), accept=True, grant=[AutomaticCondition("met", _NAME, _NAME, pointer="/met", is_true=True)]
)

_TERMS = Terms(
    materials=frozenset({_MATERIAL, "other"}),
    sent=frozenset({_MATERIAL, "other"}),
    tolerant=frozenset({_MATERIAL}),
    procedures=frozenset({"testing"}),
    extension=10,
    offices=frozenset({"here", "there"}),
    originals=frozenset({"other"}),
    rule="version",
    conditions=frozenset({"met"}),
    calendar=published_calendar(),
    tasks=(GuideTask("site", _NAME, DepartmentName("there", _NAME), StepLimit(5, "workday", None, "L"), []),),
)
TERMS: tuple[Terms, ...] = (_TERMS, msgspec.structs.replace(_TERMS, paper_result=True))
"""The two kinds of guides: a result that comes by itself, and one that is handed over."""


class Cell(msgspec.Struct, frozen=True):
    """What becomes of a command in a state, given by a role that has done nothing on the case before.

    `state` None is before the first event. `refusal` is None where it is lawful, and `to` where it leads then.
    """

    state: str | None
    command: str
    role: Role
    to: str | None
    refusal: Refusal | None


def said_for(command: Command, state: CaseState, now: int) -> dict[str, Any]:
    """What somebody who knows the case says with a command, so that it is not refused for that."""
    answers: Mapping[str, dict[str, Any]] = {
        "defects": {"defects": sorted(state.renewed) or [_MATERIAL]},
        "correction": {"corrected": sorted(state.asked_for)},
        "ground": {"ground": "not-competent", "body": True},
        "procedure": {"procedure": "testing", "until": (legal_day(now) + timedelta(days=5)).isoformat()},
        "days": {"days": 5},
        "fulfilment": {"fulfilled": sorted(state.owed)},
        "office": {"department": "there" if state.department == "here" else "here"},
        "originals": {"compared": ["other"]},
        "opinion": {"task": "site", "opinion": "agree"},
        "rule": {"rule": "version", "reasons": ["met"]},
        "benchmark": {"benchmark": "usual"},
    }
    said = {name: value for ask in command.asks for name, value in answers[ask].items()}
    if not command.from_:
        said |= {"missing": [_MATERIAL], "department": "here", "renews": {"certificate": "old", "until": _OLD_ENDS}}
    return said


def _at(lifecycle: Lifecycle, state: CaseState, command: Command, terms: Terms) -> int:
    """When a command is given in good time: a timer's the day after its limit, any other at once."""
    now = (state.entered_at or START) + 1
    if command.after is None:
        return now
    last: date | None = last_day(lifecycle, state, command.after, terms)
    if last is None:
        return now + _LATER * _DAY
    return int(datetime.combine(last + timedelta(days=1), time(9), SHANGHAI).timestamp() * 1000)


def give(
    lifecycle: Lifecycle, state: CaseState, command: Command, role: Role, terms: Terms, actor: str | None = None
) -> CaseState | Refusal:
    """What a command makes of a state when a role gives it well; `actor` is by default somebody new."""
    now = _at(lifecycle, state, command, terms)
    who = actor or (APPLICANT if role == "applicant" else f"{role} {state.version}")
    staff = role in ("clerk", "reviewer", "approver")
    roles = frozenset[str]() if role == "applicant" else frozenset({role})
    context = Context(who, roles, now, departments=frozenset({"there"}) if staff else frozenset())
    decided = decide(lifecycle, state, Given(command.key, True, said_for(command, state, now)), context, terms)
    if isinstance(decided, Refusal):
        return decided
    for fact in decided:
        state = evolve(lifecycle, state, fact)
    return state


def states_of(lifecycle: Lifecycle) -> Iterator[tuple[str | None, Terms, CaseState]]:
    """Cases led into every state by the shortest way, with what is owed and without, with opinions to come and
    without, under both kinds of guides.
    """
    joint = any(each.joint for each in lifecycle.commands)
    for guide in TERMS:
        # Where no command is for other departments, the item has no tasks for them.
        terms = guide if joint else msgspec.structs.replace(guide, tasks=())
        cases: list[CaseState] = [CaseState()]
        seen: set[tuple[str | None, bool, bool]] = {(None, False, False)}
        while cases:
            case = cases.pop(0)
            yield case.state, terms, case
            for command in lifecycle.commands:
                for role in ROLES:
                    after = give(lifecycle, case, command, role, terms)
                    if isinstance(after, Refusal):
                        continue
                    kind = (after.state, bool(after.owed), any(each.done_at is None for each in after.tasks.values()))
                    if kind in seen:
                        continue
                    seen.add(kind)
                    cases.append(after)


def cells_of(lifecycle: Lifecycle) -> list[Cell]:
    """Every state × command × role, in the lifecycle's order. Lawful is what one of the cases in the state may do."""
    found: dict[tuple[str | None, str, Role], Cell] = {}
    for state, terms, case in states_of(lifecycle):
        for command in lifecycle.commands:
            for role in ROLES:
                key = (state, command.key, role)
                if key in found and found[key].refusal is None:
                    continue
                after = give(lifecycle, case, command, role, terms)
                refusal = after if isinstance(after, Refusal) else None
                to = None if isinstance(after, Refusal) else after.state
                found[key] = Cell(state, command.key, role, to, refusal)
    order: list[str | None] = [None, *(each.key for each in lifecycle.states)]
    return sorted(found.values(), key=lambda each: order.index(each.state))


def lifecycles_of(city: City) -> Iterable[tuple[LifecycleFile, Regime, Lifecycle]]:
    """Every lifecycle of a city's pack under each of its regimes, with all that any item may have."""
    regimes = {each.key: each for each in _parts(city, "regimes/", Regime)}
    for file in _parts(city, "lifecycles/", LifecycleFile):
        for key in file.regimes:
            yield (
                file,
                regimes[key],
                lifecycle_under(file, regimes[key], joint=True, automatic=_BY_RULE, renewable=True),
            )


def _parts(city: City, folder: str, kind: type[Any]) -> list[Any]:
    paths = sorted(path for path in city.documents if path.startswith(folder))
    return [msgspec.convert(city.documents[path].data, kind) for path in paths]
