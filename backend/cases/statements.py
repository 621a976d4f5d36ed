"""What a command has to say, and when a limit has passed: the rules of the engine on structure. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from backend.cases.joint import OPINIONS, first_reviews_awaited, missing_opinions, opened_by, task_of
from backend.cases.terms import Terms
from backend.city.structures import CERTIFICATE_ENDS, Ask, Command, Lifecycle, StepLimit
from backend.foundation.clock_rules import Calendar, deadline
from backend.foundation.time_source import legal_day

if TYPE_CHECKING:
    from backend.cases.engine import CaseState

Fault = tuple[str, Mapping[str, Any]]
"""The rule that a statement breaks, and what explains it: the limit and the actual value."""
GROUNDS = ("not-needed", "not-competent", "not-lawful")
"""Why an application is not accepted: nothing has to be applied for; another body is competent; a text forbids it."""
MATERIALS_MOST, PAUSE_MOST_DAYS = 50, 366
_PERSONS = ("clerk", "reviewer", "approver")


def _named(said: Any) -> list[str] | None:
    """A list of material keys, each once; None for anything else."""
    if not isinstance(said, list) or not 1 <= len(said) <= MATERIALS_MOST:
        return None
    if not all(isinstance(each, str) for each in said) or len(set(said)) < len(said):
        return None
    return said


def _day(said: Any) -> date | None:
    try:
        return date.fromisoformat(said)
    except (TypeError, ValueError):
        return None


def _defects(state: CaseState, said: Mapping[str, Any], terms: Terms, today: date) -> Fault | None:
    named = _named(said.get("defects"))
    if named is None:
        return "statement-needed", {"statement": "defects"}
    if unlisted := sorted(set(named) - terms.materials):
        return "unlisted-material", {"materials": unlisted}
    if state.notices and (old := sorted(set(named) - state.renewed)):
        return "old-defect", {"materials": old}
    return None


def _correction(state: CaseState, said: Mapping[str, Any], terms: Terms, today: date) -> Fault | None:
    named = _named(said.get("corrected"))
    if named is None:
        return "statement-needed", {"statement": "corrected"}
    if unasked := sorted(set(named) - state.asked_for):
        return "not-asked-for", {"materials": unasked}
    if missing := sorted(state.asked_for - set(named)):
        return "correction-incomplete", {"materials": missing}
    return None


def _ground(state: CaseState, said: Mapping[str, Any], terms: Terms, today: date) -> Fault | None:
    if said.get("ground") not in GROUNDS:
        return "statement-needed", {"statement": "ground"}
    if said["ground"] == "not-competent" and not said.get("body"):
        return "body-needed", {}
    return None


def _procedure(state: CaseState, said: Mapping[str, Any], terms: Terms, today: date) -> Fault | None:
    if said.get("procedure") not in terms.procedures:
        return "clock-runs", {"procedures": sorted(terms.procedures)}
    until = _day(said.get("until"))
    if until is None or not 0 <= (until - today).days <= PAUSE_MOST_DAYS:
        return "statement-needed", {"statement": "until", "limit": PAUSE_MOST_DAYS}
    return None


def _days(state: CaseState, said: Mapping[str, Any], terms: Terms, today: date) -> Fault | None:
    days = said.get("days")
    if not terms.extension:
        return "no-extension", {}
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= terms.extension:
        rule = "joint-extension-too-long" if terms.jointly else "extension-too-long"
        return rule, {"limit": terms.extension, "actual": days if isinstance(days, int) else None}
    return None


def _fulfilment(state: CaseState, said: Mapping[str, Any], terms: Terms, today: date) -> Fault | None:
    named = _named(said.get("fulfilled"))
    if named is None:
        return "statement-needed", {"statement": "fulfilled"}
    if unasked := sorted(set(named) - state.owed):
        return "not-asked-for", {"materials": unasked}
    return None


def _office(state: CaseState, said: Mapping[str, Any], terms: Terms, today: date) -> Fault | None:
    department = said.get("department")
    if department not in terms.offices or department == state.department:
        return "no-such-office", {}
    return None


def _opinion(state: CaseState, said: Mapping[str, Any], terms: Terms, today: date) -> Fault | None:
    key = said.get("task")
    if task_of(terms.tasks, key) is None or key not in state.tasks:
        return "no-such-task", {"task": key if isinstance(key, str) else None}
    if state.tasks[str(key)].done_at is not None:
        return "opinion-given", {"task": key}
    if said.get("opinion") not in OPINIONS:
        return "statement-needed", {"statement": "opinion"}
    return None


def _rule(state: CaseState, said: Mapping[str, Any], terms: Terms, today: date) -> Fault | None:
    if terms.rule is None or said.get("rule") != terms.rule:
        return "statement-needed", {"statement": "rule"}
    return None


def _originals(state: CaseState, said: Mapping[str, Any], terms: Terms, today: date) -> Fault | None:
    compared = said.get("compared", [])
    # A picture that nobody sent has no original to be compared with.
    expected = terms.originals - state.missing
    if not isinstance(compared, list) or (left := sorted(expected - set(compared))):
        return "originals-not-compared", {"materials": left if isinstance(compared, list) else sorted(expected)}
    if unlisted := sorted(set(compared) - terms.materials):
        return "unlisted-material", {"materials": unlisted}
    return None


def _benchmark(state: CaseState, said: Mapping[str, Any], terms: Terms, today: date) -> Fault | None:
    if terms.benchmark and said.get("benchmark") not in terms.benchmark:
        return "statement-needed", {"statement": "benchmark", "rows": sorted(terms.benchmark)}
    return None


_ASKS: Mapping[Ask, Callable[[CaseState, Mapping[str, Any], Terms, date], Fault | None]] = {
    "defects": _defects,
    "correction": _correction,
    "ground": _ground,
    "procedure": _procedure,
    "days": _days,
    "fulfilment": _fulfilment,
    "office": _office,
    "opinion": _opinion,
    "rule": _rule,
    "originals": _originals,
    "benchmark": _benchmark,
}


def fault_in(
    lifecycle: Lifecycle, state: CaseState, command: Command, said: Mapping[str, Any], terms: Terms, now: int
) -> Fault | None:
    """The rule that a command breaks by what it says, by what has not happened yet, or by coming too early or twice."""
    if command.once and command.key in state.given_by:
        return "only-once", {}
    if "commitment-kept" in command.needs and state.owed:
        return "commitment-open", {"materials": sorted(state.owed)}
    if command.is_decision and (awaited := first_reviews_awaited(terms.tasks, state.tasks)):
        return "first-review-awaited", {"tasks": awaited}
    if "opinions-given" in command.needs and (open_ones := missing_opinions(terms.tasks, state.tasks)):
        return "opinions-missing", {"tasks": open_ones}
    today = legal_day(now)
    if command.after is not None:
        passed = last_day(lifecycle, state, command.after, terms)
        if passed is None or today <= passed:
            return "too-early", {"due": passed.isoformat() if passed else None}
    if command.who == "rule" and command.clock == "end" and _unreasoned(said, terms):
        return "statement-needed", {"statement": "reasons"}
    for ask in asks_of(command, terms):
        if (fault := _ASKS[ask](state, said, terms, today)) is not None:
            return fault
    return None


def asks_of(command: Command, terms: Terms) -> list[Ask]:
    """What a command has to say under a guide: a person who decides under a benchmark says by which row of it."""
    weighs = bool(terms.benchmark) and command.is_decision and command.who in _PERSONS
    return [*command.asks, "benchmark"] if weighs and "benchmark" not in command.asks else command.asks


def deviates(command: Command, said: Mapping[str, Any], terms: Terms) -> bool:
    """Whether a decision departs from the benchmark's row that it names, as whoever decides says or the row shows."""
    row = terms.benchmark.get(said.get("benchmark", "")) if "benchmark" in asks_of(command, terms) else None
    return row is not None and (bool(said.get("deviates")) or command.key not in row)


