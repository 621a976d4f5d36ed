"""The receipt of a hand-off between offices (交接回执): the one in charge takes over what another received for it."""

from __future__ import annotations

from backend.cases import tables
from backend.cases.alarms import timer_rows
from backend.cases.commands import already_given, rule_rows, stale
from backend.cases.context import context_of
from backend.cases.desk import read_case
from backend.cases.due import next_due
from backend.cases.engine import TAKEN_OVER, Fact, evolve, state_of
from backend.cases.errors import NotAllowedNow, NotYours, OwnCase
from backend.cases.records import Case, shared_in_scope
from backend.cases.schemas import StaffCaseView
from backend.cases.terms import terms_of
from backend.foundation import events, idempotency
from backend.foundation.database import Statement, UnexpectedRowCount, UniqueViolation
from backend.foundation.time_source import legal_day
from backend.house import House
from backend.identity.actor import Actor

_TRIES = 5
_HANDLERS = ("clerk", "reviewer", "approver")


def is_taken_over(case: Case) -> bool:
    """Whether the office in charge has said that it took the case over."""
    return any(each.fact.type == TAKEN_OVER for each in case.entries)


async def take_over(house: House, staff: Actor, case_id: str, key: str) -> tuple[StaffCaseView, bool]:
    """Records that the office in charge took over a case that another office received; the case afterwards, and whether
    it had been recorded before under this key. Once, by whoever handles cases there; it changes nothing else.

    Raises NotFound, NotYours (the office that received it, or one with a task in it), NotAllowedNow, OwnCase,
    KeyReused, Stale.
    """
    fingerprint = idempotency.fingerprint(house.vault, f"cases.take-over:{case_id}", b"")
    for _ in range(_TRIES):
        case, share = await shared_in_scope(house, staff, case_id)
        if await already_given(house, staff, key, fingerprint):
            return await read_case(house, staff, case_id), True
        if share != "owner":
            raise NotYours("交接回执由主办部门来签。您的部门只在会办或代收的范围内处理。")
        if (await context_of(house, staff, case)).is_one_of([case.state.applicant]):
            raise OwnCase("这是您自己的申请，请由同事接收。")
        ended = state_of(case.lifecycle, case.state.state or "").final
        if case.row["received_department"] is None or ended or is_taken_over(case):
            raise NotAllowedNow("这个办件不用接收：它不是代收的，已经接收过，或已经办结。", state=case.state.state)
        try:
            await house.database.commit(_batch(house, staff, case, key, fingerprint))
        except (UnexpectedRowCount, UniqueViolation):
            continue
        house.wake.set()
        return await read_case(house, staff, case_id), False
    raise stale(await read_case(house, staff, case_id))


def _batch(house: House, staff: Actor, case: Case, key: str, fingerprint: str) -> list[Statement]:
    at, row, lifecycle = house.time.now(), case.row, case.lifecycle
    roles = staff.staff.roles if staff.staff else ()
    data = {"command": "take-over", "role": next(each for each in _HANDLERS if each in roles)}
    event, _ = events.make(case.id, case.state.version + 1, TAKEN_OVER, at, staff.account_id, data)
    state = evolve(lifecycle, case.state, Fact(TAKEN_OVER, at, staff.account_id, data))
    terms = terms_of(case.guide, house.calendar)
    return [
        events.append(event),
        tables.move_record(
            case.id,
            case.state.version,
            state,
            at=at,
            due=row["due"],
            accepted_by=row["accepted_by"],
            department=row["department"],
            following=next_due(case.guide, lifecycle, state, terms, legal_day(at)),
        ),
        *timer_rows(case.id, lifecycle, state, terms),
        # What the item's table was asked about the version before is asked of this one.
        *rule_rows(case.id, lifecycle, case.guide, state, at, case.entries[0].fact.data),
        idempotency.remember(staff.account_id, key, fingerprint, "{}", at),
    ]
