"""Cases in words: what a resident and the desk are shown, derived from events, guide, form and lifecycle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import msgspec

from backend.cases import tables
from backend.cases.answers import labels_of, masked
from backend.cases.asked import asked_in, notice_of, options_of
from backend.cases.automatic import by_rule
from backend.cases.clock import clock_as_it_stands, explained, step_of, what_if
from backend.cases.context import context_of
from backend.cases.due import left_on, light_on, next_due, step_words
from backend.cases.engine import TAKEN_OVER, Context, allowed, command_of, state_of
from backend.cases.joint import due_of, first_reviews_awaited, is_late, missing_opinions
from backend.cases.marks import marks_on
from backend.cases.records import Case, Entry, PrivatePart, Share, is_own, names_in, private_part, private_submission
from backend.cases.schemas import (
    Allowed,
    Applicant,
    Asked,
    BenchmarkOption,
    BenchmarkView,
    CaseSummary,
    CaseView,
    CertificateLink,
    FileName,
    ItemName,
    MaterialView,
    MovedDay,
    Option,
    RenewedCertificate,
    Representative,
    RuleView,
    StaffCaseView,
    StageView,
    StepDue,
    TaskView,
    TimelineData,
    TimelineEntry,
)
from backend.cases.sight import as_seen, sight_of
from backend.cases.statements import asks_of, timers_of
from backend.cases.terms import terms_of
from backend.certificates.service import certificate_of_case, identifier_of
from backend.city.city import City
from backend.city.guide import DepartmentName
from backend.city.structures import CERTIFICATE_ENDS, Ask, Command, Text
from backend.foundation.clock_rules import Calendar
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
_BY_RULE = Text("系统，按公开的规则", "The system, by the published rule")
_TAKEN_OVER = Text("接收了代收的申请", "Took over the application that another office received")
_MOVED = Text("放假安排公布了，日期有变", "The holidays were published, and a date moved")
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
            FileName(row["sha256"], f"{material.name.zh}{f' {place}' if len(mine) > 1 else ''}", row["pages"])
            for place, row in enumerate(mine, 1)
        ]
        note = None
        if resolved["source"] == "share":
            source, rule = city.share_source(resolved["register"])
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
    opinions: dict[str, str | None] = {}
    for entry in case.entries:
        command = command_of(case.lifecycle, entry.fact.data["command"])
        part = await private_part(house, case, entry)
        if (task := entry.fact.data.get("task")) is not None:
            # What a department thinks is told to the desk; the applicant reads the decision and its reasons.
            opinions[task], part = part.reason, PrivatePart()
        # A reasoned grant is no refusal: it stands in the timeline, without remedies.
        last_reason = None if entry.fact.data["command"] == "grant" else part.reason or last_reason
        data = timeline_data(case, entry, command, part)
        asked = data.asked or asked
        by = _office_of(city, case, entry) or department.name
        role = command.who if command else entry.fact.data["role"] if _is_receipt(entry) else None
        if role == "rule":
            by = _BY_RULE
        if role == "applicant":
            by = await _given_by(house, case, entry, viewer)
            if entry.sequence == 1 and case.row["received_department"] and (received := _received_by(city, case)):
                data = msgspec.structs.replace(data, received=received.name)
        timeline.append(TimelineEntry(entry.sequence, entry.fact.type, rfc3339(entry.fact.at), by, role, data))
    made = any("certificate" in each.effects and each.key in case.state.given_by for each in case.lifecycle.commands)
    certificate = await certificate_of_case(house, case.id) if made else None
    speaks = viewer.staff is None and is_own(viewer, case.row)
    context = Context(viewer.account_id, frozenset(), 0, frozenset({case.state.applicant or ""} if speaks else ()))
    mine = [each.key for each in case.lifecycle.commands if each.who == "applicant" and each.from_]
    files = await house.database.read(tables.files_of(case.id))
    today, calendar = house.time.today(), house.calendar
    clock = clock_as_it_stands(case.guide, case.state, today, calendar)
    commands = [key for key in mine if allowed(case.lifecycle, case.state, key, context) is None]
    return {
        **_summary_members(city, case.row),
        "number": case.row["number"],
        "filing": case.row["filing_id"],
        "guide_hash": case.row["guide_hash"],
        "project": case.row["project"],
        "version": case.state.version,
        "department": department,
        "channel": "counter" if case.state.entered_by is not None else "online",
        "stages": stages_of(case),
        "clock": clock and explained(clock, case.lifecycle, case.guide, case.state),
        "step": step_of(case.lifecycle, case.state, today, calendar),
        "what_if": what_if(case.guide, case.lifecycle, case.state, today, calendar),
        "timeline": timeline,
        "materials": materials_of(city, case, files),
        "certificate": CertificateLink(certificate) if certificate else None,
        "commands": commands,
        "notice": notice_of(case, asked, commands, calendar),
        "owed": sorted(case.state.owed),
        "reason": Text(last_reason, last_reason) if last_reason else None,
        "remedies": case.guide.remedies if last_reason else None,
        "tasks": _tasks_of(case, today, calendar, opinions if viewer.staff is not None else None),
        "received_by": _received_by(city, case),
        "renews": await _renews(house, case),
    }


async def _renews(house: House, case: Case) -> RenewedCertificate | None:
    """The certificate that a case is to renew, and what its last day does to the case as it stands."""
    if case.state.renews is None or case.state.renews_until is None:
        return None
    timers = dict(timers_of(case.lifecycle, case.state, terms_of(case.guide, house.calendar)))
    deemed = any(each.key in timers and each.after == CERTIFICATE_ENDS for each in case.lifecycle.commands)
    article = case.lifecycle.regime.articles.get("renewed-if-not-decided")
    identifier = await identifier_of(house, case.state.renews)
    return RenewedCertificate(identifier, case.state.renews_until, deemed, article.article if article else None)


def _office_of(city: City, case: Case, entry: Entry) -> Text | None:
    """The department that spoke in a task, or received the application for the office in charge; None for that one."""
    said = entry.fact.data
    task = next((each for each in case.guide.tasks if each.key == said.get("task")), None)
    if task is not None:
        return task.department.name
    office = city.departments.get(said.get("office", ""))
    return office.name if office else None


def _received_by(city: City, case: Case) -> DepartmentName | None:
    found = city.departments.get(case.row["received_department"] or "")
    return DepartmentName(found.code, found.name) if found else None


def _tasks_of(case: Case, today: date, calendar: Calendar, opinions: Mapping[str, str | None] | None) -> list[TaskView]:
    """What other departments do in a case; their `opinions` for the desk only."""
    names = {each.key: each.name for each in case.guide.tasks}
    ended = legal_day(case.state.ended_at) if case.state.ended_at is not None else today
    views = []
    for task in case.guide.tasks:
        opened = case.state.tasks.get(task.key)
        due = None
        if opened is not None:
            due = due_of(task, opened, case.state.pauses, min(today, ended), calendar)
        done = opened.done_at if opened else None
        views.append(
            TaskView(
                key=task.key,
                name=task.name,
                department=task.department.name,
                state="ahead" if opened is None else "open" if done is None else "done",
                days=task.limit.value,
                unit=task.limit.unit,
                article=task.limit.article,
                after=[names[key] for key in task.after if key in names],
                opened_at=rfc3339(opened.opened_at) if opened else None,
                due=due,
                done_at=rfc3339(done) if done is not None else None,
                late=opened is not None and due is not None and is_late(due, opened, min(today, ended)),
                agrees=opened.agrees if opened and opinions is not None else None,
                reason=(opinions or {}).get(task.key),
            )
        )
    return views


def _is_receipt(entry: Entry) -> bool:
    return entry.fact.type == TAKEN_OVER


def timeline_data(case: Case, entry: Entry, command: Command | None, part: PrivatePart) -> TimelineData:
    """What an entry of the timeline tells."""
    said = entry.fact.data
    names = {each.key: each.name for each in case.guide.materials}
    moved = [*said.get("corrected", ()), *said.get("fulfilled", ()), *said.get("promised", ())]
    shifted = said.get("moved", ())
    procedure = next((each for each in case.guide.procedures if each.key == said.get("procedure")), None)
    return TimelineData(
        says=command.says if command else _MOVED if shifted else _TAKEN_OVER if _is_receipt(entry) else None,
        document=command.document if command else None,
        reason=part.reason,
        asked=asked_in(case, part),
        due=date.fromisoformat(said["due"]) if said.get("due") else None,
        procedure=Option(procedure.key, procedure.name, procedure.article) if procedure else None,
        until=date.fromisoformat(said["until"]) if said.get("until") else None,
        days=said.get("days"),
        approver=case.guide.joint.approver if case.guide.joint and "days" in said else None,
        body=part.body,
        materials=[names[key] for key in moved if key in names],
        task=next((each.name for each in case.guide.tasks if each.key == said.get("task")), None),
        automatic=by_rule(case, entry, command, part) if command and command.who == "rule" else None,
        moved=[MovedDay(each["what"], *(date.fromisoformat(each[day]) for day in ("was", "due"))) for each in shifted],
        source=said.get("source"),
        year=said.get("year") if shifted else None,
        committed=[names[key] for key in said.get("committed", ()) if key in names],
        benchmark=_followed(case, said),
    )


def _followed(case: Case, said: Mapping[str, Any]) -> BenchmarkView | None:
    rows = case.guide.benchmark.rows if case.guide.benchmark else []
    row = next((each for each in rows if each.key == said.get("benchmark")), None)
    return BenchmarkView(row.circumstances, row.decision, bool(said.get("deviates"))) if row else None


def _rows_for(case: Case, command: Command, asks: list[Ask]) -> list[BenchmarkOption]:
    """The rows of the item's benchmark, those first that decide as the command does."""
    if "benchmark" not in asks or case.guide.benchmark is None:
        return []
    rows = [
        BenchmarkOption(each.key, each.circumstances, each.decision, command.key in each.commands)
        for each in case.guide.benchmark.rows
    ]
    return sorted(rows, key=lambda each: not each.covers)


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


