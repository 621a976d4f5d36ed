"""Makes the document of an event: pure, and of the days that the event keeps, so that it says the same for ever."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

import msgspec

from backend.cases.asked import asked_in, options_of
from backend.cases.engine import CaseState, command_of, fold, state_of
from backend.cases.records import Case, Entry, PrivatePart
from backend.cases.statements import last_day_of_certificate, limit_of
from backend.cases.told import ToldDay, What, told_by, told_in
from backend.city.canonical import content_hash
from backend.city.guide import GuideOffice
from backend.city.structures import Command, DocumentTable, DocumentTemplate, Text
from backend.documents.schemas import CaseDocument, DocumentDay, DocumentGrid, DocumentName
from backend.foundation.clock_rules import Calendar
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
_LANES: Mapping[Literal["promised", "statutory"], Text] = {
    "promised": Text("承诺办结", "Promised by"),
    "statutory": Text("法定办结", "Required by law by"),
}
_STEPS = {
    "pre-check": Text("预审完成", "Pre-check done by"),
    "acceptance": Text("告知是否受理", "Told whether it is accepted by"),
    "registration": Text("登记或告知补正", "Registered, or sent back, by"),
    "correction": Text("补正材料", "Corrections by"),
    "hearing-request": Text("申请听证", "Ask for a hearing by"),
    "hearing": Text("组织听证", "Hearing held by"),
    "delivery": Text("送达结果", "Result delivered by"),
    "third-party": Text("第三方答复意见", "Answer of the third party by"),
    "other-body": Text("其他机关答复意见", "Answer of the other body by"),
}
"""What the last day of a step is for, by the regime's limit."""
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
    """The document that an event made, as the case stood then. `part` is the event's opened personal part; `calendar`
    is asked only where the event keeps no days.
    """
    facts = [each.fact for each in case.entries if each.sequence <= entry.sequence]
    state = fold(case.lifecycle, facts)
    before = fold(case.lifecycle, facts[:-1])
    office = _office(case, state)
    told = told_in(entry.fact.data)
    if told is None:
        told = told_by(case.guide, case.lifecycle, state, _day(entry), calendar)
    values = _values(case, entry, part, office, told)
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
        dates=list(_dates(case, entry, template, state, told)),
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


def _values(
    case: Case, entry: Entry, part: PrivatePart, office: GuideOffice, told: Mapping[What, ToldDay]
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
        if case.guide.joint is not None:
            values["approver"] = case.guide.joint.approver
    if case.state.renews_until is not None:
        values["old_until"] = day_in_words(case.state.renews_until)
    if "step" in told:
        values["due"] = day_in_words(told["step"].due)
    if lanes := [told[key].due for key in _LANES if key in told]:
        until = last_day_of_certificate(case.state)
        values["decide_by"] = day_in_words(min([*lanes, until] if until else lanes))
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
    case: Case, entry: Entry, template: DocumentTemplate, state: CaseState, told: Mapping[What, ToldDay]
) -> Iterable[DocumentDay]:
    limits, waits = case.lifecycle.regime.limits, state_of(case.lifecycle, state.state or "").limit
    for kind in template.dates:
        if kind == "clock":
            for lane, label in _LANES.items():
                article = case.guide.statutory.source if case.guide.statutory and lane == "statutory" else None
                if lane in told:
                    yield DocumentDay(label, told[lane].due, article, told[lane].estimate)
        elif kind in ("step", "acceptance"):
            name = waits if kind == "step" else kind
            # Where the step is acceptance itself it is said once.
            if name in limits and kind in told and (kind, waits) != ("acceptance", "acceptance"):
                yield DocumentDay(_STEPS.get(name, _STEP), told[kind].due, limits[name].article, told[kind].estimate)
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
    if case.guide.joint is not None and "days" in entry.fact.data:
        # Of what is handled jointly another paragraph says by how much, and by whose approval.
        return [case.guide.joint.article]
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
