"""What is asked of an applicant, and out of what a clerk chooses: a case's rules in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from backend.cases.engine import state_of
from backend.cases.records import Case, PrivatePart
from backend.cases.schemas import Asked, CaseNotice, Option
from backend.cases.statements import timers_of
from backend.cases.terms import originals_of, terms_of
from backend.city.structures import Ask, Command, Text
from backend.foundation.clock_rules import Calendar

_GROUNDS = (
    Option("not-needed", Text("这件事不需要申请", "No application is needed for this")),
    Option("not-competent", Text("不归本机关管", "Another body is competent")),
    Option("not-lawful", Text("法律规定不能申请", "The law does not allow this application")),
)


def asked_in(case: Case, part: PrivatePart) -> list[Asked]:
    """The materials that a notice sends back, in words, in the guide's order."""
    texts: Mapping[str, tuple[str, str | None]] = part.defects or {}
    return [Asked(each.key, each.name, *texts[each.key]) for each in case.guide.materials if each.key in texts]


def notice_of(case: Case, asked: list[Asked], commands: list[str], calendar: Calendar) -> CaseNotice | None:
    """What an applicant has to do now, by when, and what time does otherwise; None while nothing waits for them.

    `asked` is what the last notice says, `commands` are those that the applicant may give.
    """
    offered = [each for each in case.lifecycle.commands if each.key in commands]
    waits = state_of(case.lifecycle, case.state.state or "").waiting_for == "resident"
    answer = next((each for each in offered if each.asks), None) if waits or case.state.owed else None
    if answer is None and waits:
        answer = next((each for each in offered if each.to != "withdrawn"), None)
    if answer is None:
        return None
    if "fulfilment" in answer.asks:
        owed = [Asked(each.key, each.name, "", None) for each in case.guide.materials if each.key in case.state.owed]
        return _notice(case, answer, owed, calendar)
    return _notice(case, answer, [each for each in asked if each.material in case.state.asked_for], calendar)


def _notice(case: Case, answer: Command, asked: list[Asked], calendar: Calendar) -> CaseNotice:
    timers = dict(timers_of(case.lifecycle, case.state, terms_of(case.guide, calendar)))
    last: tuple[date, str] | None = min(((day, key) for key, day in timers.items()), default=None)
    says = next((each.says for each in case.lifecycle.commands if last and each.key == last[1]), None)
    return CaseNotice(answer.key, asked, last[0] if last else None, says)


def options_of(case: Case, asks: list[Ask]) -> list[Option]:
    """Out of what a command's statement is chosen: materials, grounds, procedures or offices."""
    state, guide = case.state, case.guide
    if "defects" in asks:
        open_ones = [each for each in guide.materials if not state.notices or each.key in state.renewed]
        return [Option(each.key, each.name) for each in open_ones]
    if "ground" in asks:
        return list(_GROUNDS)
    if "procedure" in asks:
        return [Option(each.key, each.name, each.article) for each in guide.procedures]
    if "originals" in asks:
        compared = originals_of(guide) - state.missing
        return [Option(each.key, each.name) for each in guide.materials if each.key in compared]
    if "office" in asks:
        here = case.row["department"]
        return [
            Option(each.department.code, each.department.name) for each in guide.offices if each.department.code != here
        ]
    return []