def _step_due(house: House, case: Case) -> StepDue | None:
    today, calendar = house.time.today(), house.calendar
    following = next_due(case.guide, case.lifecycle, case.state, terms_of(case.guide, calendar), today)
    if following is None:
        return None
    step = Option(following.step, step_words(following.step, state_of(case.lifecycle, case.state.state or "").name))
    left = left_on(today, following.day, following.unit, calendar) if following.soon is not None else None
    return StepDue(step, following.day, light_on(today, following.day, following.soon), left, following.unit)


async def staff_view(house: House, case: Case, staff: Actor, share: Share = "owner") -> StaffCaseView:
    """A case as the staff member's roles see it, and the part of their office in it.

    The caller has put the read on record.
    """
    submission = await private_submission(house, case)
    context = await context_of(house, staff, case)
    behalf = case.entries[0].fact.data.get("on_behalf")
    representative = None
    if behalf is not None:
        representative = Representative(submission.representative or "", behalf["capacity"])
    verdicts, terms = [], terms_of(case.guide, house.calendar)
    for command in case.lifecycle.commands:
        if command.who in _STAFF_COMMANDS and (share == "owner" or (share == "receiver" and command.by_receiver)):
            if "opinion" in command.asks:
                continue
            refusal = allowed(case.lifecycle, case.state, command.key, context)
            rule = RuleView(refusal.rule, refusal.article, refusal.sentence) if refusal else None
            joint = "opinions-given" in command.needs
            open_needs = {
                "commitment-open": "commitment-kept" in command.needs and bool(case.state.owed),
                "opinions-missing": joint and bool(missing_opinions(case.guide.tasks, case.state.tasks)),
                "first-review-awaited": command.is_decision
                and bool(first_reviews_awaited(case.guide.tasks, case.state.tasks)),
            }
            for code in (each for each, is_open in open_needs.items() if is_open and rule is None):
                stated = case.lifecycle.regime.rules[code]
                rule = RuleView(code, stated.article, stated.sentence)
            against = joint and any(each.agrees is False for each in case.state.tasks.values())
            verdicts.append(
                Allowed(
                    command=command.key,
                    name=command.name,
                    allowed=rule is None,
                    rule=rule,
                    reason=command.reason == "required" or against,
                    asks=(asks := asks_of(command, terms)),
                    options=options_of(case, command.asks),
                    most=case.guide.statutory.extension if case.guide.statutory and "days" in command.asks else None,
                    approver=case.guide.joint.approver if case.guide.joint and "days" in command.asks else None,
                    benchmark=_rows_for(case, command, asks),
                )
            )
    members = await _case_members(house, case, staff)
    if speaks := next((each for each in case.lifecycle.commands if "opinion" in each.asks), None):
        may = allowed(case.lifecycle, case.state, speaks.key, context) is None
        own = {each.key for each in case.guide.tasks if may and each.department.code in context.departments}
        members["tasks"] = [
            msgspec.structs.replace(each, mine=each.state == "open" and each.key in own) for each in members["tasks"]
        ]
    whole = StaffCaseView(
        **members,
        sees="all",
        values=masked(case.form, submission.values),
        schema_labels=labels_of(house.city, case.form, submission.values),
        applicant=Applicant(
            submission.name, mask_id_number(submission.id_number), mask_phone(submission.phone), representative
        ),
        next_due=_step_due(house, case),
        allowed=verdicts,
        marks=[],
    )
    sight = sight_of(context.roles)
    if sight == "all" and share == "owner":
        return msgspec.structs.replace(whole, marks=await marks_on(house, staff, case.id))
    return as_seen(whole, "part" if sight == "all" else sight)
