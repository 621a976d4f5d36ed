"""The catalogue on the wire, beside the guides and forms that the city itself defines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from backend.city.changes import ItemChange
from backend.city.guide import DepartmentName, Guide
from backend.city.structures import (
    Bundle,
    Errand,
    LifeEvent,
    Limit,
    Location,
    RegulationKind,
    ServiceObject,
    Text,
    Topic,
)


class CommunityName(msgspec.Struct, frozen=True):
    """A community by its twelve-digit code."""

    code: str
    name: Text


class StreetName(msgspec.Struct, frozen=True):
    """A street by its twelve-digit code, with its communities."""

    code: str
    name: Text
    communities: list[CommunityName]


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
    """What finding on the phone needs of an item: names, how they are read, and the facts people ask first."""

    key: str
    code: str
    name: Text
    summary: Text
    aliases: list[str]
    pinyin: str
    alias_pinyin: list[str]
    visits: int
    promised: Limit
    fee_charged: bool
    topic: str
    corporate_topic: str | None
    everyday: int
    errand: Errand | None
    service_objects: list[ServiceObject]
    use_level: str
    kind: Literal["promised", "instant"]
    depth: Literal[1, 2, 3, 4]
    department: DepartmentName
    offices: list[OfficeName]
    fillable: bool


class OfficeName(msgspec.Struct, frozen=True):
    """One of the departments that handle an item, for its divisions."""

    department: DepartmentName
    divisions: list[str]


class DepartmentView(msgspec.Struct, frozen=True):
    """A department with its page: who it is, above whom it stands, and how to reach it."""

    key: str
    code: str
    name: Text
    parent: str | None
    division: str
    consult_phone: str
    complaint_phone: str


class Directory(msgspec.Struct, frozen=True):
    """The ways into the catalogue: topics in use, life events, bundles, departments, places; `hash` is the city's."""

    hash: str
    topics: list[Topic]
    life_events: list[LifeEvent]
    bundles: list[Bundle]
    departments: list[DepartmentView]
    locations: list[Location]


class SearchRules(msgspec.Struct, frozen=True):
    """What search knows beside names: traditional characters by their simplified form, words that name nothing, and
    how the catalogue says what people say otherwise."""

    traditional: Mapping[str, str]
    stop_words: list[str]
    synonyms: Mapping[str, str]


class ItemList(msgspec.Struct, frozen=True):
    """All items in force, and what else searching them takes."""

    hash: str
    items: list[ItemSummary]
    search: SearchRules


class Match(msgspec.Struct, frozen=True):
    """An item that answers a query: by its text, its pinyin, first letters, single words of it or in spite of a typing
    error, in which of its names, and which characters of that name (from, until)."""

    key: str
    name: Text
    way: Literal["text", "pinyin", "initials", "words", "typo"]
    term: str
    marked: tuple[int, int] | None
    understood: str


class SearchResult(msgspec.Struct, frozen=True):
    """The nearest items, the nearest first; `hash` is the city's."""

    hash: str
    matches: list[Match]


class RegulationView(msgspec.Struct, frozen=True):
    """A text of law with its validity, and the items in force that rely on it."""

    title: Text
    kind: RegulationKind
    number: str | None
    issued_by: Text | None
    in_force: date | None
    repealed: date | None
    replaced_by: str | None
    items: list[ItemReference]


class ItemReference(msgspec.Struct, frozen=True):
    """An item by its key, as others name it."""

    key: str
    name: Text


class RegulationList(msgspec.Struct, frozen=True):
    """The texts of law of the city, in the order of the pack; `hash` is the city's."""

    hash: str
    regulations: list[RegulationView]


class ComingVersion(msgspec.Struct, frozen=True):
    """A version that is published and comes into force later."""

    hash: str
    published_at: str
    in_force_from: str


class PublishedChanges(msgspec.Struct, frozen=True):
    """A publication and what it changed for residents.

    `first` has no `items`; `count` is how many items the version has, `more` how many changed ones are not told.
    """

    hash: str
    state: Literal["in-force", "coming", "past"]
    published_at: str
    in_force_from: str
    first: bool
    count: int
    items: list[ItemChange]
    more: int


class ChangeLog(msgspec.Struct, frozen=True):
    """What is in force, what is coming, and what each publication changed, newest first (the latest hundred)."""

    hash: str
    in_force_from: str
    coming: list[ComingVersion]
    publications: list[PublishedChanges]


class GuideVersion(msgspec.Struct, frozen=True):
    """A guide as it was published once, and whether it is in force; `coming_from` is when it will be, if it will."""

    in_force: bool
    coming_from: str | None
    guide: Guide


class CalendarYear(msgspec.Struct, frozen=True):
    """Weekdays that are free and days of rest that are worked."""

    off: list[date]
    work: list[date]


class CalendarView(msgspec.Struct, frozen=True):
    """The published years by number."""

    years: dict[str, CalendarYear]
    published: list[int]
