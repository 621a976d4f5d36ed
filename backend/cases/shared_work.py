"""Work that desks share: opinions of departments in their tasks, and cases received for the office in charge."""

from __future__ import annotations

from datetime import date

from backend.cases import task_tables as tables
from backend.cases.commands import ConcurrentChange, Saying, already_given, fingerprint_of, give, stale
from backend.cases.desk import masked_applicant, read_case
from backend.cases.engine import state_of
from backend.cases.joint import task_of
from backend.cases.records import departments_of, division_of, shared_in_scope
from backend.cases.schemas import ItemName, Opinion, SharedEntry, SharedWork, StaffCaseView
from backend.city.city import City
from backend.foundation import audit, cursor
from backend.foundation.database import Row
from backend.foundation.errors import Forbidden
from backend.house import House
from backend.identity.actor import Actor

_TRIES = 5
RECEIVED_MOST = 50
"""How many received cases are listed; the earliest due come first."""


async def shared_work(house: House, staff: Actor, after: str | None, limit: int) -> SharedWork:
    """A page of the open tasks of the staff member's departments; on the first page what they received, too.

    Every case listed is on record as read. Raises CursorInvalid, Forbidden.
    """
    city = house.city
    departments, division = departments_of(city, staff), division_of(staff)
    if not departments:
        raise Forbidden("您的部门不在本市的机构名录里。请联系管理员。")
    keys = cursor.decode(after, 3) if after else None
    place = (keys[0], keys[1], keys[2]) if keys else None
    rows = await house.database.read(tables.open_tasks(departments, division, place, limit + 1))
    received: list[Row] = []
    if after is None:
        received = await house.database.read(tables.received_cases(departments, division, RECEIVED_MOST))
    shown = rows[:limit]
    now = house.time.now()
    lines = [
        audit.record(at=now, actor=staff.account_id, action="desk.list", subject=row["subject_id"], target=row["id"])
        for row in [*shown, *received]
    ]
    if lines:
        await house.database.commit(lines)
    more = cursor.encode(shown[-1]["due"], shown[-1]["id"], shown[-1]["task"]) if len(rows) > limit else None
    return SharedWork(
        [await _entry(house, city, row, row["task"]) for row in shown],
        [await _entry(house, city, row, None) for row in received],
        more,
    )


async def _entry(house: House, city: City, row: Row, task: str | None) -> SharedEntry:
    guide = city.guides[row["guide_hash"]]
    due = date.fromisoformat(row["due"])
    named = task_of(guide.tasks, task)
    return SharedEntry(
        id=row["id"],
        query_code=row["query_code"],
        item=ItemName(guide.key, guide.name),
        applicant_masked=await masked_applicant(house, row),
        department=guide.office_of(row["department"]).department.name,
        state=state_of(city.lifecycles[row["lifecycle_hash"]], row["state"]).name,
        due=due,
        late=house.time.today() > due,
        task=task,
        task_name=named.name if named else None,
    )


async def give_opinion(
    house: House, staff: Actor, case_id: str, task: str, key: str, said: Opinion
) -> tuple[StaffCaseView, bool]:
    """Gives a department's opinion in its task; the case afterwards, and whether it had been given under this key.

    No version is asked for: what another department says meanwhile changes nothing in this opinion.
    Raises NotFound, Stale, NotAllowedNow, NotYours, OwnCase, ReasonNeeded, CommandRefused, KeyReused.
    """
    fingerprint = fingerprint_of(house, f"{case_id}:{task}", said)
    for _ in range(_TRIES):
        case, _share = await shared_in_scope(house, staff, case_id)
        if await already_given(house, staff, key, fingerprint):
            return await read_case(house, staff, case_id), True
        saying = Saying({"task": task, "opinion": said.opinion}, reason=said.reason)
        try:
            await give(house, staff, case, "give-opinion", key=key, fingerprint=fingerprint, saying=saying)
        except ConcurrentChange:
            continue
        return await read_case(house, staff, case_id), False
    raise stale(await read_case(house, staff, case_id))
