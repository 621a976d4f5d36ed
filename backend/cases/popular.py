"""What people file most now: counted over the last thirty days, so seldom that asking costs nothing."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency

from backend.cases import tables
from backend.city.city import City
from backend.foundation.database import Database
from backend.house import House

DAYS = 30
ACCOUNTS = 5
"""Fewer say nothing of what is usual, and might say something of somebody."""
MOST = 8
MINUTES = 10


class Popular(msgspec.Struct, frozen=True):
    """Keys of items, the most filed first; the first `counted` by applications, the others by how everyday they are."""

    items: list[str]
    counted: int


class _Board:
    """The last count of a database, and until when it will do (milliseconds)."""

    counts: tuple[str, ...] = ()
    until: int = 0


# A house has one database; each worker counts for itself.
_boards: WeakKeyDictionary[Database, _Board] = WeakKeyDictionary()


def ranked(city: City, filed: tuple[str, ...]) -> Popular:
    """What is filed most, then what is everyday; only what can be filed in this city."""
    open_items = [item for item in city.items.values() if item.guide.fillable]
    keys = {item.key for item in open_items}
    counted = [key for key in filed if key in keys][:MOST]
    usual = sorted(open_items, key=lambda item: (-item.everyday, item.key))
    return Popular([*counted, *(item.key for item in usual if item.key not in counted)][:MOST], len(counted))


async def popular(house: House) -> Popular:
    """What is filed most, at most ten minutes old."""
    board, now = _boards.setdefault(house.database, _Board()), house.time.now()
    # A clock that went back, as tests do, is no reason to keep a count for longer.
    if not board.until - MINUTES * 60_000 <= now < board.until:
        rows = await house.database.read(tables.filed_most(now - DAYS * 86_400_000, ACCOUNTS, MOST))
        board.counts, board.until = tuple(row["item"] for row in rows), now + MINUTES * 60_000
    return ranked(house.city, board.counts)


class PopularController(Controller):
    """What people file most now."""

    path = "/api/v1/popular"
    tags = ("catalogue",)

    @get(summary="What people file most now")
    async def popular(self, house: NamedDependency[House]) -> Popular:
        return await popular(house)
