"""Writes tests/vectors/clock.json: clocks that both twins are held to, with what the server answers.

`.venv/bin/python -m tests.clock.make_vectors`; the file is read over before it is committed.
"""

from __future__ import annotations

import json
from typing import Any

from tests.clock.twins import Question, server
from tests.harness.served import ROOT

FILE = ROOT / "tests" / "vectors" / "clock.json"
# The days of the notice for 2026; 2027 is not published in these vectors.
_PUBLISHED = ROOT / "backend" / "foundation" / "calendar_published.json"
_CALENDAR = {"2026": json.loads(_PUBLISHED.read_text())["years"]["2026"]}


def _limit(days: int, unit: str = "workday", extension: int = 0, *, joint: bool = False) -> dict[str, Any]:
    return {"days": days, "unit": unit, "extension": extension, "joint": joint}


_TEN, _TWENTY = _limit(10), _limit(20)


def _clock(start: str, today: str, *pauses: tuple[str, str | None, str], **limits: dict[str, Any]) -> Question:
    said = [{"first": first, "last": last, "code": code} for first, last, code in pauses]
    return {"calendar": _CALENDAR, "ask": "clock", "start": start, "today": today, "pauses": said, "limits": limits}


def _step(start: str, today: str, limit: dict[str, Any], told: str | None = None) -> Question:
    return {"calendar": _CALENDAR, "ask": "step", "start": start, "today": today, "limit": limit, "told": told}


_ASKED: dict[str, Question] = {
    "two lanes over a worked weekend and the autumn holidays": _clock(
        "2026-09-18", "2026-09-22", promised=_TEN, statutory=_TWENTY
    ),
    "an appraisal stops both lanes": _clock(
        "2026-03-02", "2026-03-12", ("2026-03-09", "2026-03-20", "appraisal"), promised=_TEN, statutory=_TWENTY
    ),
    "an open hearing moves the due date on each day": _clock(
        "2026-03-02", "2026-03-12", ("2026-03-09", None, "hearing"), statutory=_TWENTY
    ),
    "pauses that overlap count once, under the first one's name": _clock(
        "2026-03-02",
        "2026-04-01",
        ("2026-03-09", "2026-03-13", "testing"),
        ("2026-03-11", "2026-03-18", "hearing"),
        statutory=_TWENTY,
    ),
    "an extension of ten days": _clock(
        "2026-06-01", "2026-07-02", promised=_limit(10, "workday", 10), statutory=_limit(20, "workday", 10)
    ),
    "what is handled jointly, extended by fifteen days": _clock(
        "2026-03-02", "2026-05-20", statutory=_limit(45, "workday", 15, joint=True)
    ),
    "calendar days end on the day after the holiday": _clock("2026-02-13", "2026-02-13", statutory=_limit(5, "day")),
    "overdue days are of the unit": _clock("2026-11-02", "2026-11-23", promised=_TEN, statutory=_limit(15, "day")),
    "an unpublished year makes an estimate": _clock("2026-12-21", "2026-12-21", promised=_TEN),
    "nothing to wait for": _clock("2026-02-14", "2026-02-14", promised=_limit(0)),
    "no limit at all": _clock("2026-02-14", "2026-02-14"),
    "a pause that ends before it begins": _clock(
        "2026-03-02", "2026-03-12", ("2026-03-09", "2026-03-08", "pause"), promised=_TEN
    ),
    "too many days with the extension": _clock("2026-03-02", "2026-03-02", promised=_limit(3650, "day", 1)),
    "five days to accept": _step("2026-09-18", "2026-09-21", _limit(5)),
    "a correction late by two days": _step("2026-11-02", "2026-11-25", _limit(15)),
    "a day that was told stays": _step("2026-12-21", "2027-01-12", _limit(15), "2027-01-14"),
    "a day that was told too early does not bind": _step("2026-11-02", "2026-11-03", _limit(15), "2026-11-20"),
    "a procedure until a stated day": {
        "calendar": {},
        "ask": "span",
        "first": "2026-03-09",
        "last": "2026-03-20",
        "code": "appraisal",
        "today": "2026-03-12",
        "start": "2026-03-09",
    },
}


def vectors() -> list[dict[str, Any]]:
    """Each vector: its name, what is asked, and the answer."""
    return [{"name": name, "asked": asked, "answer": server(asked)} for name, asked in _ASKED.items()]


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n")
