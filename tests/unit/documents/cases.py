"""A case of every lifecycle, led by the shortest way to any of its commands."""

from __future__ import annotations

from typing import Any

from backend.cases.engine import Fact, fold
from backend.cases.records import Case, Entry, PrivatePart
from backend.city.guide import Guide
from backend.city.structures import Command, Lifecycle
from tests.unit.cases.histories import CITY, DAY, START

NUMBER = "11990100990100018P399079900100020260105" + "0001"
REASON = "现场核查后认为材料与申请不符 <见附件 & 说明>"


def guide_under(lifecycle: Lifecycle) -> Guide:
    """A guide whose cases follow a lifecycle."""
    name = next(name for name, each in CITY.lifecycles.items() if each == lifecycle)
    guides = [item.guide for item in CITY.items.values() if item.guide.lifecycle_hash == name]
    return max(guides, key=lambda guide: len(guide.materials))


def way_to(lifecycle: Lifecycle, command: Command) -> list[Command]:
    """The shortest sequence of commands that ends with one."""
    ways = [[each] for each in lifecycle.commands if not each.from_]
    seen: set[str] = set()
    for way in ways:
        if way[-1].key == command.key:
            return way
        if way[-1].key in seen:
            continue
        seen.add(way[-1].key)
        reached = {way[-1].to, *(branch.to for branch in way[-1].branches)}
        ways += [[*way, each] for each in lifecycle.commands if reached & set(each.from_)]
    raise AssertionError(f"nothing leads to {command.key}")


def said_with(command: Command, guide: Guide, to: str) -> dict[str, Any]:
    """What an event of a command keeps."""
    keys = [each.key for each in guide.materials][:2]
    said: dict[str, Any] = {"command": command.key, "to": to}
    if not command.from_:
        came = [{"key": key, "source": "upload", "count": 2} for key in keys]
        said |= {"materials": came, "missing": keys[-1:], "department": guide.offices[0].department.code}
    if "defects" in command.asks:
        said |= {"defects": keys, "due": "2026-02-03"}
    if "correction" in command.asks:
        said["corrected"] = keys
    if "fulfilment" in command.asks:
        said["fulfilled"] = keys[-1:]
    if "ground" in command.asks:
        said |= {"ground": "not-competent", "body": True}
    if "procedure" in command.asks:
        procedure = guide.procedures[0].key if guide.procedures else "testing"
        said |= {"procedure": procedure, "until": "2026-03-20"}
    if "days" in command.asks:
        said["days"] = 5
    if command.clock in ("start", "receipt"):
        said |= {"promised": keys[-1:], "due": "2026-01-26"}
    return said


def part_of(command: Command, guide: Guide) -> PrivatePart:
    """The personal part of an event of a command."""
    texts = {each.key: ("日期看不清，请重拍", "四个角都拍进去") for each in guide.materials[:2]}
    defects = texts if "defects" in command.asks else None
    return PrivatePart(reason=REASON, defects=defects, body="安平县公安局" if "ground" in command.asks else None)


def case_at(lifecycle: Lifecycle, command: Command) -> Case:
    """A case whose last event is that of a command."""
    guide, way = guide_under(lifecycle), way_to(lifecycle, command)
    facts = []
    for place, each in enumerate(way):
        nexts = set(way[place + 1].from_) if place + 1 < len(way) else set()
        to = next((to for to in (each.to, *(branch.to for branch in each.branches)) if to in nexts), each.to)
        facts.append(Fact(each.event, START + place * DAY, "somebody", said_with(each, guide, to)))
    entries = [Entry(str(place), place, fact, None) for place, fact in enumerate(facts, 1)]
    department = guide.offices[0].department.code
    row = {"id": "1", "number": NUMBER, "query_code": "YHAA12BC34", "department": department}
    form = CITY.forms[guide.form_hash or ""]
    return Case(row, fold(lifecycle, facts), entries, guide, form, lifecycle)
