"""Makes the document of an event: pure, so that the same event gives the same bytes for ever."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from backend.cases.asked import asked_in, options_of
from backend.cases.clock import Clock, clock_as_it_stands
from backend.cases.engine import CaseState, command_of, fold, state_of
from backend.cases.records import Case, Entry, PrivatePart
from backend.cases.statements import limit_of
from backend.city.canonical import content_hash
from backend.city.guide import GuideOffice
from backend.city.structures import Command, DocumentTable, DocumentTemplate, Text
from backend.documents.schemas import CaseDocument, DocumentDay, DocumentGrid, DocumentName
from backend.foundation.clock_rules import Calendar, ClockRefused, deadline
from backend.foundation.time_source import legal_day

PLAIN = DocumentTemplate(
    paragraphs=[Text("“{item}”，{date}。", "“{item}”, {date}.")],
    reason=Text("理由", "Reasons"),
    remedies=True,
)
"""What stands in for words that neither the case's lifecycle nor the city has: nothing that was decided is unsaid."""
_PLACEHOLDER = re.compile(r"\{([a-z_]{1,40})\}")
_MATERIAL, _HOW = Text("材料", "Material"), Text("收到方式", "How it came")
_PROBLEM, _EXAMPLE = Text("需要补正的内容", "What has to be corrected"), Text("怎样才对", "How it is right")
_SHARED = Text("共享取得", "Obtained by sharing")
_HEADINGS: Mapping[DocumentTable, Text] = {
    "materials": Text("收到的材料", "Materials received"),
    "asked": Text("需要补正的材料", "Materials to correct"),
    "sent": Text("收到的材料", "Materials received"),
    "promised": Text("承诺后补的材料", "Materials promised for later"),
}
_LANES = {
    "promised": Text("承诺办结", "Promised by"),
    "statutory": Text("法定办结", "Required by law by"),
}
_DEPARTS = Text("本决定没有按这一档办，理由如下。", "This decision departs from it, for the reasons below.")
_WHY_NOT = Text("不按裁量基准办的理由", "Why it departs from the benchmark")
_STEP = Text("这一步的最后一天", "Last day of this step")
_PROMISE = Text("承诺补交的最后一天", "Last day for what was promised")
_PROCEDURE = Text("特别程序到", "Special procedure until")


def documented(case: Case) -> list[tuple[Entry, Command]]:
    """The events of a case that make a document, in order, each with its command."""
    found = []
    for entry in case.entries:
        command = command_of(case.lifecycle, entry.fact.data["command"])
        if command is not None and command.document is not None:
            found.append((entry, command))
    return found


def number_of(case_number: str, sequence: int) -> str:
    """The number of a document: that of the case and the place of its event, so that no two are the same."""
    return f"{case_number}-{sequence:02d}"


def named(case: Case) -> list[DocumentName]:
    """The documents of a case by name."""
    return [
        DocumentName(entry.sequence, number_of(case.row["number"], entry.sequence), command.document, _day(entry))
        for entry, command in documented(case)
        if command.document is not None
    ]


def day_in_words(day: date) -> Text:
    """A day as documents write it."""
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B %Y}")


