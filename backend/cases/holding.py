"""Who of the staff has taken a case up, to whom it is handed over, and who else looks at it now.

Holding a case is the desk's own arrangement: it gives no right and takes none away. What may be done to a case, and by
whom, is said by its lifecycle alone, so a colleague can always go on when the holder is away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backend.cases import desk_tables as tables
from backend.cases.desk_schemas import Colleague, Colleagues, Holding, Presence
from backend.cases.errors import HolderChanged, NotYours
from backend.cases.records import concerning
from backend.cases.schemas import CaseHolder
from backend.foundation import audit
from backend.foundation.database import Row, UnexpectedRowCount, UniqueViolation
from backend.house import House
from backend.identity.actor import Actor
from backend.staff.service import handlers_of, names_of

LOOKS_FOR = 40_000
"""How long somebody counts as looking after their page last said so, in milliseconds; pages say so every 15 s."""
_FORGET = 600_000
_OTHERS = 10


async def holders_of(house: House, staff: Actor, case_ids: Sequence[str]) -> Mapping[str, CaseHolder]:
    """Who holds which of some cases; whom nobody holds is left out."""
    if not case_ids:
        return {}
    rows = await house.database.read(tables.holders_of(case_ids))
    names = await names_of(house, {row["account_id"] for row in rows})
    return {
        row["case_id"]: CaseHolder(
            row["account_id"], names.get(row["account_id"], "?"), row["account_id"] == staff.account_id
        )
        for row in rows
    }


async def colleagues(house: House, staff: Actor, case_id: str) -> Colleagues:
    """Who else may handle a case. Raises NotFound."""
    row, _ = await concerning(house, staff, case_id)
    return Colleagues([each for each in await _handlers(house, row) if each.id != staff.account_id])


async def _handlers(house: House, row: Row) -> list[Colleague]:
    city = house.city
    above = [code for code in city.departments if row["department"] in city.departments_under(code)]
    found = await handlers_of(house, above, row["street"])
    return [Colleague(each.account_id, each.name, each.roles) for each in found]


async def hold(house: House, staff: Actor, case_id: str, asked: Holding) -> Presence:
    """Takes a case up, hands it over or puts it back, against the holder that was seen; on record.

    Raises NotFound, NotYours (whoever is to hold it may not handle it), HolderChanged with the holder as it is now.
    """
    row, share = await concerning(house, staff, case_id)
    if share != "owner":
        raise NotYours("这件由办理部门的人接手。您的部门只在会办或代收的范围内处理。")
    if row["ended_at"] is not None:
        raise NotYours("这件已经办结，不用再接手。")
    # That the caller may handle it is judged already; everybody else is looked for among those who may.
    if asked.to not in (None, staff.account_id) and all(each.id != asked.to for each in await _handlers(house, row)):
        raise NotYours("这位同事不能办这件。请从名单里另选一位。")
    if asked.to != asked.seen:
        now = house.time.now()
        if asked.seen is None:
            change = tables.take(case_id, asked.to or "", staff.account_id, now)
        elif asked.to is None:
            change = tables.put_back(case_id, asked.seen)
        else:
            change = tables.pass_on(case_id, asked.seen, asked.to, staff.account_id, now)
        line = audit.record(
            at=now, actor=staff.account_id, action="desk.held", subject=row["subject_id"], target=case_id
        )
        try:
            await house.database.commit([change, line])
        except (UnexpectedRowCount, UniqueViolation) as error:
            raise HolderChanged(
                "同事刚改过经办人。请看看现在是谁在办，再决定。", current=await _holder(house, staff, case_id)
            ) from error
    return await look(house, staff, case_id)


async def _holder(house: House, staff: Actor, case_id: str) -> CaseHolder | None:
    return (await holders_of(house, staff, [case_id])).get(case_id)


async def look(house: House, staff: Actor, case_id: str) -> Presence:
    """Says that the caller looks at a case now, and tells who else does. Raises NotFound."""
    row, _ = await concerning(house, staff, case_id)
    now = house.time.now()
    await house.database.commit(tables.be_seen(case_id, staff.account_id, now, now - _FORGET))
    seen = await house.database.read(tables.seen_at(case_id, now - LOOKS_FOR, _OTHERS + 1))
    names = await names_of(house, {each["account_id"] for each in seen} - {staff.account_id})
    return Presence(sorted(names.values())[:_OTHERS], await _holder(house, staff, case_id), row["version"])
