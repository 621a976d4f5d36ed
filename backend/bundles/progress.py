"""A filing as one picture: its members in order, how far each has come, and when the whole is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from backend.bundles import tables
from backend.bundles.schemas import (
    BundleName,
    DeskFiling,
    DeskFilingMember,
    Filing,
    FilingCase,
    FilingList,
    FilingMember,
    FilingReceipt,
    FilingSummary,
)
from backend.bundles.service import is_own, own_filing
from backend.cases.clock import clock_of
from backend.cases.engine import state_of
from backend.cases.members import MemberCase, member_case
from backend.cases.records import in_scope, share_of
from backend.cases.schemas import CaseName, Due, ItemName
from backend.city.city import City
from backend.city.guide import DepartmentName, Guide
from backend.city.structures import Bundle, Department, Text
from backend.foundation import audit
from backend.foundation.clock_rules import Calendar, deadline
from backend.foundation.database import Row
from backend.foundation.errors import NotFound
from backend.foundation.time_source import legal_day, rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.service import on_record

LIST_LIMIT = 50
JOINT_WORKDAYS = 45
"""行政许可法第四十二条: what is handled jointly is decided within 45 working days."""


async def receipt(house: House, actor: Actor, filing_id: str) -> FilingReceipt:
    """The receipt of a filing with all its numbers, as they are now. Raises NotFound."""
    row, _ = await own_filing(house, actor, filing_id)
    whole, stands = await _whole(house, row)
    first = next(each for each in whole.members if each.case is not None)
    due = whole.due or Due(legal_day(row["submitted_at"]), "published")
    found = stands[first.item.key].case.row
    return FilingReceipt(
        CaseName(found["id"], found["number"], found["query_code"], first.item), whole.submitted_at, due, whole
    )


async def read_filing(house: House, actor: Actor, filing_id: str) -> Filing:
    """A filing of the caller's own, or of whom they act for, which is on record then. Raises NotFound."""
    row, _ = await own_filing(house, actor, filing_id)
    await on_record(house, actor, "acting.read", filing_id)
    return (await _whole(house, row))[0]


async def list_filings(house: House, actor: Actor) -> FilingList:
    """The caller's filings, newest first; while acting for a party, that party's."""
    acting = actor.acting
    if acting is None:
        found = tables.filings_of(actor.account_id, actor.party_id, LIST_LIMIT)
    else:
        found = tables.filings_of_party(acting.party_id, LIST_LIMIT)
    await on_record(house, actor, "acting.list", actor.applicant_party)
    filings = []
    for row in await house.database.read(found):
        if acting is not None and not is_own(actor, row, await house.database.read(tables.members_of(row["id"]))):
            continue
        whole, _ = await _whole(house, row)
        asks = any(_asks(each) for each in whole.members)
        filings.append(FilingSummary(whole.id, whole.bundle, whole.submitted_at, whole.done, len(whole.members), asks))
    return FilingList(filings)


def _asks(member: FilingMember) -> bool:
    return member.state == "ready" or (member.case is not None and member.case.waiting_for == "resident")


async def filing_at_desk(house: House, staff: Actor, case_id: str) -> DeskFiling:
    """The filing that a case of the staff member's scope belongs to; the read is on record. Raises NotFound.

    Every office sees how far all of it has come: what it does is part of it. What is in a member, down to its number,
    stays with whoever may open that case.
    """
    case = await in_scope(house, staff, case_id)
    filing_id = case.row["filing_id"]
    rows = await house.database.read(tables.filing_by_id(filing_id)) if filing_id else []
    if not rows:
        raise NotFound("这个办件不属于一件事。")
    whole, stands = await _whole(house, rows[0])
    line = audit.record(
        at=house.time.now(), actor=staff.account_id, action="desk.read", subject=case.subject_id, target=filing_id
    )
    await house.database.commit([line])
    members = [await _at_desk(house, staff, each, stands.get(each.item.key)) for each in whole.members]
    return DeskFiling(whole.bundle, whole.lead, whole.submitted_at, whole.due, whole.done, members)


async def _at_desk(house: House, staff: Actor, member: FilingMember, stand: MemberCase | None) -> DeskFilingMember:
    case = member.case
    may_open = stand is not None and await share_of(house, staff, stand.case.row) is not None
    return DeskFilingMember(
        item=member.item,
        state=member.state,
        state_name=case.state_name if case else None,
        final=case.final if case else member.state == "dropped",
        granted=case.granted if case else False,
        waiting_for=case.waiting_for if case else "resident" if member.state == "ready" else None,
        department=member.department,
        waits_for=member.waits_for,
        due=member.due,
        case=case.id if case and may_open else None,
    )


