"""Piccolo queries run on both engines, awaited alone or as statements of a batch, in one database after another."""

from __future__ import annotations

import pytest
from piccolo.columns import BigInt, Text
from piccolo.engine.exceptions import TransactionError
from piccolo.table import Table

from backend.foundation.database import Database, UniqueViolation, bind_tables, sql

pytestmark = pytest.mark.anyio


class CalendarYear(Table, tablename="calendar_year"):
    year = BigInt(primary_key=True)
    source = Text()


@pytest.fixture(autouse=True)
def as_if_of_a_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CalendarYear, "__module__", "backend.example.tables")


@pytest.fixture
def bound(database: Database) -> Database:
    bind_tables(database)
    return database


async def test_piccolo_queries_awaited_alone_read_and_write(bound: Database) -> None:
    await CalendarYear.insert(CalendarYear(year=1990, source="it's {here}"))
    await CalendarYear.update({CalendarYear.source: "changed"}).where(CalendarYear.year == 1990)
    rows = await CalendarYear.select().where(CalendarYear.year < 2000)
    assert rows == [{"year": 1990, "source": "changed"}]
    assert (await CalendarYear.objects().get(CalendarYear.year == 1990)).source == "changed"
    await CalendarYear.delete().where(CalendarYear.year == 1990)
    assert await CalendarYear.count().where(CalendarYear.year < 2000) == 0


async def test_piccolo_queries_are_statements_of_a_batch(bound: Database) -> None:
    results = await bound.commit(
        [
            CalendarYear.insert(CalendarYear(year=1990, source="a"), CalendarYear(year=1991, source="b")),
            sql("UPDATE calendar_year SET source = 'c' WHERE year = 1991", expect=1),
            CalendarYear.select(CalendarYear.source).where(CalendarYear.year == 1991),
        ]
    )
    assert results == [[{"year": 1990}, {"year": 1991}], [], [{"source": "c"}]]
    query = CalendarYear.select().where(CalendarYear.year.is_in([1990, 1991])).order_by(CalendarYear.year)
    assert [row["source"] for row in await bound.read(query)] == ["a", "c"]


async def test_a_batch_with_a_refused_piccolo_query_stores_nothing(bound: Database) -> None:
    with pytest.raises(UniqueViolation) as refused:
        await bound.commit(
            [
                sql("DELETE FROM calendar_year WHERE year < 2026"),
                CalendarYear.insert(CalendarYear(year=2026, source="again")),
            ]
        )
    assert (refused.value.table, refused.value.columns) == ("calendar_year", ("year",))
    assert await CalendarYear.count().where(CalendarYear.year < 2026) > 0


async def test_an_open_transaction_is_refused_on_both(bound: Database) -> None:
    with pytest.raises(TransactionError):
        CalendarYear._meta.db.transaction()
