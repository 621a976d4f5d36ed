"""The case engine: two pure functions over a lifecycle that is data.

`decide` judges a command, `evolve` folds an event into the state. Neither reads a clock, a database or personal data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from backend.cases.joint import TaskState, task_of, tasks_after
from backend.cases.statements import completed, deviates, fault_in
from backend.cases.terms import Terms
from backend.city.structures import Command, Lifecycle, State, Text
from backend.foundation.clock_rules import Pause
from backend.foundation.time_source import legal_day


class CaseState(msgspec.Struct, frozen=True):
    """What the events of a case amount to. `version` is the number of events; instants are milliseconds.

    `applicant` is the party that the case is for or, in a case without one, the account that filed it. `entered_by` is
    the clerk's account that entered it at the counter. `reached` says when each stage was left behind, `given_by` who
    gave each command last; a clerk who entered an application gave none on the applicant's side.

    `received_at` is when the office got what it has to look at now: the application, or the last correction of it;
    `entered_at` when the state was entered; `decided_at` when the legal clock ended. Of the notices of correction:
    `notices` how many there were, `asked_for` what the last one names and is still awaited, until `correction_due`, and
    `renewed` what was sent anew last. `missing` are the materials that were left out with a promise, `owed` those still
    to come until `commitment_due`, promised at `promised_at`. `pauses` are the whole days that do not count, `extended`
    the days added. `tasks` are those of other departments that were opened. `renews` is the certificate that is to be
    renewed, valid until `renews_until`.
    """

    version: int = 0
    state: str | None = None
    stage: str | None = None
    applicant: str | None = None
    entered_by: str | None = None
    submitted_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    reached: Mapping[str, int] = {}
    given_by: Mapping[str, str] = {}
    department: str | None = None
    received_at: int | None = None
    entered_at: int | None = None
    decided_at: int | None = None
    notices: int = 0
    asked_for: frozenset[str] = frozenset()
    renewed: frozenset[str] = frozenset()
    correction_due: date | None = None
    missing: frozenset[str] = frozenset()
    owed: frozenset[str] = frozenset()
    commitment_due: date | None = None
    promised_at: int | None = None
    pauses: tuple[Pause, ...] = ()
    extended: int = 0
    tasks: Mapping[str, TaskState] = {}
    renews: str | None = None
    renews_until: date | None = None


class Given(msgspec.Struct, frozen=True):
    """A command as someone gives it. `data` is the structure its event keeps; never personal data."""

    command: str
    has_reason: bool = False
    data: Mapping[str, Any] = {}


class Context(msgspec.Struct, frozen=True):
    """Who gives a command (an account), in which staff roles, and when (milliseconds).

    `also` are the other ids under which the same person stands in a case: further accounts, and parties they are or act
    for. Rules about persons look at all of them. `departments` are those for which a staff member acts.
    """

    actor: str
    roles: frozenset[str]
    now: int
    also: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()

    def is_one_of(self, ids: Iterable[str | None]) -> bool:
        """Whether any of these ids is the actor's person."""
        return any(each is not None and (each == self.actor or each in self.also) for each in ids)


class Fact(msgspec.Struct, frozen=True):
    """An event before it is stored."""

    type: str
    at: int
    actor: str
    data: Mapping[str, Any]


class Refusal(msgspec.Struct, frozen=True):
    """Why a command may not be given: the rule's code, its article if a text sets it, and a sentence for people.

    `facts` say what exactly is wrong: materials by their keys, a limit and the actual value.
    """

    rule: str
    article: Text | None
    sentence: Text
    facts: Mapping[str, Any] = {}


COUNTER: Mapping[str, str] = {"channel": "counter"}
"""What the first event of a case says that a clerk entered at the counter."""
_ENTERED = Text(
    "这件申请由您录入，要由另一位同事作决定。", "You entered this application, so a colleague has to decide it."
)

NO_TERMS = Terms()
RECKONED = "case-dates-moved@1"
"""The event of every lifecycle that no command gives: a calendar year became known, and days that rested on a guess
moved. `moved` has them, each `{what, was, due}`; `change` names the import, `year` and `source` the notice.
"""
TAKEN_OVER = "case-taken-over@1"
"""The event of every lifecycle by which the office in charge receipts a case that another one received (交接回执): it
changes nothing else. `role` is as what somebody took it over.
"""

Upcaster = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]
# An event is never rewritten: a newer shape of it is made when it is read. Keys are the old type, name@version.
UPCASTERS: dict[str, Upcaster] = {}


def upcast(
    type_: str, data: dict[str, Any], upcasters: Mapping[str, Upcaster] = UPCASTERS
) -> tuple[str, dict[str, Any]]:
    """An event's type and data in their newest version."""
    while (upcaster := upcasters.get(type_)) is not None:
        type_, data = upcaster(data)
    return type_, data


