"""The database as the rooms see it: reads, and one batch of statements that is committed whole or not at all.

Statements are written once for SQLite and PostgreSQL: `{}` marks a value, types are TEXT, BIGINT and BYTEA, instants are
milliseconds since the epoch (UTC), identifiers are UUIDv7 text, structures are JSON text. What differs between the two
databases lives in the engines behind this interface and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import msgspec

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
    """The database cannot be reached or gave up; nothing is known to be stored, and the same request may be sent again."""


class Database(Protocol):
    """What both engines promise; `tests/contract` holds them to it."""

    kind: Literal["sqlite", "postgresql"]

    async def read(self, statement: Statement) -> list[Row]:
        """All rows of a query, as dictionaries by column name. Never writes (SQLite readers are query-only)."""
        ...

    async def commit(self, batch: Sequence[Statement]) -> list[list[Row]]:
        """Runs the statements in order in one transaction and returns the rows of each (RETURNING), or stores nothing.

        On SQLite one hop to the single writer (BEGIN IMMEDIATE, synchronous FULL), on PostgreSQL one transaction of the
        pool. Nothing else happens inside it. Raises UniqueViolation, UnexpectedRowCount, DatabaseUnavailable.
        """
        ...

    async def close(self) -> None:
        """Waits for what is under way, then releases threads and connections. Calling it again is a no-op."""
        ...
