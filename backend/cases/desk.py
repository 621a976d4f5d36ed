"""The desk's use cases: queue, case, files, commands. A read of personal data is on record before it is answered."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec

from backend.cases import tables
from backend.cases.clock import clock_of
from backend.cases.commands import ConcurrentChange, Saying, already_given, fingerprint_of, give, stale
from backend.cases.engine import command_of
from backend.cases.errors import NotYours, ReasonNeeded
from backend.cases.records import Case, departments_of, division_of, in_scope, private_submission, shared_in_scope
from backend.cases.schemas import (
    ItemName,
    Queue,
    QueueCounts,
    QueueEntry,
    StaffCaseView,
    StaffCommand,
    Unmasked,
    Unmasking,
)
from backend.cases.sight import may_unmask
from backend.cases.submission import Summary
from backend.cases.views import staff_view
from backend.city.city import City
from backend.files.service import preview
from backend.foundation import audit, cursor, security_events
from backend.foundation.database import Row, Statement
from backend.foundation.encryption import Erased
from backend.foundation.errors import Forbidden, NotFound
from backend.foundation.masking import mask_name
from backend.foundation.time_source import legal_day
from backend.house import House
from backend.identity.actor import Actor

REASON_LENGTH = 4


async def queue(house: House, staff: Actor, tab: tables.Tab, after: str | None, limit: int) -> Queue:
    """A page of the queue of the staff member's departments and division, the earliest due first.

    Raises CursorInvalid, Forbidden.
    """
    city = house.city
    departments, division = departments_of(city, staff), division_of(staff)
    if not departments:
        raise Forbidden("您的部门不在本市的机构名录里。请联系管理员。")
    keys = cursor.decode(after, 2) if after else None
    rows = await house.database.read(
        tables.queue(tab, departments, division, staff.account_id, (keys[0], keys[1]) if keys else None, limit + 1)
    )
    counted = (await house.database.read(tables.queue_counts(departments, division, staff.account_id)))[0]
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
    more = cursor.encode(shown[-1]["due"], shown[-1]["id"]) if len(rows) > limit else None
    entries = [await _entry(house, city, staff, row) for row in shown]
    return Queue(entries, QueueCounts(counted["open"], counted["mine"], counted["closed"]), more)


async def _entry(house: House, city: City, staff: Actor, row: Row) -> QueueEntry:
    guide = city.guides[row["guide_hash"]]
    today = house.time.today()
    started = legal_day(row["started_at"]) if row["started_at"] else None
    ended = legal_day(row["ended_at"]) if row["ended_at"] else None
    # Before acceptance no clock runs: all of the promised time is still left.
    clock = clock_of(guide, started or today, today, ended, house.calendar)
    lane = min(clock.lanes, key=lambda each: each.due)
    due = date.fromisoformat(row["due"])
    street = city.street(row["street"]) if row["street"] else None
    return QueueEntry(
        id=row["id"],
        query_code=row["query_code"],
        item=ItemName(guide.key, guide.name),
        applicant_masked=await masked_applicant(house, row),
        street=street.name if street else None,
        state=row["state"],
        due=due,
        left=lane.left,
        used=lane.used,
        total=lane.days,
        unit=lane.unit,
        overdue=started is not None and (ended or today) > due,
        next_step=_next_step(city, row),
        accepted_by_me=row["accepted_by"] == staff.account_id,
        version=row["version"],
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


def _next_step(city: City, row: Row) -> Literal["accept", "decide"] | None:
    if row["ended_at"] is not None:
        return None
    return "accept" if row["started_at"] is None else "decide"


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


async def read_file(house: House, staff: Actor, case_id: str, sha256: str) -> bytes:
    """A re-encoded JPEG of a file of the case; the read is on record. Raises NotFound."""
    case, _ = await shared_in_scope(house, staff, case_id)
    linked = await house.database.read(tables.files_of(case.id))
    if all(row["sha256"] != sha256 for row in linked):
        raise NotFound("这个办件里没有这个文件。")
    await _on_record(house, staff, case, "desk.read-file", f"{case.id}/{sha256}")
    return await preview(house, case.subject_id, sha256)


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