def document_of(
    case: Case,
    entry: Entry,
    command: Command,
    *,
    part: PrivatePart,
    applicant: str,
    representative: str | None,
    template: DocumentTemplate,
    calendar: Calendar,
) -> CaseDocument:
    """The document that an event made, as the case stood then. `part` is the event's opened personal part."""
    facts = [each.fact for each in case.entries if each.sequence <= entry.sequence]
    state = fold(case.lifecycle, facts)
    before = fold(case.lifecycle, facts[:-1])
    office = _office(case, state)
    clock = _clock(case, state, _day(entry), calendar)
    step = _step(case, state, calendar)
    values = _values(case, entry, part, office, clock, step)
    values["applicant"] = Text(applicant, applicant)
    if representative:
        values["representative"] = Text(representative, representative)
    tables = [_table(case, entry, part, kind, state, before) for kind in template.tables]
    heading = _WHY_NOT if entry.fact.data.get("deviates") else template.reason
    document = CaseDocument(
        sequence=entry.sequence,
        number=number_of(case.row["number"], entry.sequence),
        title=command.document or command.name,
        date=_day(entry),
        case_number=case.row["number"],
        addressee=applicant,
        item=case.guide.name,
        paragraphs=[*_filled(template.paragraphs, values), *_weighed(case, entry)],
        tables=[each for each in tables if each.rows],
        dates=list(_dates(case, entry, template, state, clock, step)),
        reason_heading=heading if part.reason else None,
        reason=part.reason if heading else None,
        remedies=case.guide.remedies if template.remedies else None,
        ending=_filled(template.ending, values),
        basis=_basis(case, entry, template),
        department=office.department,
        phone=office.consult_phone,
    )
    members = msgspec.to_builtins(document)
    del members["sha256"]
    return msgspec.structs.replace(document, sha256=content_hash(members))


def _weighed(case: Case, entry: Entry) -> list[Text]:
    """By which row of the item's discretion benchmark it was decided, and whether the decision departs from it."""
    rows = case.guide.benchmark.rows if case.guide.benchmark else []
    row = next((each for each in rows if each.key == entry.fact.data.get("benchmark")), None)
    if row is None:
        return []
    circumstances, decision = row.circumstances, row.decision
    followed = Text(
        f"裁量基准：{circumstances.zh}——{decision.zh}。", f"Discretion benchmark: {circumstances.en}: {decision.en}."
    )
    return [followed, _DEPARTS] if entry.fact.data.get("deviates") else [followed]


def _day(entry: Entry) -> date:
    return legal_day(entry.fact.at)


def _office(case: Case, state: CaseState) -> GuideOffice:
    code = state.department or case.row["department"]
    return next((each for each in case.guide.offices if each.department.code == code), case.guide.offices[0])


def _clock(case: Case, state: CaseState, day: date, calendar: Calendar) -> Clock | None:
    try:
        return clock_as_it_stands(case.guide, state, day, calendar)
    except ClockRefused:
        return None


def _step(case: Case, state: CaseState, calendar: Calendar) -> DocumentDay | None:
    """The last day of the step that the event began, if it has a limit."""
    name = state_of(case.lifecycle, state.state or "").limit
    limit = limit_of(case.lifecycle, name) if name else None
    since = state.received_at if name == "acceptance" else state.entered_at
    if limit is None or since is None:
        return None
    last = deadline(legal_day(since), limit.value, limit.unit, (), calendar)
    day = state.correction_due if name == "correction" and state.correction_due else last.date
    return DocumentDay(_STEP, day, limit.article, last.basis == "estimate")


def _values(
    case: Case, entry: Entry, part: PrivatePart, office: GuideOffice, clock: Clock | None, step: DocumentDay | None
) -> dict[str, Text]:
    said, number = entry.fact.data, str(case.row["number"])
    code = str(case.row["query_code"])
    values = {
        "item": case.guide.name,
        "result": case.guide.result.name,
        "number": Text(number, number),
        "query_code": Text(code, code),
        "date": day_in_words(_day(entry)),
        "department": office.department.name,
    }
    if part.body:
        values["body"] = Text(part.body, part.body)
    for ground in options_of(case, ["ground"]):
        if ground.key == said.get("ground"):
            values["ground"] = ground.name
    for procedure in case.guide.procedures:
        if procedure.key == said.get("procedure"):
            values["procedure"] = procedure.name
    if said.get("until"):
        values["until"] = day_in_words(date.fromisoformat(said["until"]))
    if said.get("days"):
        values["days"] = Text(str(said["days"]), str(said["days"]))
    if step is not None:
        values["due"] = day_in_words(step.day)
    if case.state.renews_until is not None:
        values["old_until"] = day_in_words(case.state.renews_until)
    if clock is not None:
        values["decide_by"] = day_in_words(clock.due)
    return values


