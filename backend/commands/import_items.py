"""`zhangban city import FILE --into PATH`: takes another system's item list into a pack, and reports by line."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec

from backend.city.check import check_documents
from backend.city.city import City
from backend.city.importing.records import MAXIMUM_BYTES, ListUnreadable, Record, read_list, with_materials
from backend.city.importing.rules import FIELDS, SHOWN, Fault, Place, Taken, judge
from backend.city.importing.writing import NotWritten, write_items
from backend.city.pack import Document, Finding, PackInvalid, read
from backend.commands.refusal import Refusal
from backend.foundation.time_source import TimeSource


class Warned(msgspec.Struct, frozen=True):
    """Something that was taken otherwise than it was given, and how often."""

    rule: str
    detail: str
    count: int


class Report(msgspec.Struct, frozen=True):
    """What became of a list: items taken (by key), everything that kept others out, and what to look at afterwards."""

    items: int
    taken: dict[str, str]
    faults: list[Fault]
    warnings: list[Warned]
    written: bool


def import_command(arguments: argparse.Namespace) -> int:
    """Imports what has no fault and prints the report; 1 when something was not taken. Raises Refusal."""
    root: Path = arguments.into
    try:
        records = read_list(_content(arguments.file))
        if arguments.materials is not None:
            records = with_materials(records, _content(arguments.materials))
        documents = read(root)
        report = import_items(records, root, documents, dry_run=arguments.dry_run)
    except (ListUnreadable, NotWritten) as error:
        raise Refusal(str(error)) from None
    except PackInvalid as error:
        raise Refusal(f"{root} is no pack that can be read: {error}") from None
    if arguments.json:
        print(json.dumps(msgspec.to_builtins(report), ensure_ascii=False, indent=1))
    else:
        _print(report, root)
    return 1 if report.faults else 0


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            raise ListUnreadable(f"{path} has more than {MAXIMUM_BYTES} bytes: split it")
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from None


def import_items(
    records: list[Record], root: Path, documents: Mapping[str, Document], *, dry_run: bool = False
) -> Report:
    """Judges records against a pack and writes those without a fault, all in one step.

    Raises NotWritten, and PackInvalid for a pack that cannot be read without them.
    """
    today = TimeSource().today()
    place = _place(City.assemble(documents), today.isoformat())
    own = {
        document.data["item"]: [each["item_code"] for each in document.data["offices"]]
        for path, document in documents.items()
        if path.endswith("/office.yaml") and documents[path.replace("office", "base")].data.get("origin") != "import"
    }
    taken, faults = _judged(records, place, {code: key for key, codes in own.items() for code in codes})
    before = [each for each in check_documents(documents, today) if each.severity == "error"]
    taken, refused = _checked(taken, documents, before)
    faults = sorted([*faults, *refused], key=lambda each: each.line)
    if taken and not dry_run:
        write_items(root, taken)
    return Report(
        len(records),
        {each.code: each.key for each in taken},
        faults,
        _warnings(records, taken),
        bool(taken and not dry_run),
    )


def _place(city: City, today: str) -> Place:
    departments = city.departments.values()
    # Under a type that several regimes share, what comes from elsewhere has the usual one.
    usual = {key for path, each in _data(city) if path == "lifecycles/promised.yaml" for key in each["regimes"]}
    regimes = {
        each["task_type"]: each["key"]
        for path, each in _data(city)
        if path.startswith("regimes/") and each["key"] in usual
    }
    topics: dict[str, set[str]] = {"person": set(), "organisation": set()}
    for topic in city.topics:
        topics[topic.audience].add(topic.code)
    return Place(
        departments={each.code: each.key for each in departments},
        names={each.name.zh: each.key for each in departments},
        divisions={each.key: each.division for each in departments},
        regimes=regimes,
        persons=frozenset(topics["person"]),
        organisations=frozenset(topics["organisation"]),
        today=today,
    )


def _data(city: City) -> list[tuple[str, dict[str, str]]]:
    return [(path, document.data) for path, document in city.documents.items()]


def _judged(records: list[Record], place: Place, own: Mapping[str, str]) -> tuple[list[Taken], list[Fault]]:
    taken: list[Taken] = []
    faults: list[Fault] = []
    codes: dict[str, int] = {}
    named: dict[tuple[str, str], int] = {}
    for record in records:
        judged = judge(record, place)
        found = [] if isinstance(judged, Taken) else judged
        code, name = record.values.get("task_code", ""), record.values.get("task_name", "")
        office = record.values.get("dept_code") or record.values.get("dept_name", "")
        if code and code in codes:
            found.append(Fault(record.line, code[:SHOWN], "task_code", "duplicate-code", "once", f"line {codes[code]}"))
        elif name and (name, office) in named:
            at = f"line {named[name, office]}"
            found.append(Fault(record.line, code[:SHOWN], "task_name", "duplicate-name", "once for an office", at))
        elif code in own:
            found.append(Fault(record.line, code, "task_code", "own-item", "no code of an item of the pack", own[code]))
        codes.setdefault(code, record.line)
        named.setdefault((name, office), record.line)
        if found:
            faults += found
        elif isinstance(judged, Taken):
            taken.append(judged)
    return taken, faults


def _checked(
    taken: list[Taken], documents: Mapping[str, Document], before: list[Finding]
) -> tuple[list[Taken], list[Fault]]:
    """Leaves out what `city check` would refuse, so that what is written passes it."""
    known = {(each.file, each.rule, each.detail) for each in before}
    files = dict(documents)
    for each in taken:
        for name, data in (("base", each.base), ("office", each.office)):
            path = f"items/{each.key}/{name}.yaml"
            files[path] = Document(path, data, {})
    faults: list[Fault] = []
    by_key = {each.key: each for each in taken}
    for finding in check_documents(files, TimeSource().today()):
        if finding.severity != "error" or (finding.file, finding.rule, finding.detail) in known:
            continue
        found = by_key.get(finding.file.split("/")[1]) if finding.file.startswith("items/") else None
        if found is None:
            raise NotWritten(f"{finding.file}: {finding.rule}: {finding.detail}")
        faults.append(
            Fault(found.line, found.code, finding.file.rpartition("/")[2], finding.rule, finding.cure, finding.detail)
        )
    bad = {each.line for each in faults}
    return [each for each in taken if each.line not in bad], faults


def _warnings(records: list[Record], taken: list[Taken]) -> list[Warned]:
    unknown = Counter(field for record in records for field in record.values if field not in FIELDS)
    found = [Warned("unknown-field", f"{field} is not taken", count) for field, count in sorted(unknown.items())]
    if taken:
        found.append(
            Warned("no-english", "the Chinese words stand in for the English ones: translate them", len(taken))
        )
    return found


def _print(report: Report, root: Path) -> None:
    for fault in report.faults:
        told = f"line {fault.line}: {fault.field or 'row'}: {fault.rule}: {fault.limit}"
        print(f"{told}; given: {fault.actual or 'nothing'}" + (f" [{fault.code}]" if fault.code else ""))
    for warning in report.warnings:
        print(f"warning: {warning.rule}: {warning.detail} ({warning.count})", file=sys.stderr)
    done = "written into" if report.written else "not written into"
    print(f"{len(report.taken)} of {report.items} items {done} {root}; {len(report.faults)} faults")