async def told(house: House, filing: Row) -> Filing:
    """A filing as its applicant sees it. The caller has judged who asks."""
    return (await _whole(house, filing))[0]


async def _whole(house: House, row: Row) -> tuple[Filing, Mapping[str, MemberCase]]:
    city = house.city
    members = await house.database.read(tables.members_of(row["id"]))
    stands = {
        each["item"]: stand
        for each in members
        if each["case_id"] is not None and (stand := await member_case(house, each["case_id"])) is not None
    }
    bundle = city.bundles.get(row["bundle"])
    filed = legal_day(row["submitted_at"])
    ends = _ends(city, members, stands, filed, house.calendar)
    views = [_member(city, bundle, each, stands.get(each["item"]), ends.get(each["item"])) for each in members]
    return (
        Filing(
            id=row["id"],
            bundle=BundleName(row["bundle"], bundle.name if bundle else Text(row["bundle"], row["bundle"])),
            lead=_lead(city, bundle, views),
            submitted_at=rfc3339(row["submitted_at"]),
            due=_joint(city, members, ends, filed, house.calendar),
            done=sum(1 for each in views if each.state == "dropped" or (each.case is not None and each.case.final)),
            members=views,
        ),
        stands,
    )


def _ends(
    city: City, members: Sequence[Row], stands: Mapping[str, MemberCase], filed: date, calendar: Calendar
) -> dict[str, tuple[date, bool]]:
    """The last day of every member, each counted by its own limit from the end of what goes before; and whether it is
    past already.
    """
    found: dict[str, tuple[date, bool]] = {}
    for each in members:
        stand = stands.get(each["item"])
        if each["state"] == "dropped":
            continue
        if stand is not None:
            found[each["item"]] = (stand.due, False) if stand.due is not None else (stand.ended or filed, True)
            continue
        before = [found[key][0] for key in each["waits_for"].split(",") if key in found]
        start = max([filed, *before])
        found[each["item"]] = (clock_of(city.guides[each["guide_hash"]], start, start, None, calendar).due, False)
    return found


def _joint(
    city: City,
    members: Sequence[Row],
    ends: Mapping[str, tuple[date, bool]],
    filed: date,
    calendar: Calendar,
) -> Due | None:
    """The last day along the longest way; where permits are among them, no later than the law's limit for all."""
    ahead = [day for day, past in ends.values() if not past]
    if not ahead:
        return None
    due = max(ahead)
    # A limit that has passed is said of the case that overran it; the whole is not told an impossible day.
    if any(city.guides[each["guide_hash"]].regime == "permit" for each in members):
        joint = deadline(filed, JOINT_WORKDAYS, "workday", (), calendar).date
        due = min(due, max(joint, min(ahead)))
    known = all(calendar.is_published(year) for year in range(filed.year, due.year + 1))
    return Due(due, "published" if known else "estimate")


def _member(
    city: City, bundle: Bundle | None, row: Row, stand: MemberCase | None, end: tuple[date, bool] | None
) -> FilingMember:
    guide: Guide = city.guides[row["guide_hash"]]
    other = next((each for each in bundle.applicants if each.item == row["item"]), None) if bundle else None
    return FilingMember(
        item=ItemName(guide.key, guide.name),
        state=row["state"],
        department=_department(city, guide, stand),
        waits_for=[each for each in row["waits_for"].split(",") if each],
        due=end[0] if end is not None and not end[1] else None,
        case=_case(city, stand) if stand is not None else None,
        applicant=other.kind if other and row["case_id"] is None else None,
        why=other.why if other and row["case_id"] is None else None,
        problem=row["problem"],
    )


def _department(city: City, guide: Guide, stand: MemberCase | None) -> DepartmentName:
    code = stand.case.row["department"] if stand is not None else guide.department.code
    department = city.departments.get(code)
    return DepartmentName(code, department.name) if department is not None else guide.department


def _case(city: City, stand: MemberCase) -> FilingCase:
    row = stand.case.row
    state = state_of(stand.case.lifecycle, row["state"])
    return FilingCase(
        id=row["id"],
        number=row["number"],
        query_code=row["query_code"],
        state=row["state"],
        state_name=state.name,
        final=state.final,
        granted=stand.granted,
        waiting_for=state.waiting_for,
        certificate=stand.certificate,
        updated_at=rfc3339(row["updated_at"]),
    )


def _lead(city: City, bundle: Bundle | None, members: Sequence[FilingMember]) -> DepartmentName:
    if bundle is None:
        return members[0].department
    department: Department = city.department_by_key(bundle.lead_department)
    return DepartmentName(department.code, department.name)
