"""Both databases keep the promises of backend/foundation/database.py."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from backend.foundation.database import (
    Database,
    DatabaseError,
    DatabaseUnavailable,
    StatementRefused,
    UnexpectedRowCount,
    UniqueViolation,
    open_database,
    sql,
)
from tests.harness.postgresql import PostgresServer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(database: Database) -> Database:
    await database.commit(
        [
            sql(
                "CREATE TABLE purse (owner TEXT NOT NULL, coin TEXT NOT NULL, amount BIGINT NOT NULL, seal BYTEA,"
                " PRIMARY KEY (owner, coin))"
            ),
            sql("INSERT INTO purse (owner, coin, amount) VALUES ('li', 'yuan', 10), ('wang', 'yuan', 0)"),
        ]
    )
    return database


async def amounts(database: Database) -> list[int]:
    return [row["amount"] for row in await database.read(sql("SELECT amount FROM purse ORDER BY owner, coin"))]


async def test_values_come_back_as_they_were_stored(database: Database) -> None:
    seal = bytes(range(256))
    await database.commit([sql("INSERT INTO purse VALUES ({}, {}, {}, {})", "张", "fen", 2**63 - 1, seal)])
    rows = await database.read(sql("SELECT * FROM purse WHERE owner = {}", "张"))
    assert rows == [{"owner": "张", "coin": "fen", "amount": 2**63 - 1, "seal": seal}]


async def test_a_batch_returns_the_rows_of_each_statement(database: Database) -> None:
    results = await database.commit(
        [
            sql("UPDATE purse SET amount = amount + 1 WHERE owner = {} RETURNING amount", "li", expect=1),
            sql("UPDATE purse SET amount = 5 WHERE owner = {}", "wang", expect=1),
            sql("SELECT COUNT(*) AS purses FROM purse"),
        ]
    )
    assert results == [[{"amount": 11}], [], [{"purses": 2}]]


async def test_a_batch_with_a_failing_statement_stores_nothing(database: Database) -> None:
    with pytest.raises(UniqueViolation):
        await database.commit(
            [
                sql("UPDATE purse SET amount = 99 WHERE owner = {}", "li"),
                sql("INSERT INTO purse (owner, coin, amount) VALUES ({}, {}, {})", "wang", "yuan", 1),
            ]
        )
    assert await amounts(database) == [10, 0]


async def test_an_unexpected_number_of_rows_undoes_the_batch_and_names_the_statement(database: Database) -> None:
    with pytest.raises(UnexpectedRowCount) as refused:
        await database.commit(
            [
                sql("UPDATE purse SET amount = 99 WHERE owner = {}", "li", expect=1),
                sql("UPDATE purse SET amount = 99 WHERE owner = {}", "nobody", expect=1),
            ]
        )
    assert (refused.value.index, refused.value.expected, refused.value.actual) == (1, 1, 0)
    assert await amounts(database) == [10, 0]


async def test_expected_rows_are_counted_for_returning_select_and_plain_statements(database: Database) -> None:
    await database.commit(
        [
            sql("DELETE FROM purse WHERE owner = {} RETURNING coin", "li", expect=1),
            sql("UPDATE purse SET amount = 1", expect=1),
            sql("SELECT 1 AS one FROM purse", expect=1),
            sql(
                "WITH poor AS (SELECT owner FROM purse)"
                " UPDATE purse SET amount = 2 WHERE owner IN (SELECT owner FROM poor)",
                expect=1,
            ),
        ]
    )
    assert await amounts(database) == [2]


async def test_a_unique_violation_names_table_and_columns(database: Database) -> None:
    with pytest.raises(UniqueViolation) as refused:
        await database.commit([sql("INSERT INTO purse (owner, coin, amount) VALUES ('li', 'yuan', 1)")])
    assert (refused.value.table, refused.value.columns) == ("purse", ("owner", "coin"))


@pytest.mark.parametrize(
    "statement",
    [
        sql("INSERT INTO purse (owner, coin, amount) VALUES ({}, 'yuan', 1)", None),
        sql("UPDATE purse SET amount = {}", 10**30),
        sql("INSERT INTO purse (owner, coin, amount) VALUES ({}, 'yuan', 1)", "\ud800"),
        sql("UPDATE nowhere SET amount = 1"),
        sql("UPDATE purse SET"),
    ],
    ids=["null", "thirty-digits", "surrogate", "no-table", "syntax"],
)
async def test_what_can_never_be_stored_is_refused_without_quoting_it(database: Database, statement: object) -> None:
    with pytest.raises(StatementRefused) as refused:
        await database.commit([statement])
    assert "1000000" not in str(refused.value)
    assert await amounts(database) == [10, 0]


async def test_a_read_cannot_write_on_sqlite_and_unknown_tables_are_refused_on_both(database: Database) -> None:
    with pytest.raises(StatementRefused):
        await database.read(sql("SELECT * FROM nowhere"))
    if database.kind == "sqlite":
        with pytest.raises(StatementRefused):
            await database.read(sql("UPDATE purse SET amount = 1"))


async def test_the_number_of_values_must_match_the_placeholders(database: Database) -> None:
    with pytest.raises(ValueError, match="1 values for 2 placeholders"):
        await database.read(sql("SELECT * FROM purse WHERE owner = {} AND coin = {}", "li"))


async def test_fifty_concurrent_batches_each_take_effect_once(database: Database) -> None:
    def earn(number: int) -> list[object]:
        return [
            sql("UPDATE purse SET amount = amount + 1 WHERE owner = 'wang'", expect=1),
            sql("INSERT INTO purse (owner, coin, amount) VALUES ({}, 'yuan', 0)", f"a{number}", expect=1),
        ]

    await asyncio.gather(*(database.commit(earn(number)) for number in range(50)))
    rows = await database.read(sql("SELECT amount FROM purse WHERE owner = 'wang'"))
    assert rows == [{"amount": 50}]
    assert len(await amounts(database)) == 52


async def test_of_many_waiting_batches_only_the_bad_ones_fail(database: Database) -> None:
    def batch(number: int) -> list[object]:
        owner = "li" if number % 3 == 0 else f"b{number}"
        return [
            sql("UPDATE purse SET amount = amount + 1 WHERE owner = 'wang'"),
            sql("INSERT INTO purse (owner, coin, amount) VALUES ({}, 'yuan', 0)", owner),
        ]

    results = await asyncio.gather(*(database.commit(batch(number)) for number in range(30)), return_exceptions=True)
    assert [isinstance(result, UniqueViolation) for result in results] == [number % 3 == 0 for number in range(30)]
    assert await database.read(sql("SELECT amount FROM purse WHERE owner = 'wang'")) == [{"amount": 20}]


async def test_opposite_lock_orders_end_without_an_error(database: Database) -> None:
    await database.commit([sql("INSERT INTO purse (owner, coin, amount) VALUES ('zhao', 'yuan', 0)")])
    first, second = (sql("UPDATE purse SET amount = amount + 1 WHERE owner = {}", who) for who in ("wang", "zhao"))
    await asyncio.gather(*(database.commit(batch) for batch in [[first, second], [second, first]] * 3))
    assert (await amounts(database))[1:] == [6, 6]


async def test_a_cancelled_batch_is_stored_whole_or_not_at_all(database: Database) -> None:
    def move(number: int) -> list[object]:
        return [
            sql("INSERT INTO purse (owner, coin, amount) VALUES ({}, 'one', 1)", f"c{number}"),
            sql("INSERT INTO purse (owner, coin, amount) VALUES ({}, 'two', 1)", f"c{number}"),
        ]

    tasks = [asyncio.create_task(database.commit(move(number))) for number in range(40)]
    for number, task in enumerate(tasks):
        await asyncio.sleep(0.0005 * (number % 3))
        if number % 2:
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await database.commit([sql("UPDATE purse SET amount = 0")])
    rows = await database.read(sql("SELECT owner, COUNT(*) AS coins FROM purse WHERE owner LIKE 'c%' GROUP BY owner"))
    assert {row["coins"] for row in rows} == {2}
    assert {f"c{number}" for number in range(0, 40, 2)} <= {row["owner"] for row in rows}


async def test_what_was_committed_is_there_after_reopening(database: Database, database_url: str) -> None:
    await database.commit([sql("UPDATE purse SET amount = 7 WHERE owner = 'li'")])
    await database.close()
    await database.close()
    with pytest.raises(DatabaseUnavailable):
        await database.read(sql("SELECT 1 AS one"))
    reopened = await open_database(database_url)
    assert await amounts(reopened) == [7, 0]
    await reopened.close()


async def test_a_closed_sqlite_database_is_one_file(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path}/one.db")
    await database.commit([sql("CREATE TABLE kept (number BIGINT)")])
    await database.close()
    assert os.listdir(tmp_path) == ["one.db"]
    assert (tmp_path / "one.db").stat().st_mode & 0o077 == 0


async def test_another_kind_of_address_is_refused() -> None:
    with pytest.raises(ValueError, match=r"database\.url"):
        await open_database("mysql://localhost/zhangban")


async def answer_while_it_can(database: Database) -> None:
    for _attempt in range(200):
        await database.read(sql("SELECT 1 AS one"))
        await asyncio.sleep(0.05)


async def test_a_crashed_server_is_unavailable_and_heals_without_reopening(own_postgres_server: PostgresServer) -> None:
    database = await open_database(await own_postgres_server.create_database("crash"))
    await database.commit([sql("CREATE TABLE kept (number BIGINT PRIMARY KEY)")])
    stored: list[int] = []

    async def write(numbers: range) -> None:
        for number in numbers:
            try:
                await database.commit([sql("INSERT INTO kept VALUES ({})", number)])
            except DatabaseUnavailable:
                await asyncio.sleep(0.01)
            else:
                stored.append(number)

    writers = [asyncio.create_task(write(range(start, start + 150))) for start in (0, 1000, 2000)]
    await asyncio.sleep(0.1)
    own_postgres_server.kill()
    await asyncio.gather(*writers)
    with pytest.raises(DatabaseUnavailable):
        # A child of the dead server may still answer once or twice before it notices.
        await answer_while_it_can(database)
    await asyncio.to_thread(own_postgres_server.start)
    found = {row["number"] for row in await database.read(sql("SELECT number FROM kept"))}
    assert set(stored) <= found
    await database.commit([sql("INSERT INTO kept VALUES (-1)")])
    await database.close()


async def test_a_server_that_is_down_at_the_start_is_no_obstacle_to_opening() -> None:
    database = await open_database("postgresql://zhangban@127.0.0.1:9/nowhere")
    with pytest.raises(DatabaseError):
        await database.read(sql("SELECT 1 AS one"))
    await database.close()
