"""What the signed feed says of a city: which guide of each item is in force, under which hash and where. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import msgspec

from backend.city.city import City
from backend.city.guide import Guide
from backend.city.structures import Text
from backend.foundation.time_source import SHANGHAI, rfc3339

VALID_DAYS = 7
"""How long a signed answer may be relied on; it is signed anew each day."""


class FeedItem(msgspec.Struct, frozen=True):
    """An item with the hash of its guide and its addresses: the guide as JSON, signed, and as a page."""

    key: str
    code: str
    name: Text
    hash: str
    effective: str
    guide: str
    signed: str
    page: str


class FeedVersion(msgspec.Struct, frozen=True):
    """A published version and when it came or comes into force."""

    hash: str
    in_force_from: str


class GuideFeed(msgspec.Struct, frozen=True):
    """All items in force. `pack` names the version; `issued_at` and `valid_until` bound what this answer says."""

    city: str
    name: Text
    pack: str
    in_force_from: str
    issued_at: str
    valid_until: str
    coming: list[FeedVersion]
    items: list[FeedItem]


class SignedGuide(msgspec.Struct, frozen=True):
    """One whole guide in force."""

    city: str
    pack: str
    issued_at: str
    valid_until: str
    guide: Guide


def guide_feed(city: City, origin: str, day: date) -> GuideFeed:
    """The feed of a city on a legal day; `origin` is where residents reach this installation."""
    issued, until = _bounds(day)
    return GuideFeed(
        city=city.code,
        name=city.name,
        pack=city.hash,
        in_force_from=rfc3339(city.in_force_from),
        issued_at=issued,
        valid_until=until,
        coming=[FeedVersion(each.pack_hash, rfc3339(each.effective_at)) for each in city.coming],
        items=[
            FeedItem(
                key=item.key,
                code=item.guide.code,
                name=item.guide.name,
                hash=item.guide.hash,
                effective=item.guide.effective,
                guide=f"{origin}/api/v1/items/{item.key}",
                signed=f"{origin}/feed/guides/{item.key}.json",
                page=f"{origin}/guides/{item.key}",
            )
            for item in city.items.values()
        ],
    )


def signed_guide(city: City, key: str, day: date) -> SignedGuide:
    """One guide in force for the feed. Raises KeyError."""
    issued, until = _bounds(day)
    return SignedGuide(city.code, city.hash, issued, until, city.items[key].guide)


def _bounds(day: date) -> tuple[str, str]:
    start = datetime.combine(day, time(), SHANGHAI)
    end = start + timedelta(days=VALID_DAYS)
    return rfc3339(int(start.timestamp() * 1000)), rfc3339(int(end.timestamp() * 1000))
