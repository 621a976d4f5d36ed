"""One command for several cases at once: only those that say nothing about the single case; each is judged alone."""

from __future__ import annotations

import hashlib

import structlog

from backend.cases.commands import ConcurrentChange, already_given, fingerprint_of, give
from backend.cases.engine import state_of
from backend.cases.errors import CommandRefused
from backend.cases.records import in_scope
from backend.cases.schemas import BulkCommand, BulkResult, BulkResults, RuleView, SeenCase, StaffCommand
from backend.city.structures import Command, Lifecycle, Text
from backend.foundation.database import DatabaseError
from backend.foundation.errors import Problem
from backend.house import House
from backend.identity.actor import Actor

_ALIKE = frozenset({"accept", "claim", "deliver"})
_log = structlog.get_logger(__name__)


def bulk_commands(lifecycle: Lifecycle) -> list[Command]:
    """The commands of a lifecycle that may be given to several cases at once.

    They state nothing, give no reason and end no case: a grant, a refusal or a decline is always of one case.
    """
    return [
        each
        for each in lifecycle.commands
        if each.key in _ALIKE and not each.asks and not each.effects and each.reason == "none" and each.clock != "end"
    ]


async def give_each(house: House, staff: Actor, key: str, asked: BulkCommand) -> BulkResults:
    """Gives a command to each case in turn and says of each what became of it. What one case meets stops no other.

    Asked again under the same key, what was done is not done twice. Raises nothing for a single case.
    """
    seen: dict[str, SeenCase] = {each.case_id: each for each in asked.cases}
    return BulkResults([await _give_one(house, staff, key, asked.command, each) for each in seen.values()])


async def _give_one(house: House, staff: Actor, key: str, command: str, seen: SeenCase) -> BulkResult:
    own_key = hashlib.sha256(f"{key}/{seen.case_id}".encode()).hexdigest()
    given = StaffCommand(command, seen.version)
    fingerprint = fingerprint_of(house, seen.case_id, given)
    try:
        case = await in_scope(house, staff, seen.case_id)
        name = state_of(case.lifecycle, case.state.state or "").name
        if await already_given(house, staff, own_key, fingerprint):
            return BulkResult(seen.case_id, "done", None, name, case.state.version)
        if all(each.key != command for each in bulk_commands(case.lifecycle)):
            raise CommandRefused("这一步要一件一件办。请打开这件再办。")
        try:
            await give(house, staff, case, command, key=own_key, fingerprint=fingerprint, expected=seen.version)
        except ConcurrentChange:
            case = await in_scope(house, staff, seen.case_id)
            name = state_of(case.lifecycle, case.state.state or "").name
            return BulkResult(seen.case_id, "stale", None, name, case.state.version)
        case = await in_scope(house, staff, seen.case_id)
    except Problem as problem:
        return BulkResult(seen.case_id, "refused", _rule_of(problem))
    except DatabaseError as error:
        _log.warning("bulk-command-failed", case=seen.case_id, error=type(error).__name__)
        return BulkResult(seen.case_id, "failed")
    name = state_of(case.lifecycle, case.state.state or "").name
    return BulkResult(seen.case_id, "done", None, name, case.state.version)


def _rule_of(problem: Problem) -> RuleView:
    refusal = problem.members.get("refusal")
    if refusal is None:
        return RuleView(problem.code, None, Text(problem.detail, problem.detail))
    article = refusal["article"]
    return RuleView(refusal["code"], Text(**article) if article else None, Text(**refusal["sentence"]))
