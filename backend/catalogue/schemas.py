"""The catalogue on the wire, beside the guides and forms that the city itself defines."""

from __future__ import annotations

from datetime import date

import msgspec

from backend.city.guide import DepartmentName
from backend.city.structures import Limit, Text


class StreetName(msgspec.Struct, frozen=True):
    """A street by its twelve-digit code."""

    code: str
    name: Text


class DistrictName(msgspec.Struct, frozen=True):
    """A district by its six-digit code, with its streets."""

    code: str
    name: Text
    streets: list[StreetName]


class CityView(msgspec.Struct, frozen=True):
    """The city; `hash` names the pack in force."""

    code: str
    name: Text
    hash: str
    hotline: str
    districts: list[DistrictName]


class ItemSummary(msgspec.Struct, frozen=True):
    """What search on the phone needs of an item: names, aliases, full pinyin and initials."""

    key: str
    code: str
    name: Text
    summary: Text
    aliases: list[str]
    pinyin: str
    initials: str
    visits: int
    promised: Limit
    fee_charged: bool
    topic: str
    department: DepartmentName
    fillable: bool


class ItemList(msgspec.Struct, frozen=True):
    """All items in force."""

    hash: str
    items: list[ItemSummary]


class CalendarYear(msgspec.Struct, frozen=True):
    """Weekdays that are free and days of rest that are worked."""

    off: list[date]
    work: list[date]


class CalendarView(msgspec.Struct, frozen=True):
    """The published years by number."""

    years: dict[str, CalendarYear]
    published: list[int]
