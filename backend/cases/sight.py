"""How much of a case each staff role sees: the one place that decides it, member by member, and nothing by default.

Whoever handles a case sees all of it (number and phone masked). A supervisor sees its course: times, steps, reasons and
roles. A hotline agent sees its progress, enough to answer a caller. Handlers of another office that has a part in it
see what that part needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from backend.cases.schemas import Applicant, MaterialView, StaffCaseView, TaskView, TimelineEntry
from backend.city.structures import Text
from backend.foundation.masking import mask_name

Sight = Literal["all", "part", "course", "progress"]
UnmaskField = Literal["id_number", "phone"]

_APPLICANT = Text("申请人", "The applicant")
_HANDLERS = frozenset({"clerk", "reviewer", "approver"})
_PROGRESS = frozenset(
    {
        "sees", "id", "query_code", "item", "state", "stage", "submitted_at", "due", "updated_at", "waiting_for",
        "number", "guide_hash", "project", "version", "channel", "department", "stages", "clock", "step", "what_if",
        "timeline", "materials", "applicant", "tasks", "received_by", "next_due", "renews",
    }
)  # fmt: skip
_SHOWN: Mapping[Sight, frozenset[str]] = {
    "all": frozenset(StaffCaseView.__struct_fields__),
    # Enough to judge what a task asks, or to accept for the office in charge.
    "part": _PROGRESS | {"values", "schema_labels", "allowed"},
    "course": _PROGRESS | {"reason", "remedies"},
    "progress": _PROGRESS,
}
# What stands for a member that is not shown.
_HIDDEN: Mapping[str, Any] = {
    "filing": None,
    "certificate": None,
    "commands": [],
    "notice": None,
    "owed": [],
    "reason": None,
    "remedies": None,
    "values": {},
    "schema_labels": [],
    "allowed": [],
    # Of the office that decides, and of nobody else.
    "marks": [],
}


def sight_of(roles: Iterable[str]) -> Sight:
    """What the widest of the roles sees of a case; the least for roles that are none of a case's."""
    found = frozenset(roles)
    if found & _HANDLERS:
        return "all"
    return "course" if "supervisor" in found else "progress"


def may_unmask(roles: Iterable[str], fields: Iterable[UnmaskField]) -> bool:
    """Whether one of the roles may read these fields in full: an agent, who must call back, the phone only."""
    found = frozenset(roles)
    return bool(found & _HANDLERS) or ("agent" in found and set(fields) <= {"phone"})


def as_seen(view: StaffCaseView, sight: Sight) -> StaffCaseView:
    """The view with only what `sight` shows. Raises KeyError for a member nobody has decided on."""
    if sight == "all":
        return view
    hidden = {name: _HIDDEN[name] for name in StaffCaseView.__struct_fields__ if name not in _SHOWN[sight]}
    return msgspec.structs.replace(
        view,
        **hidden,
        sees=sight,
        applicant=Applicant(mask_name(view.applicant.name), None, None),
        tasks=view.tasks if sight in ("part", "course") else [_without_opinion(each) for each in view.tasks],
        materials=view.materials if sight == "part" else [_without_files(each) for each in view.materials],
        timeline=[_without_names(each if sight == "course" else _without_reason(each)) for each in view.timeline],
    )


def _without_opinion(task: TaskView) -> TaskView:
    return msgspec.structs.replace(task, agrees=None, reason=None)


def _without_files(material: MaterialView) -> MaterialView:
    return msgspec.structs.replace(material, files=[])


def _without_reason(entry: TimelineEntry) -> TimelineEntry:
    return msgspec.structs.replace(
        entry, data=msgspec.structs.replace(entry.data, reason=None, asked=[], body=None, automatic=None)
    )


def _without_names(entry: TimelineEntry) -> TimelineEntry:
    """An applicant's entry may name a representative and whom they acted for."""
    return msgspec.structs.replace(entry, by=_APPLICANT) if entry.role == "applicant" else entry
