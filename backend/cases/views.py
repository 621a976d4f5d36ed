"""Cases in words: what a resident and the desk are shown, derived from events, guide, form and lifecycle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from backend.cases import tables
from backend.cases.answers import labels_of, masked
from backend.cases.asked import asked_in, notice_of, options_of
from backend.cases.clock import clock_as_it_stands
from backend.cases.context import context_of
from backend.cases.engine import Context, allowed, command_of, state_of
from backend.cases.records import Case, Entry, PrivatePart, is_own, names_in, private_part, private_submission
from backend.cases.schemas import (
    Allowed,
    Applicant,
    Asked,
    CaseSummary,
    CaseView,
    CertificateLink,
    FileName,
    ItemName,
    MaterialView,
    Option,
    Representative,
    RuleView,
    StaffCaseView,
    StageView,
    TimelineData,
    TimelineEntry,
)
from backend.cases.sight import as_seen, sight_of
from backend.certificates.service import certificate_of_case
from backend.city.city import City
from backend.city.structures import Command, Text
from backend.foundation.database import Row
from backend.foundation.masking import mask_id_number, mask_phone
from backend.foundation.time_source import legal_day, rfc3339
from backend.house import House
from backend.identity.actor import Actor

_CAPACITIES: Mapping[str, Text] = {
    "legal_representative": Text("法定代表人", "legal representative"),
    "agent": Text("代理人", "agent"),
    "guardian": Text("监护人", "guardian"),
    "helper": Text("代办人", "helper"),
}
_YOU, _APPLICANT = Text("您", "You"), Text("申请人", "The applicant")
_AT_COUNTER = Text("申请人（窗口代为录入）", "The applicant, entered at the counter")
_STAFF_COMMANDS = ("clerk", "reviewer", "approver")


def summary_of(city: City, row: Row) -> CaseSummary:
    """A case as its applicant's list shows it."""
    return CaseSummary(**_summary_members(city, row))


def _summary_members(city: City, row: Row) -> dict[str, Any]:
    guide = city.guides[row["guide_hash"]]
    state = state_of(city.lifecycles[row["lifecycle_hash"]], row["state"])
    return {
        "id": row["id"],
        "query_code": row["query_code"],
        "item": ItemName(guide.key, guide.name),
        "state": row["state"],
        "stage": row["stage"],
        "submitted_at": rfc3339(row["submitted_at"]),
        "due": None if state.final else date.fromisoformat(row["due"]),
        "updated_at": rfc3339(row["updated_at"]),
        "waiting_for": state.waiting_for,
    }


def stages_of(case: Case) -> list[StageView]:
    """The stages a resident sees, with what is done, where the case stands and what lies ahead."""
    views = []
    passed = True
    for stage in case.lifecycle.stages:
        at = case.state.reached.get(stage.key)
        status: Literal["done", "current", "ahead"] = "done" if at is not None else "current" if passed else "ahead"
        passed = passed and at is not None
        if status == "current" and state_of(case.lifecycle, case.state.state or "").final:
            status = "ahead"
        views.append(StageView(stage.key, stage.name, status, None if at is None else rfc3339(at)))
    return views


def materials_of(city: City, case: Case, files: list[Row]) -> list[MaterialView]:
    """Each material, its files, or the register it was taken from."""
    views = []
    for resolved in case.entries[0].fact.data["materials"]:
        material = next(each for each in case.guide.materials if each.key == resolved["key"])
        sent = [row for row in files if row["material"] == material.key]
        # What was sent anew stands in place of what was there; the desk's file list still opens both.
        newest = max((row["version"] for row in sent), default=1)
        mine = [row for row in sent if row["version"] == newest]
        names = [
            FileName(row["sha256"], f"{material.name.zh}{f' {place}' if len(mine) > 1 else ''}")
            for place, row in enumerate(mine, 1)
        ]
        note = None
        if resolved["source"] == "share":
            register = city.enterprises if resolved["register"] == "enterprises" else city.population
            source, rule = register.source, register.rule
            day = legal_day(resolved["at"])
            note = Text(
                f"{day.year}年{day.month}月{day.day}日取自{source.zh}，{rule.zh}",
                f"Taken from the {source.en} on {day.day} {day:%b %Y}: {rule.en}",
            )
        views.append(MaterialView(material.key, material.name, resolved["source"], note, names))
    return views


async def case_view(house: House, case: Case, viewer: Actor) -> CaseView:
    """A case as its applicant sees it."""
    return CaseView(**await _case_members(house, case, viewer))