def _unreasoned(said: Mapping[str, Any], terms: Terms) -> bool:
    """Whether a grant by rule does not stand on every condition of its table."""
    reasons = said.get("reasons")
    return not terms.conditions or not isinstance(reasons, list) or frozenset(reasons) != terms.conditions


def completed(
    lifecycle: Lifecycle, state: CaseState, command: Command, said: Mapping[str, Any], terms: Terms, now: int
) -> dict[str, Any]:
    """What an event keeps of a command: what was said, with the days that follow from it and where it leads."""
    data = dict(said)
    today = legal_day(now)
    if "defects" in command.asks:
        data["due"] = _limit_from(lifecycle, "correction", today, terms)
    if command.clock in ("start", "receipt") and state.missing:
        data |= {"promised": sorted(state.missing), "due": _limit_from(lifecycle, "commitment", today, terms)}
    if deviates(command, said, terms):
        data["deviates"] = True
    opens: list[str] = []
    if command.clock in ("start", "receipt"):
        opens = opened_by(terms.tasks, state.tasks, None)
    elif "opinion" in command.asks:
        opens = opened_by(terms.tasks, state.tasks, data["task"])
    if opens:
        data["opens"] = opens
    if command.who == "timer" and command.clock == "resume" and command.after is not None:
        # The stated time ended on its last day, however late this is noticed.
        through = last_day(lifecycle, state, command.after, terms)
        data["through"] = through.isoformat() if through is not None else None
    for branch in command.branches:
        if branch.when == "paper-result" and terms.paper_result:
            data["to"] = branch.to
    return {**data, "command": command.key}