def command_of(lifecycle: Lifecycle, key: str) -> Command | None:
    """The command of a lifecycle with a key, or None."""
    return next((command for command in lifecycle.commands if command.key == key), None)


def state_of(lifecycle: Lifecycle, key: str) -> State:
    """The state of a lifecycle with a key. Raises KeyError."""
    for state in lifecycle.states:
        if state.key == key:
            return state
    raise KeyError(key)


def _refusal(lifecycle: Lifecycle, rule: str, facts: Mapping[str, Any] | None = None) -> Refusal:
    stated = lifecycle.regime.rules[rule]
    return Refusal(rule, stated.article, stated.sentence, facts or {})


def _may(lifecycle: Lifecycle, state: CaseState, command: Command, context: Context) -> Refusal | None:
    if command.who == "applicant":
        # Staff may enter an application for somebody (the counter); neither time nor a rule applies for anything.
        if context.roles & {"timer", "rule"} or (
            state.applicant is not None and not context.is_one_of([state.applicant])
        ):
            return _refusal(lifecycle, "not-yours")
    elif not context.roles & {command.who, *command.also}:
        return _refusal(lifecycle, "not-yours")
    elif context.is_one_of([state.applicant, *_given_for_applicant(lifecycle, state)]):
        return _refusal(lifecycle, "own-case")
    opens = not command.from_
    if (state.state is None) != opens or (not opens and state.state not in command.from_):
        return _refusal(lifecycle, "not-allowed-now")
    if context.is_one_of(state.given_by.get(earlier) for earlier in command.not_by):
        return _refusal(lifecycle, "same-person")
    if command.is_decision and context.is_one_of([state.entered_by]):
        # Nobody makes an application and decides it, not even where the law lets one clerk do all the rest.
        return msgspec.structs.replace(_refusal(lifecycle, "same-person"), sentence=_ENTERED)
    return None


def _given_for_applicant(lifecycle: Lifecycle, state: CaseState) -> list[str | None]:
    """Who gave the applicant's commands: whoever once acted for an applicant steps aside too."""
    return [state.given_by.get(each.key) for each in lifecycle.commands if each.who == "applicant"]


def allowed(lifecycle: Lifecycle, state: CaseState, command: str, context: Context) -> Refusal | None:
    """Why a command may not be given now, its reason apart; None when it may."""
    found = command_of(lifecycle, command)
    return _refusal(lifecycle, "not-allowed-now") if found is None else _may(lifecycle, state, found, context)


def decide(
    lifecycle: Lifecycle, state: CaseState, given: Given, context: Context, terms: Terms = NO_TERMS
) -> list[Fact] | Refusal:
    """The events that a command brings about, or the rule that forbids it."""
    command = command_of(lifecycle, given.command)
    if command is None:
        return _refusal(lifecycle, "not-allowed-now")
    if (refusal := _may(lifecycle, state, command, context)) is not None:
        return refusal
    if command.reason == "required" and not given.has_reason:
        return _refusal(lifecycle, "reason-needed")
    if (fault := fault_in(lifecycle, state, command, given.data, terms, context.now)) is not None:
        return _refusal(lifecycle, *fault)
    if deviates(command, given.data, terms) and not given.has_reason:
        return _refusal(lifecycle, "reason-needed", {"statement": "benchmark"})
    if (rule := _joint_rule_against(state, command, given, context, terms)) is not None:
        return _refusal(lifecycle, rule)
    data = completed(lifecycle, state, command, given.data, terms, context.now)
    return [Fact(command.event, context.now, context.actor, data)]


def _joint_rule_against(state: CaseState, command: Command, given: Given, context: Context, terms: Terms) -> str | None:
    """The rule on departments that work together which a command breaks.

    A department speaks in its own task only, and says why when it is against. Its opinion does not bind whoever
    decides, but granting against one has to be reasoned.
    """
    if "opinion" in command.asks:
        task = task_of(terms.tasks, given.data["task"])
        if task is None or task.department.code not in context.departments:
            return "not-yours"
        return "reason-needed" if given.data["opinion"] == "disagree" and not given.has_reason else None
    against = "opinions-given" in command.needs and any(each.agrees is False for each in state.tasks.values())
    return "reason-needed" if against and not given.has_reason else None


