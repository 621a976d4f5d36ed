"""Reading a case back: its derived row, its history, its pins, and whoever may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from backend.cases import tables, task_tables
from backend.cases.engine import CaseState, Fact, fold, upcast
from backend.cases.submission import PrivateSubmission
from backend.city.city import City, Form
from backend.city.guide import Guide
from backend.city.structures import Lifecycle
from backend.foundation.database import Row
from backend.foundation.errors import NotFound
from backend.foundation.events import SALT_BYTES
from backend.house import House
from backend.identity.actor import Actor

Share = Literal["owner", "receiver", "task"]
"""How a case concerns a desk: it decides it, it received it for the office that does, or it has a task in it."""
_HIDDEN = "没有找到这个办件。请从“我的办件”重新打开。"


class Entry(msgspec.Struct, frozen=True):
    """An event as read: `sealed` is its personal part under the key of `subject_id`, opened only where it is shown."""

    id: str
    sequence: int
    fact: Fact
    sealed: bytes | None
    subject_id: str | None = None


class PrivatePart(msgspec.Struct, frozen=True, omit_defaults=True):
    """The personal part of an event after the first: a reason, the names of a representative and of whom they
    represented, what is wrong with which material and an example of how it is right, the body that is competent, the
    answers given anew, and which conditions of the item's table were not met.
    """

    reason: str | None = None
    representative: str | None = None
    represented: str | None = None
    defects: Mapping[str, tuple[str, str | None]] | None = None
    body: str | None = None
    values: Mapping[str, Any] | None = None
    unmet: list[str] | None = None


class Case(msgspec.Struct, frozen=True):
    """A case with its history and everything it pins."""

    row: Row
    state: CaseState
    entries: list[Entry]
    guide: Guide
    form: Form
    lifecycle: Lifecycle

    @property
    def id(self) -> str:
        """The case's id."""
        return str(self.row["id"])

    @property
    def subject_id(self) -> str:
        """Whose personal data the case holds."""
        return str(self.row["subject_id"])


def _entry(row: Row) -> Entry:
    type_, data = upcast(row["type"], msgspec.json.decode(row["data"], type=dict[str, Any]))
    sealed = row["sealed"]
    fact = Fact(type_, row["at"], row["actor"], data)
    return Entry(row["id"], row["sequence"], fact, bytes(sealed) if sealed is not None else None, row["subject_id"])


async def history(house: House, city: City, row: Row) -> Case:
    """The whole case of a derived row."""
    entries = [_entry(each) for each in await house.database.read(tables.events_of(row["id"]))]
    lifecycle = city.lifecycles[row["lifecycle_hash"]]
    return Case(
        row=row,
        state=fold(lifecycle, [entry.fact for entry in entries]),
        entries=entries,
        guide=city.guides[row["guide_hash"]],
        form=city.forms[row["form_hash"]],
        lifecycle=lifecycle,
    )


def is_own(actor: Actor, row: Row) -> bool:
    """Whether a case is the actor's own, or within the mandate under which they act.

    In one's own name: what this account filed for itself, and whatever is for the party that its person is, whichever
    account or representative filed it. Under a mandate: the party's cases within it, and nothing of one's own.
    """
    if actor.acting is not None:
        return row["party_id"] == actor.acting.party_id and actor.acting.covers_case(row["item"], row["id"])
    if row["account_id"] == actor.account_id and row["capacity"] == "self":
        return True
    return row["party_id"] is not None and row["party_id"] == actor.party_id


async def own(house: House, actor: Actor, case_id: str) -> Case:
    """A case of the actor's own, or of whom they act for. Raises NotFound, also for other people's."""
    rows = await house.database.read(tables.record_by_id(case_id))
    if not rows or not is_own(actor, rows[0]):
        raise NotFound(_HIDDEN)
    return await history(house, house.city, rows[0])


def departments_of(city: City, staff: Actor) -> list[str]:
    """The departments whose cases a staff member may see: their own and those below it. Empty for anyone else."""
    return sorted(city.departments_under(staff.staff.department)) if staff.staff else []


