"""Publishing only adds: the last pack is in force, and what earlier ones said stays readable."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from backend.city.city import City
from backend.city.pack import Document, read
from backend.city.store import CityInForce, load, publish
from backend.foundation.database import Database, sql
from backend.foundation.time_source import TimeSource

pytestmark = pytest.mark.anyio
PACK = Path(__file__).parents[2] / "city"
BASE = "items/residence-permit/base.yaml"


def changed(words: str) -> City:
    documents = read(PACK)
    data = msgspec.json.decode(msgspec.json.encode(documents[BASE].data))
    data["summary"]["zh"] = words
    return City.assemble({**documents, BASE: Document(BASE, data, {})})


async def test_a_published_city_is_loaded_as_it_was(database: Database) -> None:
    city = City.load(PACK)
    assert await publish(database, city, at=1, actor="system")
    loaded = await load(database, city.hash)
    assert loaded.hash == city.hash
    assert loaded.items == city.items
    assert (loaded.forms, loaded.lifecycles, loaded.certificates) == (city.forms, city.lifecycles, city.certificates)


async def test_publishing_what_is_in_force_changes_nothing(database: Database) -> None:
    city = City.load(PACK)
    assert await publish(database, city, at=1, actor="system")
    assert not await publish(database, city, at=2, actor="system")
    assert (await database.read(sql("SELECT COUNT(*) AS found FROM city_publication")))[0]["found"] == 1


async def test_a_newer_pack_is_followed_and_the_older_guide_stays_readable(database: Database) -> None:
    first, second = City.load(PACK), changed("新的说明")
    await publish(database, first, at=1, actor="system")
    in_force = CityInForce(database)
    with pytest.raises(RuntimeError, match="city publish"):
        in_force()
    assert await in_force.refresh()
    assert not await in_force.refresh()
    await publish(database, second, at=2, actor="system")
    assert await in_force.refresh()
    assert in_force().hash == second.hash
    assert in_force().guides[first.items["residence-permit"].guide.hash].summary.zh.startswith("在云海住满半年")


async def test_an_earlier_pack_can_be_put_in_force_again(database: Database) -> None:
    first, second = City.load(PACK), changed("新的说明")
    for at, city in enumerate((first, second, first)):
        assert await publish(database, city, at=at, actor="system")
    in_force = CityInForce(database)
    await in_force.refresh()
    assert in_force().hash == first.hash
    assert in_force().items["residence-permit"].guide.summary.zh.startswith("在云海住满半年")


async def test_publishers_at_once_take_turns(database: Database) -> None:
    cities = [changed(f"说明 {number}") for number in range(4)]
    await asyncio.gather(*(publish(database, city, at=1, actor="system") for city in cities))
    rows = await database.read(sql("SELECT number, pack_hash FROM city_publication ORDER BY number"))
    assert [row["number"] for row in rows] == [1, 2, 3, 4]
    assert {row["pack_hash"] for row in rows} == {city.hash for city in cities}


async def test_a_pack_for_later_is_followed_at_its_instant_and_its_guides_can_be_read_before(
    database: Database,
) -> None:
    first, second = City.load(PACK), changed("新的说明")
    time = TimeSource()
    time.set(1_000_000)
    await publish(database, first, at=1_000_000, actor="system")
    in_force = CityInForce(database, time)
    await in_force.refresh()
    assert await publish(database, second, at=1_000_000, actor="system", effective_at=2_000_000)
    assert await in_force.refresh()
    assert (in_force().hash, [each.pack_hash for each in in_force().coming]) == (first.hash, [second.hash])
    assert second.items["residence-permit"].guide.hash in in_force().guides
    time.set(2_000_000)
    assert await in_force.refresh()
    assert (in_force().hash, in_force().coming, in_force().in_force_from) == (second.hash, [], 2_000_000)
    assert not await in_force.refresh()


async def test_a_process_that_follows_switches_at_the_instant_and_not_at_the_next_poll(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.city.store.POLL_SECONDS", 600.0)
    first, second = City.load(PACK), changed("新的说明")
    time = TimeSource()
    time.set(1_000_000)
    await publish(database, first, at=time.now(), actor="system")
    await publish(database, second, at=time.now(), actor="system", effective_at=9_000_000)
    in_force = CityInForce(database, time)
    await in_force.refresh()
    assert in_force().hash == first.hash
    time.set(9_000_000 - 1_500)
    following = asyncio.create_task(in_force.follow())
    for _try in range(1500):
        if in_force().hash == second.hash or following.done():
            break
        await asyncio.sleep(0.02)
    following.cancel()
    assert in_force().hash == second.hash
    assert time.now() >= 9_000_000


async def test_residents_are_told_what_each_publication_changed_also_of_packs_without_an_index(
    database: Database,
) -> None:
    first, second = City.load(PACK), changed("新的说明")
    for at, city in enumerate((first, second, first)):
        await publish(database, city, at=at, actor="system")
    await database.commit([sql("DELETE FROM city_index")])
    in_force = CityInForce(database)
    await in_force.refresh()
    told = in_force().changes
    assert [(each.hash, each.first, [item.change for item in each.items]) for each in told] == [
        (first.hash, False, ["changed"]),
        (second.hash, False, ["changed"]),
        (first.hash, True, []),
    ]
    (element,) = told[1].items[0].elements
    assert (element.element, element.now and element.now.zh) == ("summary", "新的说明")