def evolve(lifecycle: Lifecycle, state: CaseState, fact: Fact) -> CaseState:
    """The state after an event. Raises ValueError for an event of no command of the lifecycle."""
    if fact.type == RECKONED:
        return _reckoned(state, fact)
    if fact.type == TAKEN_OVER:
        return msgspec.structs.replace(state, version=state.version + 1)
    command = next((each for each in lifecycle.commands if each.event == fact.type), None)
    if command is None:
        raise ValueError(f"{fact.type} is no event of the lifecycle {lifecycle.key}")
    target = state_of(lifecycle, fact.data.get("to", command.to))
    stage = target.stage or state.stage
    opening = state.state is None
    entered = opening and fact.data.get("channel") == COUNTER["channel"]
    starts = {"start": fact.at, "receipt": state.received_at}
    return CaseState(
        version=state.version + 1,
        state=target.key,
        stage=stage,
        applicant=fact.data.get("party", fact.actor) if opening else state.applicant,
        entered_by=fact.actor if entered else state.entered_by,
        submitted_at=fact.at if opening else state.submitted_at,
        started_at=starts.get(command.clock or "", state.started_at),
        # A revocation moves a case that has ended; it ended when it did.
        ended_at=fact.at if target.final and state.ended_at is None else state.ended_at,
        reached=_reached(lifecycle, state, target, stage, fact.at),
        given_by=state.given_by if entered else {**state.given_by, command.key: fact.actor},
        department=fact.data.get("department", state.department),
        received_at=fact.at if opening or "corrected" in fact.data else state.received_at,
        entered_at=state.entered_at if target.key == state.state else fact.at,
        decided_at=fact.at if command.clock == "end" and state.decided_at is None else state.decided_at,
        **_materials_after(state, command, fact),
        pauses=_pauses_after(state, command, target, fact),
        extended=state.extended + (fact.data.get("days", 0) if command.clock == "extend" else 0),
        tasks=tasks_after(state.tasks, fact.data, fact.at),
        **_renewed_by(state, fact, opening=opening),
    )


def _renewed_by(state: CaseState, fact: Fact, *, opening: bool) -> dict[str, Any]:
    """The certificate that the application renews, named by its first event for good."""
    said = fact.data.get("renews") if opening else None
    if said is None:
        return {"renews": state.renews, "renews_until": state.renews_until}
    return {"renews": said["certificate"], "renews_until": date.fromisoformat(said["until"])}


def _reckoned(state: CaseState, fact: Fact) -> CaseState:
    moved = {each["what"]: date.fromisoformat(each["due"]) for each in fact.data["moved"]}
    return msgspec.structs.replace(
        state,
        version=state.version + 1,
        correction_due=moved.get("correction", state.correction_due),
        commitment_due=moved.get("commitment", state.commitment_due),
    )


def _materials_after(state: CaseState, command: Command, fact: Fact) -> dict[str, Any]:
    """What is asked for, sent anew and owed after an event."""
    said = fact.data
    due = date.fromisoformat(said["due"]) if said.get("due") else None
    notified, promised = "defects" in said, "promised" in said
    owed = state.owed | frozenset(said.get("promised", ()))
    return {
        "notices": state.notices + notified,
        "asked_for": frozenset(said["defects"]) if notified else state.asked_for - frozenset(said.get("corrected", ())),
        "renewed": frozenset(said["corrected"]) if "corrected" in said else state.renewed,
        "correction_due": due if notified else state.correction_due,
        "missing": frozenset(said.get("missing", ())) if state.state is None else state.missing,
        "owed": owed - frozenset(said.get("fulfilled", ())),
        "commitment_due": due if promised else state.commitment_due,
        "promised_at": fact.at if promised else state.promised_at,
    }


def _pauses_after(state: CaseState, command: Command, target: State, fact: Fact) -> tuple[Pause, ...]:
    day = legal_day(fact.at)
    if command.clock == "pause":
        until = fact.data.get("until")
        last = date.fromisoformat(until) if until else None
        # A hearing is a procedure of art. 45 whoever asked for it; its state names it by its limit.
        return (*state.pauses, Pause(day, last, fact.data.get("procedure") or target.limit or command.key))
    if command.clock in ("resume", "end") and state.pauses:
        open_pause = state.pauses[-1]
        if fact.data.get("through"):
            day = min(day, date.fromisoformat(fact.data["through"]))
        # Whatever was stated, the clock stands still no longer than the procedure took.
        if open_pause.last is None or open_pause.last > day:
            return (*state.pauses[:-1], Pause(open_pause.first, max(day, open_pause.first), open_pause.code))
    return state.pauses


def _reached(lifecycle: Lifecycle, state: CaseState, target: State, stage: str | None, at: int) -> dict[str, int]:
    reached = dict(state.reached)
    if target.stage is None:
        return reached
    for each in lifecycle.stages:
        if each.key == stage:
            if target.final:
                reached.setdefault(each.key, at)
            break
        reached.setdefault(each.key, at)
    return reached


def fold(lifecycle: Lifecycle, facts: Iterable[Fact]) -> CaseState:
    """The state that a history of events leads to."""
    state = CaseState()
    for fact in facts:
        type_, data = upcast(fact.type, dict(fact.data))
        state = evolve(lifecycle, state, Fact(type_, fact.at, fact.actor, data))
    return state