def _filled(texts: Iterable[Text], values: Mapping[str, Text]) -> list[Text]:
    found = []
    for text in texts:
        if set(_PLACEHOLDER.findall(text.zh)) | set(_PLACEHOLDER.findall(text.en)) <= set(values):
            found.append(
                Text(
                    _PLACEHOLDER.sub(lambda match: values[match[1]].zh, text.zh),
                    _PLACEHOLDER.sub(lambda match: values[match[1]].en, text.en),
                )
            )
    return found


def _table(
    case: Case, entry: Entry, part: PrivatePart, kind: DocumentTable, state: CaseState, before: CaseState
) -> DocumentGrid:
    names = {each.key: each.name for each in case.guide.materials}
    columns, rows = [_MATERIAL], list[list[Text]]()
    if kind == "materials":
        columns = [_MATERIAL, _HOW]
        rows = [
            [names[each["key"]], _came(each["source"], each["count"])]
            for each in entry.fact.data.get("materials", ())
            if each["key"] in names
        ]
    elif kind == "asked":
        columns = [_MATERIAL, _PROBLEM, _EXAMPLE]
        for each in asked_in(case, part):
            example = each.example or ""
            rows.append([each.name, Text(each.problem, each.problem), Text(example, example)])
        if not part.defects:
            rows = [[name] for key, name in names.items() if key in before.asked_for]
            columns = [_MATERIAL]
    elif kind == "sent":
        sent = {*entry.fact.data.get("corrected", ()), *entry.fact.data.get("fulfilled", ())}
        rows = [[name] for key, name in names.items() if key in sent]
    else:
        owed = state.owed or (state.missing if state.started_at is None else frozenset())
        rows = [[name] for key, name in names.items() if key in owed]
    return DocumentGrid(_HEADINGS[kind], columns, rows)


def _came(source: str, count: int) -> Text:
    if source == "share":
        return _SHARED
    return Text(f"上传 {count} 个文件", f"{count} file{'' if count == 1 else 's'} sent")


def _dates(
    case: Case,
    entry: Entry,
    template: DocumentTemplate,
    state: CaseState,
    clock: Clock | None,
    step: DocumentDay | None,
) -> Iterable[DocumentDay]:
    for kind in template.dates:
        if kind == "clock" and clock is not None:
            for lane in clock.lanes:
                yield DocumentDay(_LANES[lane.key], lane.due, lane.article, clock.basis == "estimate")
        elif kind == "step" and step is not None:
            yield step
        elif kind == "promise" and state.owed and state.commitment_due:
            limit = limit_of(case.lifecycle, "commitment")
            yield DocumentDay(_PROMISE, state.commitment_due, limit.article if limit else None, False)
        elif kind == "procedure" and entry.fact.data.get("until"):
            key = entry.fact.data.get("procedure")
            article = next((each.article for each in case.guide.procedures if each.key == key), None)
            yield DocumentDay(_PROCEDURE, date.fromisoformat(entry.fact.data["until"]), article, False)


def _basis(case: Case, entry: Entry, template: DocumentTemplate) -> list[Text]:
    regime = case.lifecycle.regime
    cited: list[Text] = []
    for key in template.basis:
        stated = regime.limits.get(key) or regime.rules.get(key) or regime.articles.get(key)
        if stated is not None and stated.article is not None:
            cited.append(stated.article)
    cited += [each.article for each in case.guide.procedures if each.key == entry.fact.data.get("procedure")]
    if template.item_basis:
        cited += [
            Text(f"{law.title.zh}{law.article.zh}", f"{law.title.en}, {law.article.en}")
            for law in case.guide.legal_basis
        ]
    return list(dict.fromkeys(cited))
