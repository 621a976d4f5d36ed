"""Both legal clocks: the server's in this process, the phone's through node; and random calendars and limits."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st

from backend.foundation.clock_rules import (
    Calendar,
    ClockRefused,
    Limit,
    LimitName,
    Pause,
    PublishedYear,
    clock_lines,
    span_lines,
    step_lines,
)
from tests.harness.phone_process import PhoneProcess

DAY = timedelta(days=1)
Question = dict[str, Any]
"""What is asked, in plain values: `calendar`, `ask` ("clock", "step" or "span") and what that needs."""


class Phone(PhoneProcess):
    """The phone's clock in a process of its own; leaving the context ends it."""

    def __init__(self) -> None:
        super().__init__("clock.mjs")


def _calendar(years: dict[str, dict[str, list[str]]]) -> Calendar:
    def days(year: str, texts: list[str]) -> frozenset[date]:
        return frozenset(date.fromisoformat(f"{year}-{text}") for text in texts)

    return Calendar(
        {int(year): PublishedYear(days(year, it["holidays"]), days(year, it["workdays"])) for year, it in years.items()}
    )


def _limit(said: dict[str, Any]) -> Limit:
    return msgspec.convert(said, Limit)


def server(question: Question) -> Any:
    """What the server answers, in plain values."""
    calendar = _calendar(question["calendar"])
    today = date.fromisoformat(question["today"])
    found: Any
    try:
        if question["ask"] == "clock":
            names: tuple[LimitName, ...] = ("promised", "statutory")
            limits = {name: _limit(question["limits"][name]) for name in names if name in question["limits"]}
            pauses = msgspec.convert(question["pauses"], list[Pause])
            found = clock_lines(limits, date.fromisoformat(question["start"]), pauses, today, calendar)
        elif question["ask"] == "step":
            told = date.fromisoformat(question["told"]) if question["told"] else None
            start = date.fromisoformat(question["start"])
            found = step_lines(_limit(question["limit"]), start, told, today, calendar)
        else:
            first, last = (date.fromisoformat(question[name]) for name in ("first", "last"))
            found = span_lines(first, last, question["code"], today)
    except ClockRefused as refused:
        return {"refused": refused.code}
    return json.loads(msgspec.json.encode(found))


_days = st.dates(date(2020, 1, 1), date(2031, 12, 31))


@st.composite
def _years(draw: st.DrawFn) -> dict[str, dict[str, list[str]]]:
    found = {}
    for year in draw(st.sets(st.integers(2019, 2033), max_size=8)):
        first = date(year, 1, 1)
        drawn = [first + DAY * offset for offset in draw(st.sets(st.integers(0, 364), max_size=30))]
        found[str(year)] = {
            "holidays": [f"{day:%m-%d}" for day in drawn if day.weekday() < 5],
            "workdays": [f"{day:%m-%d}" for day in drawn if day.weekday() >= 5],
        }
    return found


_limits = st.fixed_dictionaries(
    {
        "days": st.integers(0, 60),
        "unit": st.sampled_from(["workday", "day"]),
        "extension": st.one_of(st.just(0), st.integers(0, 30)),
        "joint": st.booleans(),
    }
)


@st.composite
def _pauses(draw: st.DrawFn, start: date) -> list[dict[str, Any]]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        first = start + DAY * draw(st.integers(-3, 60))
        length = draw(st.one_of(st.none(), st.integers(-1, 40)))
        last = None if length is None else (first + DAY * length).isoformat()
        code = draw(st.sampled_from(["pause", "hearing", "appraisal", "expert-review"]))
        found.append({"first": first.isoformat(), "last": last, "code": code})
    return found


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A random calendar, and a case or a step on it, looked at on some day."""
    start = draw(_days)
    asked: Question = {
        "calendar": draw(_years()),
        "ask": draw(st.sampled_from(["clock", "clock", "step", "span"])),
        "start": start.isoformat(),
        "today": (start + DAY * draw(st.integers(-5, 150))).isoformat(),
    }
    if asked["ask"] == "clock":
        names = draw(st.sets(st.sampled_from(["promised", "statutory"])))
        return {**asked, "limits": {name: draw(_limits) for name in sorted(names)}, "pauses": draw(_pauses(start))}
    if asked["ask"] == "step":
        told = draw(st.one_of(st.none(), st.integers(0, 90)))
        return {
            **asked,
            "limit": draw(_limits),
            "told": None if told is None else (start + DAY * told).isoformat(),
        }
    last = start + DAY * draw(st.integers(0, 90))
    return {**asked, "first": asked["start"], "last": last.isoformat(), "code": "hearing"}
