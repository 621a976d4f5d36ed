"""The file of one published year (YAML or JSON) that `zhangban calendar import` takes: read, bounded and judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import yaml

from backend.foundation.clock_rules import FIXED_HOLIDAYS

MAXIMUM_BYTES: Final = 65_536
MAXIMUM_DAYS: Final = 60
MAXIMUM_TITLE: Final = 200
FIRST_YEAR, LAST_YEAR = 2004, 2100
FaultCode = Literal[
    "unreadable",
    "too-large",
    "not-a-map",
    "unknown-member",
    "missing",
    "year",
    "source",
    "not-a-day",
    "other-year",
    "twice",
    "weekend-holiday",
    "weekday-workday",
    "too-many",
    "statutory-day",
]


class YearNotice(msgspec.Struct, frozen=True):
    """What a notice of the State Council says of one year: Mondays to Fridays that are free, weekend days worked."""

    year: int
    title: str
    dated: date
    holidays: frozenset[date]
    workdays: frozenset[date]


class CalendarFault(msgspec.Struct, frozen=True):
    """What is wrong with a calendar file, and where: the line (0 where the file has none), and the JSON Pointer."""

    code: FaultCode
    line: int
    path: str
    detail: str


class CalendarFileInvalid(Exception):
    """The file is not that of a published year; `faults` say where and why, in the order of the file."""

    def __init__(self, faults: list[CalendarFault]) -> None:
        super().__init__("; ".join(f"{each.line}: {each.path}: {each.detail}" for each in faults))
        self.faults = faults


class _Sheet:
    """The plain values of a file by JSON Pointer, with their lines, and what was found wrong."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self.faults: list[CalendarFault] = []

    def fault(self, code: FaultCode, path: str, detail: str) -> None:
        line = next((self.lines[each] for each in (path, path.rpartition("/")[0]) if each in self.lines), 1)
        self.faults.append(CalendarFault(code, line, path, detail))


def read_year(file: Path) -> YearNotice:
    """The published year of a file. Raises CalendarFileInvalid."""
    try:
        if file.stat().st_size > MAXIMUM_BYTES:
            raise CalendarFileInvalid([CalendarFault("too-large", 0, "", f"more than {MAXIMUM_BYTES} bytes")])
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "not UTF-8 text"
        raise CalendarFileInvalid([CalendarFault("unreadable", 0, "", words)]) from None
    return parse_year(text, as_json=file.suffix.lower() == ".json")


def parse_year(text: str, *, as_json: bool = False) -> YearNotice:
    """The published year that YAML or JSON text says. Raises CalendarFileInvalid."""
    sheet = _Sheet()
    data = _json(text) if as_json else _yaml(text, sheet)
    notice = _judged(data, sheet)
    if notice is None or sheet.faults:
        raise CalendarFileInvalid(sheet.faults)
    return notice


def _unreadable(line: int, detail: str) -> CalendarFileInvalid:
    return CalendarFileInvalid([CalendarFault("unreadable", line, "", detail)])


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise _unreadable(error.lineno, error.msg) from None
    except (RecursionError, ValueError):
        raise _unreadable(1, "nested too deep, or a number too long") from None


def _yaml(text: str, sheet: _Sheet) -> Any:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return _plain(node, "", sheet, 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise _unreadable(mark.line + 1 if mark else 1, error.problem or "not YAML") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise _unreadable(1, str(error).partition("\n")[0] or "nested too deep") from None


def _plain(node: Any, path: str, sheet: _Sheet, depth: int) -> Any:
    """Texts as they are written, in lists and mappings three deep: a day must not become whatever YAML makes of it."""
    if node is None:
        return None
    line = node.start_mark.line + 1
    sheet.lines[path] = line
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if depth == 3:
        raise _unreadable(line, "nested too deep")
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each, f"{path}/{index}", sheet, depth + 1) for index, each in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value)
        if not isinstance(key, yaml.ScalarNode) or name in found:
            raise _unreadable(key.start_mark.line + 1, f"{name[:40]} is given twice, or is no plain name")
        found[name] = _plain(value, f"{path}/{name}", sheet, depth + 1)
    return found


