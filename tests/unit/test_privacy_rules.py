"""Rights over one's data: the pure part."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from backend.city.city import City
from backend.foundation.personal_data import Chapter, Entry
from backend.foundation.time_source import SHANGHAI, legal_day
from backend.privacy import rules
from backend.privacy.export import page

CITY = City.load(Path(__file__).parents[2] / "city")


def instant(year: int, month: int, day: int, hour: int = 12) -> int:
    return int(datetime(year, month, day, hour, tzinfo=SHANGHAI).timestamp() * 1000)


@pytest.mark.parametrize(
    ("closed", "years", "until"),
    [
        (instant(2026, 11, 26), 10, "2036-11-26"),
        (instant(2028, 2, 29), 10, "2038-02-28"),
        (instant(2026, 12, 31, 23), 1, "2027-12-31"),
        (instant(2027, 1, 1, 0), 30, "2057-01-01"),
    ],
)
def test_a_record_is_kept_whole_years_from_the_day_it_closed(closed: int, years: int, until: str) -> None:
    assert legal_day(rules.kept_until(closed, years, None)).isoformat() == until


def test_a_record_is_never_ended_before_its_certificate() -> None:
    later = instant(2040, 1, 1)
    assert rules.kept_until(instant(2026, 1, 1), 1, later) == later


def test_other_words_of_a_purpose_are_another_version() -> None:
    assert CITY.privacy is not None
    first, second = CITY.privacy.purposes[:2]
    assert rules.version_of(first) == rules.version_of(msgspec.structs.replace(first))
    for change in ({"says": second.says}, {"without": second.without}, {"separate": True}, {"who": "guardian"}):
        assert rules.version_of(msgspec.structs.replace(first, **change)) != rules.version_of(first)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("index.html", True),
        ("files/0a1b.jpg", True),
        ("certificates/018f0000-0000-7000-8000-000000000001.txt", True),
        ("../index.html", False),
        ("/etc/passwd", False),
        ("files/../../x", False),
        ("files/..", False),
        ("c:\\x", False),
        ("files//x", False),
        ("=cmd", False),
        ("琥珀.jpg", False),
        ("", False),
        ("a\n", False),
    ],
)
def test_only_plain_relative_names_stand_in_an_archive(name: str, safe: bool) -> None:
    assert rules.is_safe_member(name) is safe


def test_the_readable_page_escapes_everything_and_loads_nothing() -> None:
    hostile = '"><script src=//x.example></script><img onerror=a()>'
    chapter = Chapter("drafts", hostile, [Entry(hostile, [(hostile, hostile)])], {})
    text = page(hostile, hostile, [chapter, Chapter("inbox", "消息", [], [])]).decode()
    tags = set(re.findall(r"<([a-z][a-z0-9]*)", text))
    assert tags == {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "dl", "dt", "dd"}
    assert "没有。" in text
    assert "url(" not in text


def test_a_reader_is_told_apart_by_position_and_kind() -> None:
    assert [rules.reader_kind(actor, {"a"}) for actor in ("a", "system", "link", "b")] == [
        "staff",
        "system",
        "link",
        "other",
    ]
