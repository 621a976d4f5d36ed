"""The database as the rooms see it: reads, and one batch of statements that is committed whole or not at all.

Statements are written once for SQLite and PostgreSQL: `{}` marks a value, types are TEXT, BIGINT and BYTEA, instants
are milliseconds since the epoch (UTC), identifiers are UUIDv7 text, structures are JSON text. What differs between the
two databases lives in the engines behind this interface and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, Protocol

import msgspec
from piccolo.query.base import Query
from piccolo.table import Table

Value = str | int | bytes | None
Row = dict[str, Any]


class Statement(msgspec.Struct, frozen=True):
    """One SQL statement with its values; `expect` is the number of rows it must touch, or the batch fails whole."""

    template: str
    values: tuple[Value, ...] = ()
    expect: int | None = None


def sql(template: str, *values: Value, expect: int | None = None) -> Statement:
    """A statement from a template in which each `{}` stands for the next value."""
    return Statement(template, values, expect)


AnyQuery = Query[Any, Any]
"""A Piccolo query (`Table.select(…)`, `Table.insert(…)`, …), which may stand wherever a statement may."""


class DatabaseError(Exception):
    """The root of everything a database can refuse; drivers' own exceptions never pass beyond the engines."""


class UniqueViolation(DatabaseError):
    """A row with the same unique key exists already; `table` and `columns` name the key."""

    def __init__(self, table: str, columns: tuple[str, ...]) -> None:
        super().__init__(f"{table}({', '.join(columns)}) exists already")
        self.table = table
        self.columns = columns


class UnexpectedRowCount(DatabaseError):
    """Statement number `index` of a batch touched `actual` rows instead of the expected number; nothing was stored."""

    def __init__(self, index: int, expected: int, actual: int) -> None:
        super().__init__(f"statement {index} touched {actual} rows instead of {expected}")
        self.index = index
        self.expected = expected
        self.actual = actual


class DatabaseUnavailable(DatabaseError):
    """The database cannot be reached or gave up; nothing is known to be stored, and the request may be sent again."""


class StatementRefused(DatabaseError):
    """The database refused a statement or a value for good: a broken constraint, a wrong type, a mistake in the text.

    The message names the kind of mistake and never quotes values, which may be personal.
    """


class Database(Protocol):
    """What both engines promise; `tests/contract` holds them to it."""

    kind: Literal["sqlite", "postgresql"]

    skip_locked: str
    """Ends a sub-select of a claiming UPDATE: rows that another worker is claiming now are passed over."""

    serialise: tuple[Statement, ...]
    """Begins a batch that no other batch beginning so may overlap, in any process (schema changes)."""

    async def read(self, query: Statement | AnyQuery) -> list[Row]:
        """All rows of a query, as dictionaries by column name. Never writes (SQLite readers are query-only)."""
        ...

    async def commit(self, batch: Sequence[Statement | AnyQuery]) -> list[list[Row]]:
        """Runs the statements in order in one transaction and returns the rows of each (RETURNING), or stores nothing.

        On SQLite one hop to the single writer (BEGIN IMMEDIATE, synchronous FULL), on PostgreSQL one transaction of the
        pool. Nothing else happens inside it. Raises UniqueViolation, UnexpectedRowCount, StatementRefused,
        DatabaseUnavailable. A cancelled caller leaves the batch stored whole or not at all.
        """
        ...

    async def close(self) -> None:
        """Waits for what is under way, then releases threads and connections. Calling it again is a no-op."""
        ...


def bind_tables(engine: Any) -> None:
    """Makes every Piccolo table of the rooms that is loaded by now speak to this engine (the last one bound wins)."""
    for table in _subclasses(Table):
        if table.__module__.startswith("backend."):
            table._meta.db = engine


def _subclasses(root: type[Table]) -> Iterator[type[Table]]:
    for table in root.__subclasses__():
        yield table
        yield from _subclasses(table)


async def open_database(
    url: str, *, readers: int = 2, pool_size: int = 8, statement_cache: int = 512, bind: bool = True
) -> Database:
    """Opens `sqlite:///path` (made if missing) or `postgresql://…` and binds the rooms' Piccolo tables to it.

    A PostgreSQL server that is down now is no error here: each call raises DatabaseUnavailable until it is back. Raises
    ValueError for another kind of URL, DatabaseUnavailable when the SQLite file cannot be opened.
    """
    database: Database
    if url.startswith("sqlite:///"):
        from backend.foundation.sqlite_engine import SqliteDatabase

        database = await SqliteDatabase.open(
            url.removeprefix("sqlite:///"), readers=readers, statements=statement_cache
        )
    elif url.startswith(("postgresql://", "postgres://")):
        from backend.foundation.postgres_engine import PostgresDatabase

        database = await PostgresDatabase.open(url, pool_size=pool_size, statements=statement_cache)
    else:
        raise ValueError("database.url must begin with sqlite:/// or postgresql://")
    if bind:
        bind_tables(database)
    return database
