"""The file of a published year: read as YAML or JSON, judged whole, and every mistake with its place."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.foundation.calendar_file import MAXIMUM_BYTES, CalendarFileInvalid, parse_year, read_year
from backend.foundation.calendar_published import published_calendar

YAML = """\
year: 2027
source: {title: 关于2027年部分节假日安排的通知, date: 2026-11-20}
holidays: [2027-01-01, "2027-02-08", 2027-10-01]
workdays: [2027-02-20]
"""
DATA = {
    "year": 2027,
    "source": {"title": "关于2027年部分节假日安排的通知", "date": "2026-11-20"},
    "holidays": ["2027-01-01", "2027-02-08", "2027-10-01"],
    "workdays": ["2027-02-20"],
}


def faults(text: str, *, as_json: bool = False) -> list[tuple[str, int, str]]:
    with pytest.raises(CalendarFileInvalid) as caught:
        parse_year(text, as_json=as_json)
    return [(each.code, each.line, each.path) for each in caught.value.faults]


def test_yaml_and_json_of_one_year_say_the_same() -> None:
    notice = parse_year(YAML)
    assert notice == parse_year(json.dumps(DATA), as_json=True)
    assert (notice.year, notice.dated, date(2027, 2, 20) in notice.workdays) == (2027, date(2026, 11, 20), True)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("year: 2027", "year: 27", ("year", 1, "/year")),
        ("year: 2027", "year: 1999", ("year", 1, "/year")),
        ("year: 2027\n", "", ("missing", 1, "")),
        ("workdays:", "work:", ("unknown-member", 4, "/work")),
        ("date: 2026-11-20", "date: soon", ("not-a-day", 2, "/source/date")),
        ("title: 关于2027年部分节假日安排的通知, ", "", ("missing", 2, "/source")),
        ("title: 关于2027年部分节假日安排的通知", "title: 通知", ("source", 2, "/source/title")),
        ("2027-01-01", "2027-01-32", ("not-a-day", 3, "/holidays/0")),
        ("2027-01-01", "2028-01-03", ("other-year", 3, "/holidays/0")),
        ('"2027-02-08"', "2027-01-01", ("twice", 3, "/holidays/1")),
        ('"2027-02-08"', "2027-02-06", ("weekend-holiday", 3, "/holidays/1")),
        ("[2027-02-20]", "[2027-02-19]", ("weekday-workday", 4, "/workdays/0")),
        ("2027-10-01", "2027-10-04", ("statutory-day", 3, "/holidays")),
        ("[2027-02-20]", "2027-02-20", ("not-a-day", 4, "/workdays")),
        ("[2027-02-20]", f"[{', '.join(['2027-02-20'] * 61)}]", ("too-many", 4, "/workdays")),
        ("[2027-02-20]", "[[[[[2027-02-20]]]]]", ("unreadable", 4, "")),
        ("[2027-02-20]", "[2027-02-20", ("unreadable", 5, "")),
        ("workdays: [2027-02-20]", "holidays: []", ("unreadable", 4, "")),
    ],
)
def test_every_mistake_is_said_with_its_place(old: str, new: str, expected: tuple[str, int, str]) -> None:
    assert old in YAML
    assert expected in faults(YAML.replace(old, new, 1))


def test_json_mistakes_are_said_by_their_pointer_and_broken_json_by_its_line() -> None:
    wrong = {**DATA, "workdays": ["2027-02-19"]}
    assert faults(json.dumps(wrong), as_json=True) == [("weekday-workday", 1, "/workdays/0")]
    assert faults('{\n"year": 2027,\n', as_json=True) == [("unreadable", 3, "")]
    assert faults("[" * 30_000, as_json=True)[0][0] == "unreadable"
    assert faults("[" * 30_000)[0][0] == "unreadable"


def test_large_and_missing_files_are_refused_before_they_are_read(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_text("#" * (MAXIMUM_BYTES + 1))
    for file, code in ((large, "too-large"), (tmp_path / "none.yaml", "unreadable")):
        with pytest.raises(CalendarFileInvalid) as caught:
            read_year(file)
        assert [each.code for each in caught.value.faults] == [code]


def test_every_year_that_was_published_since_the_holidays_of_today_would_be_taken() -> None:
    for year, published in published_calendar().years.items():
        # Until 2007 and 2014 other days were free by law.
        if year >= 2014:
            data = {
                "year": year,
                "source": {"title": "关于部分节假日安排的通知", "date": f"{year - 1}-11-20"},
                "holidays": [day.isoformat() for day in sorted(published.holidays)],
                "workdays": [day.isoformat() for day in sorted(published.workdays)],
            }
            assert parse_year(json.dumps(data), as_json=True).holidays == published.holidays


@given(st.text(max_size=200), st.booleans())
def test_whatever_the_file_says_it_is_a_year_or_a_typed_mistake(text: str, as_json: bool) -> None:
    try:
        parse_year(text, as_json=as_json)
    except CalendarFileInvalid as error:
        found = error.faults
    else:
        found = []
    assert found or "year" in text
