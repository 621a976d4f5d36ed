"""What the rooms above may know of a case: who may see it, how far it has come, and whom an event tells."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec

from backend.cases import tables
from backend.cases.clock import clock_from_filing
from backend.cases.engine import RECKONED, command_of, state_of
from backend.cases.reckoning import moved_day
from backend.cases.records import Case, history, in_scope, own, private_submission
from backend.cases.schemas import StageView
from backend.cases.views import stages_of
from backend.city.structures import Text
from backend.foundation.errors import NotFound
from backend.foundation.masking import mask_name
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.service import Told, told_of


class Progress(msgspec.Struct, frozen=True):
    """A case as anyone may see it: no address, no number, no values, a masked name. `due` is None when it is closed."""

    case_id: str
    subject_id: str
    item: Text
    applicant_masked: str
    query_code_tail: str
    state: str
    stage_sentence: Text
    stages: list[StageView]
    due: date | None
    basis: Literal["published", "estimate"] | None
    department: Text


class Recipient(msgspec.Struct, frozen=True):
    """An account that is told of an event. `by_them` says that it was their own act; `mandate_id` is what they open the
    case under, None for the person's own accounts.
    """

    account_id: str
    by_them: bool
    mandate_id: str | None


class Notice(msgspec.Struct, frozen=True):
    """An event that its applicant's side is told of, which happened `at` (milliseconds).

    `params` hold what words about it need, and nothing personal.
    """

    to: list[Recipient]
    type: str
    at: int
    params: dict[str, Any]


async def visible_case(house: House, actor: Actor, case_id: str) -> Case:
    """A resident session's own case; at the desk, one of the staff member's scope. Raises NotFound for any other."""
    return await own(house, actor, case_id) if actor.staff is None else await in_scope(house, actor, case_id)


async def progress(house: House, case_id: str) -> Progress:
    """How far a case has come, redacted. The caller has judged who asks. Raises NotFound, Erased."""
    case = await _case(house, case_id)
    if case is None:
        raise NotFound("没有找到这个办件。")
    state = state_of(case.lifecycle, case.state.state or "")
    clock = clock_from_filing(case.guide, case.state, house.time.today(), house.calendar)
    submission = await private_submission(house, case)
    return Progress(
        case_id=case.id,
        subject_id=case.subject_id,
        item=case.guide.name,
        applicant_masked=mask_name(submission.name),
        query_code_tail=str(case.row["query_code"])[-4:],
        state=state.key,
        stage_sentence=state.name,
        stages=stages_of(case),
        due=None if state.final else clock.due,
        basis=None if state.final else clock.basis,
        department=case.guide.office_of(case.row["department"]).department.name,
    )


async def notice(house: House, case_id: str, sequence: int) -> Notice | None:
    """What an event tells its applicant and whoever filed for them; None when it is not there or tells them nothing."""
    case = await _case(house, case_id)
    entry = next((each for each in case.entries if each.sequence == sequence), None) if case else None
    if case is None or entry is None:
        return None
    command = command_of(case.lifecycle, entry.fact.data["command"])
    told_by_command = command is not None and "applicant" in command.tells
    if entry.fact.type != RECKONED and not told_by_command:
        return None
    params = {
        "item": case.guide.name,
        "query_code": case.row["query_code"],
        "due": case.row["due"],
        "department": case.guide.office_of(case.row["department"]).department.name,
    }
    if entry.fact.type == RECKONED:
        params |= moved_day(entry.fact.data)
    fact, filer = entry.fact, case.row["account_id"]
    told = [Told(filer, None)]
    if case.row["party_id"] is not None:
        filed = case.entries[0].fact.data.get("on_behalf", {}).get("mandate")
        # A clerk at the counter did their work: the applicant's side is who is told.
        mine = filer if case.state.entered_by is None else None
        told = await told_of(house, case.row["party_id"], mine, filed)
    recipients = [Recipient(each.account_id, fact.actor == each.account_id, each.mandate_id) for each in told]
    return Notice(recipients, fact.type, fact.at, params)


async def _case(house: House, case_id: str) -> Case | None:
    rows = await house.database.read(tables.record_by_id(case_id))
    return await history(house, house.city, rows[0]) if rows else None