def division_of(staff: Actor) -> str | None:
    """The beginning of the division codes whose cases a staff member may see; None without such a limit."""
    return staff.staff.division if staff.staff else None


def handles(city: City, staff: Actor, department: str, street: str | None) -> bool:
    """Whether a case of a department, about a street, is in a staff member's departments and division."""
    division = division_of(staff)
    within = division is None or (street is not None and street.startswith(division))
    return within and department in departments_of(city, staff)


async def in_scope(house: House, staff: Actor, case_id: str) -> Case:
    """A case of the staff member's departments and division. Raises NotFound, also for cases of others."""
    city = house.city
    rows = await house.database.read(tables.record_by_id(case_id))
    if not rows or not handles(city, staff, rows[0]["department"], rows[0]["street"]):
        raise NotFound("没有找到这个办件，或它不归您的部门办理。")
    return await history(house, city, rows[0])


async def shared_in_scope(house: House, staff: Actor, case_id: str) -> tuple[Case, Share]:
    """A case that concerns the staff member's departments, and in what way. Raises NotFound, also for others' cases."""
    row, share = await concerning(house, staff, case_id)
    return await history(house, house.city, row), share


async def concerning(house: House, staff: Actor, case_id: str) -> tuple[Row, Share]:
    """As `shared_in_scope`, with the derived row alone."""
    rows = await house.database.read(tables.record_by_id(case_id))
    share = await share_of(house, staff, rows[0]) if rows else None
    if share is None:
        raise NotFound("没有找到这个办件，或它不归您的部门办理。")
    return rows[0], share


async def share_of(house: House, staff: Actor, row: Row) -> Share | None:
    """How a case concerns the staff member's departments; None for a case that they may not open.

    Beside the one that decides it, a case concerns the office that received it and every department with a task in it.
    """
    city = house.city
    if handles(city, staff, row["department"], row["street"]):
        return "owner"
    if row["received_department"] and handles(city, staff, row["received_department"], row["street"]):
        return "receiver"
    named = await house.database.read(task_tables.task_departments(row["id"]))
    return "task" if any(handles(city, staff, each["department"], row["street"]) for each in named) else None


async def private_submission(house: House, case: Case) -> PrivateSubmission:
    """What the applicant filled in, in clear, with the answers last given. Raises Erased when the key was shredded."""
    submission = msgspec.json.decode(await _opened(house, case, case.entries[0]), type=PrivateSubmission)
    for entry in case.entries[1:]:
        if entry.fact.data.get("answers") and (part := await private_part(house, case, entry)).values is not None:
            submission = msgspec.structs.replace(submission, values=dict(part.values))
    return submission


async def private_part(house: House, case: Case, entry: Entry) -> PrivatePart:
    """The personal part of an event after the first, in clear; empty where there is none. Raises Erased."""
    if entry.sequence == 1 or entry.sealed is None:
        return PrivatePart()
    return msgspec.json.decode(await _opened(house, case, entry), type=PrivatePart)


async def names_in(house: House, case: Case, entry: Entry) -> tuple[str, str] | None:
    """Who gave an event for whom, by name; None for an event that was given in one's own name. Raises Erased."""
    if "on_behalf" not in entry.fact.data or entry.sealed is None:
        return None
    plain = await _opened(house, case, entry)
    if entry.sequence == 1:
        submission = msgspec.json.decode(plain, type=PrivateSubmission)
        return submission.representative or "", submission.name
    part = msgspec.json.decode(plain, type=PrivatePart)
    return part.representative or "", part.represented or ""


async def _opened(house: House, case: Case, entry: Entry) -> bytes:
    # The part's own subject: while a case is sealed anew for its record, the row read before may name the old one.
    subject_id = entry.subject_id or case.subject_id
    plain = await house.vault.open(subject_id, tables.private_place(entry.id), entry.sealed or b"")
    return plain[SALT_BYTES:]
