"""The desk's use cases: queue, case, files, commands. A read of personal data is on record before it is answered."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from backend.cases import tables
from backend.cases.bulk import bulk_commands
from backend.cases.commands import ConcurrentChange, Saying, already_given, fingerprint_of, give, stale
from backend.cases.due import DECISION, PROCEDURE, left_on, light_on, step_words
from backend.cases.engine import command_of, state_of
from backend.cases.errors import NotYours, ReasonNeeded
from backend.cases.holding import holders_of
from backend.cases.records import Case, departments_of, division_of, in_scope, private_submission, shared_in_scope
from backend.cases.schemas import (
    CaseHolder,
    ItemName,
    Option,
    Queue,
    QueueCounts,
    QueueEntry,
    QueueLights,
    StaffCaseView,
    StaffCommand,
    Unmasked,
    Unmasking,
)
from backend.cases.sight import may_unmask
from backend.cases.submission import Summary
from backend.cases.views import staff_view
from backend.city.city import City
from backend.city.structures import Text
from backend.files.schemas import Look
from backend.files.service import preview
from backend.foundation import audit, cursor, security_events
from backend.foundation.clock_rules import Unit
from backend.foundation.database import Row, Statement
from backend.foundation.encryption import Erased
from backend.foundation.errors import Forbidden, NotFound
from backend.foundation.masking import mask_name
from backend.house import House
from backend.identity.actor import Actor

REASON_LENGTH = 4


async def queue(
    house: House, staff: Actor, tab: tables.Tab, narrowed: tables.Narrowing, after: str | None, limit: int
) -> Queue:
    """A page of the queue of the staff member's departments and division, by what is due first.

    Raises CursorInvalid, Forbidden.
    """
    city = house.city
    departments, division = departments_of(city, staff), division_of(staff)
    if not departments:
        raise Forbidden("您的部门不在本市的机构名录里。请联系管理员。")
    keys = cursor.decode(after, 2) if after else None
    today = house.time.today().isoformat()
    place = (keys[0], keys[1]) if keys else None
    rows = await house.database.read(
        tables.queue(tab, departments, division, staff.account_id, narrowed, today, place, limit + 1)
    )
    counted = (await house.database.read(tables.queue_counts(departments, division, staff.account_id, today)))[0]
    shown = rows[:limit]
    now = house.time.now()
    if shown:
        await house.database.commit(
            [
                audit.record(
                    at=now, actor=staff.account_id, action="desk.list", subject=row["subject_id"], target=row["id"]
                )
                for row in shown
            ]
        )
    more = cursor.encode(shown[-1]["next_due"], shown[-1]["id"]) if len(rows) > limit else None
    held = await holders_of(house, staff, [row["id"] for row in shown])
    entries = [await _entry(house, city, staff, row, held.get(row["id"])) for row in shown]
    return Queue(
        entries,
        QueueCounts(counted["open"], counted["mine"], counted["held"], counted["closed"]),
        QueueLights(counted["red"], counted["amber"], counted["green"], counted["grey"]),
        _items(city, departments),
        _steps(city),
        _bulk(city),
        more,
    )


def _items(city: City, departments: list[str]) -> list[ItemName]:
    """The items that can be applied for online and that one of the departments handles, by key."""
    within = set(departments)
    return [
        ItemName(key, found.guide.name)
        for key, found in sorted(city.items.items())
        if found.guide.lifecycle_hash and within & {office.department.code for office in found.guide.offices}
    ]


def _steps(city: City) -> list[Option]:
    """The steps that a case may be due for, in the order of the lifecycles."""
    found = {
        state.limit: step_words(state.limit, state.name)
        for lifecycle in city.lifecycles.values()
        for state in lifecycle.states
        if state.limit
    }
    return [Option(step, step_words(step, found.get(step, Text("", "")))) for step in (*found, DECISION, PROCEDURE)]


def _bulk(city: City) -> list[Option]:
    """The commands that may be given to several cases at once, by name."""
    return [
        Option(key, name)
        for key, name in {
            each.key: each.name for lifecycle in city.lifecycles.values() for each in bulk_commands(lifecycle)
        }.items()
    ]


async def _entry(house: House, city: City, staff: Actor, row: Row, holder: CaseHolder | None) -> QueueEntry:
    guide, lifecycle = city.guides[row["guide_hash"]], city.lifecycles[row["lifecycle_hash"]]
    at, today, due = state_of(lifecycle, row["state"]), house.time.today(), date.fromisoformat(row["next_due"])
    soon = date.fromisoformat(row["next_soon"]) if row["next_soon"] else None
    street = city.street(row["street"]) if row["street"] else None
    unit: Unit = row["next_unit"] or "workday"
    total = row["next_days"]
    # Where the clock stands still, the days to a date say nothing of what is left.
    left = left_on(today, due, unit, house.calendar) if soon is not None else None
    return QueueEntry(
        id=row["id"],
        query_code=row["query_code"],
        item=ItemName(guide.key, guide.name),
        applicant_masked=await masked_applicant(house, row),
        street=street.name if street else None,
        state=row["state"],
        state_name=at.name,
        step=Option(row["next_step"], step_words(row["next_step"], at.name)) if row["next_step"] else None,
        waiting_for=at.waiting_for,
        light=light_on(today, due, soon),
        due=due,
        left=left,
        used=None if left is None else min(max(total - left, 0), total),
        total=total if soon is not None else None,
        unit=unit,
        overdue=light_on(today, due, soon) == "red",
        accepted_by_me=row["accepted_by"] == staff.account_id,
        bulk=[each.key for each in bulk_commands(lifecycle) if row["state"] in each.from_],
        version=row["version"],
        holder=holder,
    )


async def masked_applicant(house: House, row: Row) -> str:
    """The applicant's name for lists; a star once their data was erased."""
    place = tables.summary_place(row["id"])
    try:
        plain = await house.vault.open(row["subject_id"], place, bytes(row["summary_sealed"]))
    except Erased:
        # One erased person must not hide everyone else's cases.
        return "*"
    return mask_name(msgspec.json.decode(plain, type=Summary).name)