def _judged(data: Any, sheet: _Sheet) -> YearNotice | None:
    if not _has(sheet, data, "", {"year", "source", "holidays", "workdays"}):
        return None
    year = _year(data["year"], sheet)
    title, dated = _source(data["source"], sheet)
    if year is None:
        return None
    holidays = _days(data["holidays"], "/holidays", year, sheet, worked=False)
    workdays = _days(data["workdays"], "/workdays", year, sheet, worked=True)
    for month, day in sorted(FIXED_HOLIDAYS):
        fixed = date(year, month, day)
        # 2 May is a statutory day since 2025.
        if fixed.weekday() < 5 and fixed not in holidays and ((month, day) != (5, 2) or year >= 2025):
            sheet.fault("statutory-day", "/holidays", f"{fixed} is a statutory holiday on a weekday and is not listed")
    if dated is None or sheet.faults:
        return None
    return YearNotice(year, title, dated, holidays, workdays)


def _has(sheet: _Sheet, data: Any, path: str, members: set[str]) -> bool:
    if not isinstance(data, Mapping):
        sheet.fault("not-a-map", path, f"needs the members {', '.join(sorted(members))}")
        return False
    for name in data:
        if name not in members:
            sheet.fault("unknown-member", f"{path}/{name[:40]}", "no such member")
    for name in sorted(members - set(data)):
        sheet.fault("missing", path, f"{name} is missing")
    return members <= set(data)


def _year(said: Any, sheet: _Sheet) -> int | None:
    text = str(said)
    if isinstance(said, bool) or not (len(text) == 4 and text.isascii() and text.isdigit()):
        sheet.fault("year", "/year", "a year has four digits")
        return None
    if not FIRST_YEAR <= int(text) <= LAST_YEAR:
        sheet.fault("year", "/year", f"a year from {FIRST_YEAR} to {LAST_YEAR}")
        return None
    return int(text)


def _source(said: Any, sheet: _Sheet) -> tuple[str, date | None]:
    if not _has(sheet, said, "/source", {"title", "date"}):
        return "", None
    title = said["title"].strip() if isinstance(said["title"], str) else ""
    if not 4 <= len(title) <= MAXIMUM_TITLE or not title.isprintable():
        sheet.fault("source", "/source/title", f"the title of the notice, 4 to {MAXIMUM_TITLE} characters in one line")
    return title, _day(said["date"], "/source/date", sheet)


def _day(said: Any, path: str, sheet: _Sheet) -> date | None:
    try:
        if isinstance(said, str) and len(said) == 10:
            return date.fromisoformat(said)
    except ValueError:
        pass
    sheet.fault("not-a-day", path, f"{str(said)[:40]} is not a day like 2027-01-01")
    return None


def _days(said: Any, path: str, year: int, sheet: _Sheet, *, worked: bool) -> frozenset[date]:
    if not isinstance(said, list):
        sheet.fault("not-a-day", path, "a list of days like 2027-01-01")
        return frozenset()
    if len(said) > MAXIMUM_DAYS:
        sheet.fault("too-many", path, f"more than {MAXIMUM_DAYS} days")
        return frozenset()
    found: set[date] = set()
    for index, each in enumerate(said):
        place = f"{path}/{index}"
        day = _day(each, place, sheet)
        if day is None:
            continue
        if day.year != year:
            sheet.fault("other-year", place, f"{day} is not in {year}")
        elif day in found:
            sheet.fault("twice", place, f"{day} is given twice")
        elif worked and day.weekday() < 5:
            sheet.fault(
                "weekday-workday", place, f"{day} is a weekday and worked anyway: list worked weekend days only"
            )
        elif not worked and day.weekday() >= 5:
            sheet.fault("weekend-holiday", place, f"{day} is a weekend day: list the Mondays to Fridays that are free")
        found.add(day)
    return frozenset(found)
