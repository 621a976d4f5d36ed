"""The catalogue's answers as bytes, made once for a city: a read costs no encoding and no database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal

import msgspec

from backend.catalogue.schemas import (
    CalendarView,
    CalendarYear,
    ChangeLog,
    CityView,
    ComingVersion,
    CommunityName,
    DepartmentView,
    Directory,
    DistrictName,
    GuideVersion,
    ItemList,
    ItemReference,
    ItemSummary,
    OfficeName,
    PublishedChanges,
    RegulationList,
    RegulationView,
    SearchRules,
    StreetName,
)
from backend.city.city import City, Item, bare_title
from backend.city.structures import Street
from backend.foundation.clock_rules import Calendar
from backend.foundation.time_source import rfc3339


class Page(msgspec.Struct, frozen=True):
    """A JSON body and its entity tag (quoted, strong)."""

    body: bytes
    etag: str


class Pages(msgspec.Struct, frozen=True):
    """All answers of the catalogue for one city."""

    city: Page
    items: Page
    directory: Page
    regulations: Page
    changes: Page
    guides: Mapping[str, Page]
    forms: Mapping[str, Page]


def _page(value: Any, tag: str | None = None) -> Page:
    body = msgspec.json.encode(value)
    return Page(body, f'"{tag or sha256(body).hexdigest()[:32]}"')


def _entry(item: Item) -> ItemSummary:
    guide = item.guide
    return ItemSummary(
        key=item.key,
        code=guide.code,
        name=guide.name,
        summary=guide.summary,
        aliases=item.aliases,
        pinyin=item.pinyin,
        alias_pinyin=item.alias_pinyin,
        visits=guide.visits,
        promised=guide.promised,
        fee_charged=guide.fee.charged,
        topic=item.topic,
        corporate_topic=item.corporate_topic,
        everyday=item.everyday,
        errand=item.errand,
        service_objects=guide.service_objects,
        use_level=guide.use_level,
        kind=guide.kind,
        depth=guide.depth,
        department=guide.department,
        offices=[OfficeName(office.department, office.divisions) for office in guide.offices],
        fillable=guide.fillable,
    )


def _items(city: City) -> ItemList:
    words = city.search_words
    items = [_entry(item) for item in city.items.values()]
    return ItemList(city.hash, items, SearchRules(city.traditional, words.stop_words, words.synonyms))


def _street(street: Street) -> StreetName:
    communities = [CommunityName(each.code, each.name) for each in street.communities]
    return StreetName(street.code, street.name, communities)


def _view(city: City) -> CityView:
    districts = [
        DistrictName(each.code, each.name, [_street(street) for street in each.streets]) for each in city.districts
    ]
    return CityView(city.code, city.name, city.hash, city.hotline, districts)


def _directory(city: City) -> Directory:
    used = {topic for item in city.items.values() for topic in (item.topic, item.corporate_topic)}
    return Directory(
        hash=city.hash,
        topics=[topic for topic in city.topics if topic.code in used],
        life_events=city.life_events,
        bundles=list(city.bundles.values()),
        departments=[
            DepartmentView(
                each.key, each.code, each.name, each.parent, each.division, each.consult_phone, each.complaint_phone
            )
            for each in city.departments.values()
        ],
        locations=list(city.locations.values()),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _regulations(city: City) -> RegulationList:
    relying: dict[str, list[ItemReference]] = {}
    for item in city.items.values():
        for title in dict.fromkeys(bare_title(law.title.zh) for law in item.guide.legal_basis):
            relying.setdefault(title, []).append(ItemReference(item.key, item.guide.name))
    return RegulationList(
        city.hash,
        [
            RegulationView(
                each.title,
                each.kind,
                each.number,
                each.issued_by,
                _day(each.in_force),
                _day(each.repealed),
                each.replaced_by,
                relying.get(bare_title(each.title.zh), []),
            )
            for each in city.regulations
        ],
    )


def _changes(city: City) -> ChangeLog:
    ahead = {(each.pack_hash, each.effective_at) for each in city.coming}
    publications = []
    shown = False
    for each in city.changes:
        coming = (each.hash, each.in_force_from) in ahead
        # Newest first: the first that is not coming is the one in force.
        state: Literal["in-force", "coming", "past"] = "coming" if coming else "past" if shown else "in-force"
        shown = shown or not coming
        publications.append(
            PublishedChanges(
                each.hash,
                state,
                rfc3339(each.published_at),
                rfc3339(each.in_force_from),
                each.first,
                each.count,
                each.items,
                each.more,
            )
        )
    coming_versions = [
        ComingVersion(each.pack_hash, rfc3339(each.at), rfc3339(each.effective_at)) for each in city.coming
    ]
    return ChangeLog(city.hash, rfc3339(city.in_force_from), coming_versions, publications)


@lru_cache(maxsize=512)
def guide_page(city: City, hash_: str) -> Page | None:
    """A guide by its hash, in force or from any earlier or coming publication; None for one never published."""
    guide = city.guides.get(hash_)
    if guide is None:
        return None
    now = city.items.get(guide.key)
    in_force = now is not None and now.guide.hash == hash_
    coming = None if in_force else _coming_from(city, hash_)
    mark = "" if in_force else "-past" if coming is None else f"-{coming}"
    return _page(GuideVersion(in_force, None if coming is None else rfc3339(coming), guide), f"{hash_}{mark}")


def _coming_from(city: City, guide_hash: str) -> int | None:
    """The soonest instant from which a guide is published to be in force; None when it is not."""
    ahead = {(each.pack_hash, each.effective_at) for each in city.coming}
    return min(
        (
            each.in_force_from
            for each in city.changes
            if (each.hash, each.in_force_from) in ahead and any(item.guide == guide_hash for item in each.items)
        ),
        default=None,
    )


@lru_cache(maxsize=2)
def pages_of(city: City) -> Pages:
    """The answers for a city, from memory after the first time."""
    return Pages(
        city=_page(_view(city), city.hash),
        regulations=_page(_regulations(city), city.hash),
        items=_page(_items(city), city.hash),
        directory=_page(_directory(city), city.hash),
        changes=_page(_changes(city)),
        guides={key: _page(item.guide, item.guide.hash) for key, item in city.items.items()},
        forms={name: _page(form, name) for name, form in city.forms.items()},
    )


@lru_cache(maxsize=2)
def calendar_page(calendar: Calendar) -> Page:
    """The days of rest that are worked and the weekdays that are free, by published year."""
    published = calendar.years
    years = {
        str(year): CalendarYear(sorted(published[year].holidays), sorted(published[year].workdays))
        for year in sorted(published)
    }
    return _page(CalendarView(years, sorted(published)))