async def _on_record(
    house: House, staff: Actor, case: Case, action: str, target: str, reason: str = "", *also: Statement
) -> None:
    line = audit.record(
        at=house.time.now(),
        actor=staff.account_id,
        action=action,
        subject=case.subject_id,
        target=target,
        reason=reason,
    )
    await house.database.commit([line, *also])


async def read_case(house: House, staff: Actor, case_id: str) -> StaffCaseView:
    """A case that concerns the staff member's departments; the read is on record. Raises NotFound."""
    case, share = await shared_in_scope(house, staff, case_id)
    await _on_record(house, staff, case, "desk.read", case.id)
    return await staff_view(house, case, staff, share)


async def read_file(house: House, staff: Actor, case_id: str, sha256: str, look: Look) -> bytes:
    """A re-encoded JPEG of a file of the case, or of a page of it; the read is on record. Raises NotFound."""
    case, _ = await shared_in_scope(house, staff, case_id)
    linked = await house.database.read(tables.files_of(case.id))
    if all(row["sha256"] != sha256 for row in linked):
        raise NotFound("这个办件里没有这个文件。")
    await _on_record(house, staff, case, "desk.read-file", f"{case.id}/{sha256}")
    return await preview(house, case.subject_id, sha256, look)


async def unmask(house: House, staff: Actor, case_id: str, asked: Unmasking) -> Unmasked:
    """The applicant's number or phone in full, for a reason that the applicant can read; on record before it is told.

    Raises NotFound, NotYours (a role that may not), ReasonNeeded, Erased.
    """
    case = await in_scope(house, staff, case_id)
    if not may_unmask(staff.staff.roles if staff.staff else (), asked.fields):
        raise NotYours("您的岗位只能查看手机号。证件号码请由受理、审查或决定人员查看。")
    reason = asked.reason.strip()
    if len(reason) < REASON_LENGTH:
        raise ReasonNeeded(f"请写明为什么要看，至少 {REASON_LENGTH} 个字。申请人可以看到这个理由。")
    submission = await private_submission(house, case)
    fields = sorted(set(asked.fields))
    event = security_events.note(
        at=house.time.now(), kind="unmasked", severity="notice", actor=staff.account_id, details=case.id
    )
    await _on_record(house, staff, case, "unmask", f"{case.id}/{','.join(fields)}", reason, event)
    return Unmasked(
        id_number=submission.id_number if "id_number" in fields else None,
        phone=submission.phone if "phone" in fields else None,
    )


def _saying_of(given: StaffCommand, receiver: str | None) -> Saying:
    """`receiver` is the office that acts for the one in charge."""
    data: dict[str, Any] = {"office": receiver} if receiver else {}
    if given.defects:
        data["defects"] = [each.material for each in given.defects]
    if given.body:
        data["body"] = True
    if given.benchmark:
        data |= {"benchmark": given.benchmark, **({"deviates": True} if given.deviates else {})}
    if given.compared:
        data["compared"] = sorted(set(given.compared))
    for name in ("ground", "procedure", "days", "department"):
        if (said := getattr(given, name)) is not None:
            data[name] = said
    if given.until is not None:
        data["until"] = given.until.isoformat()
    texts = {each.material: (each.problem, each.example) for each in given.defects}
    return Saying(data, reason=given.reason, defects=texts, body=given.body)


async def command(
    house: House, staff: Actor, case_id: str, key: str, given: StaffCommand
) -> tuple[StaffCaseView, bool]:
    """Gives a staff command; the case afterwards, and whether it had been given before under this key.

    Raises NotFound, Stale (with the case as it is now), NotAllowedNow, NotYours, OwnCase, SamePerson, ReasonNeeded,
    CommandRefused, KeyReused.
    """
    fingerprint = fingerprint_of(house, case_id, given)
    case, share = await shared_in_scope(house, staff, case_id)
    found = command_of(case.lifecycle, given.command)
    if share == "task" or (share == "receiver" and found is not None and not found.by_receiver):
        raise NotYours("这一步由办理部门来做。您的部门只在会办或代收的范围内处理。")
    if await already_given(house, staff, key, fingerprint):
        return await read_case(house, staff, case_id), True
    try:
        await give(
            house,
            staff,
            case,
            given.command,
            key=key,
            fingerprint=fingerprint,
            expected=given.version,
            saying=_saying_of(given, case.row["received_department"] if share == "receiver" else None),
        )
    except ConcurrentChange as error:
        raise stale(await read_case(house, staff, case_id)) from error
    return await read_case(house, staff, case_id), False
