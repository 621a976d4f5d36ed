"""Security events are counted by the minute, no attacker can fill their table, and they go when their time is over."""

from __future__ import annotations

import asyncio

import pytest

from backend.foundation import security_events
from backend.foundation.database import Database, DatabaseError, StatementRefused, open_database, sql
from backend.foundation.security_events import Feed, note, page, purge

pytestmark = pytest.mark.anyio
MINUTE = 60_000
DAY = 86_400_000


async def test_the_same_event_within_a_minute_is_one_row_with_a_count(database: Database) -> None:
    for at in (0, 1000, 59_999, MINUTE):
        await database.commit([note(at=at, kind="sign-in-failed", severity="notice", address="192.0.2.1")])
    rows = await database.read(page(limit=10))
    assert [(row["times"], row["first_at"], row["last_at"]) for row in rows] == [
        (1, MINUTE, MINUTE),
        (3, 0, 59_999),
    ]


async def test_kind_actor_and_address_are_kept_apart(database: Database) -> None:
    for kind, actor, address in (
        ("rate-limited", "", "a"),
        ("rate-limited", "x", "a"),
        ("rate-limited", "", "b"),
        ("cross-origin", "", "a"),
    ):
        await database.commit(
            [note(at=1, kind=kind, severity="warning", actor=actor, address=address)]  # type: ignore[arg-type]
        )
    assert [row["times"] for row in await database.read(page(limit=10))] == [1, 1, 1, 1]


async def test_events_at_once_are_all_counted(database: Database) -> None:
    await asyncio.gather(
        *(
            database.commit([note(at=5, kind="code-guessing", severity="warning", address="a")])
            for _request in range(40)
        )
    )
    assert [row["times"] for row in await database.read(page(limit=10))] == [40]


async def test_a_crowd_of_addresses_fills_no_more_than_its_share(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security_events, "_MOST", 10)
    for number in range(30):
        await database.commit(
            [note(at=5, kind="sign-in-failed", severity="notice", actor=f"{number}", address=f"{number}")]
        )
    rows = await database.read(page(limit=100))
    assert len(rows) == 11
    assert [(row["actor"], row["times"]) for row in rows if row["address"] == "*"] == [("*", 20)]
    await database.commit([note(at=5, kind="locked-out", severity="warning", address="1")])
    assert len(await database.read(page(limit=100))) == 12


async def test_the_feed_is_read_newest_first_by_pages_and_by_kind_and_severity(database: Database) -> None:
    for number in range(6):
        await database.commit(
            [
                note(
                    at=number * MINUTE,
                    kind="unmasked" if number % 2 else "erased",
                    severity="critical" if number == 3 else "notice",
                    actor="clerk",
                    details="x" * 900,
                )
            ]
        )
    first = await database.read(page(limit=4))
    second = await database.read(page(limit=4, before=first[-1]["id"]))
    assert [row["first_at"] // MINUTE for row in first + second] == [5, 4, 3, 2, 1, 0]
    assert len(first[0]["details"]) == 500
    assert [row["first_at"] // MINUTE for row in await database.read(page(limit=9, kind="unmasked"))] == [5, 3, 1]
    both = page(limit=9, kind="unmasked", severity="critical")
    assert [row["first_at"] // MINUTE for row in await database.read(both)] == [3]


async def test_events_are_forgotten_when_their_days_are_over(database: Database) -> None:
    await database.commit([note(at=0, kind="erased", severity="notice", actor="a")])
    await database.commit([note(at=10 * DAY, kind="erased", severity="notice", actor="a")])
    assert await purge(database, 200 * DAY, 195) == 1
    assert [row["first_at"] for row in await database.read(page(limit=9))] == [10 * DAY]


async def test_refused_requests_are_counted_in_memory_and_stored_together(database: Database) -> None:
    feed = Feed()
    for number in range(50):
        feed.add(at=1000 + number, kind="rate-limited", severity="notice", address=f"192.0.2.{number % 2}")
    assert await database.read(page(limit=9)) == []
    assert await feed.store(database) == 2
    assert await feed.store(database) == 0
    feed.add(at=2000, kind="rate-limited", severity="notice", address="192.0.2.0")
    await feed.store(database)
    rows = await database.read(page(limit=9))
    assert sorted((row["address"], row["times"]) for row in rows) == [("192.0.2.0", 26), ("192.0.2.1", 25)]


async def test_a_feed_keeps_no_more_than_its_share_in_memory(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security_events, "_MOST", 10)
    feed = Feed()
    for number in range(30):
        feed.add(at=5, kind="cross-origin", severity="warning", address=f"{number}")
    assert await feed.store(database) == 11
    assert sum(row["times"] for row in await database.read(page(limit=99))) == 30


async def test_what_could_not_be_stored_is_stored_later_and_the_rest_when_the_house_closes(
    database: Database, database_url: str
) -> None:
    gone = await open_database(database_url, bind=False)
    await gone.close()
    feed = Feed()
    feed.add(at=5, kind="permission-denied", severity="warning", actor="a1")
    with pytest.raises(DatabaseError):
        await feed.store(gone)
    feed.start(database)
    feed.add(at=6, kind="permission-denied", severity="warning", actor="a1")
    await feed.stop(database)
    assert [(row["actor"], row["times"]) for row in await database.read(page(limit=9))] == [("a1", 2)]


async def test_an_unknown_severity_is_refused(database: Database) -> None:
    with pytest.raises(StatementRefused):
        await database.commit([note(at=0, kind="erased", severity="mild")])  # type: ignore[arg-type]
    assert await database.read(sql("SELECT id FROM security_event")) == []