async def _case_members(house: House, case: Case, viewer: Actor) -> dict[str, Any]:
    city = house.city
    department = case.guide.office_of(case.row["department"]).department
    timeline, last_reason, asked = [], None, list[Asked]()
    for entry in case.entries:
        command = command_of(case.lifecycle, entry.fact.data["command"])
        part = await private_part(house, case, entry)
        last_reason = part.reason or last_reason
        data = timeline_data(case, entry, command, part)
        asked = data.asked or asked
        by = department.name
        role = command.who if command else None
        if role == "applicant":
            by = await _given_by(house, case, entry, viewer)
        timeline.append(TimelineEntry(entry.sequence, entry.fact.type, rfc3339(entry.fact.at), by, role, data))
    made = any("certificate" in each.effects and each.key in case.state.given_by for each in case.lifecycle.commands)
    certificate = await certificate_of_case(house, case.id) if made else None
    speaks = viewer.staff is None and is_own(viewer, case.row)
    context = Context(viewer.account_id, frozenset(), 0, frozenset({case.state.applicant or ""} if speaks else ()))
    mine = [each.key for each in case.lifecycle.commands if each.who == "applicant" and each.from_]
    files = await house.database.read(tables.files_of(case.id))
    commands = [key for key in mine if allowed(case.lifecycle, case.state, key, context) is None]
    return {
        **_summary_members(city, case.row),
        "number": case.row["number"],
        "guide_hash": case.row["guide_hash"],
        "version": case.state.version,
        "department": department,
        "channel": "counter" if case.state.entered_by is not None else "online",
        "stages": stages_of(case),
        "clock": clock_as_it_stands(case.guide, case.state, house.time.today()),
        "timeline": timeline,
        "materials": materials_of(city, case, files),
        "certificate": CertificateLink(certificate) if certificate else None,
        "commands": commands,
        "notice": notice_of(case, asked, commands),
        "owed": sorted(case.state.owed),
        "reason": Text(last_reason, last_reason) if last_reason else None,
        "remedies": case.guide.remedies if last_reason else None,
    }


def timeline_data(case: Case, entry: Entry, command: Command | None, part: PrivatePart) -> TimelineData:
    """What an entry of the timeline tells."""
    said = entry.fact.data
    names = {each.key: each.name for each in case.guide.materials}
    moved = [*said.get("corrected", ()), *said.get("fulfilled", ()), *said.get("promised", ())]
    procedure = next((each for each in case.guide.procedures if each.key == said.get("procedure")), None)
    return TimelineData(
        says=command.says if command else None,
        document=command.document if command else None,
        reason=part.reason,
        asked=asked_in(case, part),
        due=date.fromisoformat(said["due"]) if said.get("due") else None,
        procedure=Option(procedure.key, procedure.name, procedure.article) if procedure else None,
        until=date.fromisoformat(said["until"]) if said.get("until") else None,
        days=said.get("days"),
        body=part.body,
        materials=[names[key] for key in moved if key in names],
        committed=[names[key] for key in said.get("committed", ()) if key in names],
    )


async def _given_by(house: House, case: Case, entry: Entry, viewer: Actor) -> Text:
    """Who gave a command on the applicant's side: a representative by name and for whom, or the applicant."""
    behalf = entry.fact.data.get("on_behalf")
    if behalf is None:
        if entry.sequence == 1 and case.state.entered_by is not None:
            return _AT_COUNTER
        theirs = viewer.staff is None and viewer.acting is None and is_own(viewer, case.row)
        return _YOU if theirs else _APPLICANT
    capacity = _CAPACITIES[behalf["capacity"]]
    names = await names_in(house, case, entry)
    representative, represented = names or ("", "")
    return Text(
        f"{representative}（{capacity.zh}），代{represented}",
        f"{representative} ({capacity.en}) for {represented}",
    )


async def staff_view(house: House, case: Case, staff: Actor) -> StaffCaseView:
    """A case as the staff member's roles see it. The caller has put the read on record."""
    submission = await private_submission(house, case)
    context = await context_of(house, staff, case)
    behalf = case.entries[0].fact.data.get("on_behalf")
    representative = None
    if behalf is not None:
        representative = Representative(submission.representative or "", behalf["capacity"])
    verdicts = []
    for command in case.lifecycle.commands:
        if command.who in _STAFF_COMMANDS:
            refusal = allowed(case.lifecycle, case.state, command.key, context)
            rule = RuleView(refusal.rule, refusal.article, refusal.sentence) if refusal else None
            verdicts.append(
                Allowed(
                    command=command.key,
                    name=command.name,
                    allowed=refusal is None,
                    rule=rule,
                    reason=command.reason == "required",
                    asks=command.asks,
                    options=options_of(case, command.asks),
                    most=case.guide.statutory.extension if case.guide.statutory and "days" in command.asks else None,
                )
            )
    whole = StaffCaseView(
        **await _case_members(house, case, staff),
        sees="all",
        values=masked(case.form, submission.values),
        schema_labels=labels_of(house.city, case.form, submission.values),
        applicant=Applicant(
            submission.name, mask_id_number(submission.id_number), mask_phone(submission.phone), representative
        ),
        allowed=verdicts,
    )
    return as_seen(whole, sight_of(context.roles))