def limit_of(lifecycle: Lifecycle, name: str) -> StepLimit | None:
    """A limit of the lifecycle's regime; None where it has none."""
    return lifecycle.regime.limits.get(name)


def _limit_from(lifecycle: Lifecycle, name: str, start: date, terms: Terms) -> str | None:
    limit = limit_of(lifecycle, name)
    return deadline(start, limit.value, limit.unit, (), terms.calendar).date.isoformat() if limit else None


def last_day(lifecycle: Lifecycle, state: CaseState, passing: str, terms: Terms) -> date | None:
    """The last day of a limit, as the case stands; None where it does not run."""
    if passing == "correction":
        return state.correction_due
    if passing == "commitment":
        return last_day_of_promise(lifecycle, state, terms.calendar)
    if passing == "procedure":
        return state.pauses[-1].last if state.pauses else None
    if passing == CERTIFICATE_ENDS:
        return last_day_of_certificate(state)
    limit = limit_of(lifecycle, passing)
    since = state.received_at if passing == "acceptance" else state.entered_at
    if limit is None or since is None:
        return None
    return deadline(legal_day(since), limit.value, limit.unit, (), terms.calendar).date


def last_day_of_promise(lifecycle: Lifecycle, state: CaseState, calendar: Calendar) -> date | None:
    """The last day for what was promised; None when nothing is owed.

    While the clock stood still nothing could be sent, so those days do not count against the applicant; the day that
    they were told never comes earlier.
    """
    limit = limit_of(lifecycle, "commitment")
    if not state.owed or state.commitment_due is None or limit is None or state.promised_at is None:
        return state.commitment_due if state.owed else None
    stood_still = [each for each in state.pauses if each.last is not None]
    counted = deadline(legal_day(state.promised_at), limit.value, limit.unit, stood_still, calendar).date
    return max(state.commitment_due, counted)


def last_day_of_certificate(state: CaseState) -> date | None:
    """The last day of the certificate that an application renews: no decision by then renews it (行政许可法第五十条).

    None where nothing is renewed, and where the office got the whole application only after that day.
    """
    until = state.renews_until
    if until is None or state.received_at is None or legal_day(state.received_at) > until:
        return None
    return until


def timers_of(lifecycle: Lifecycle, state: CaseState, terms: Terms) -> Iterable[tuple[str, date]]:
    """The commands that time will give as the case stands, each with the last day before it."""
    for command in lifecycle.commands:
        if command.after is not None and state.state in command.from_:
            last = last_day(lifecycle, state, command.after, terms)
            if last is not None:
                yield command.key, last
