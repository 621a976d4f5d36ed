"""PostgreSQL by asyncpg's pool: a batch is one transaction, and what the server refuses or loses is named once.

A batch is a value, so one that the server gave up (deadlock, serialisation, a plan outdated by a migration) or never
received (a connection that died while idle) is sent again from here; the caller never sees it. Once COMMIT may have
been sent nothing is repeated: the caller gets DatabaseUnavailable and asks again under its idempotency key.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal

import asyncpg
from piccolo.engine.exceptions import TransactionError
from piccolo.engine.postgres import PostgresEngine
from piccolo.querystring import QueryString

from backend.foundation.database import (
    AnyQuery,
    DatabaseError,
    DatabaseUnavailable,
    Row,
    Statement,
    StatementRefused,
    UnexpectedRowCount,
    UniqueViolation,
    sql,
)
from backend.foundation.statements import Compiled, compile_statement, numbered

_Run = Callable[[Sequence[Compiled]], Awaitable[list[list[Row]]]]

_ATTEMPTS = 6
_CONNECT_SECONDS = 5.0
_STATEMENT_SECONDS = 30.0
_KEY = re.compile(r"\((.*?)\)=\(")
_GIVEN_UP = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.exceptions.OutdatedSchemaCacheError,
)
"""What aborts a transaction without deciding anything: the same batch may succeed at once."""
_LOST = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.InvalidCatalogNameError,
)
"""What says that the server cannot be reached or is going away."""


class PostgresDatabase(PostgresEngine):
    """The database of a larger installation; also a Piccolo engine, so that `await Table.select()` works."""

    kind: Literal["sqlite", "postgresql"] = "postgresql"
    skip_locked = "FOR UPDATE SKIP LOCKED"
    serialise: tuple[Statement, ...] = (sql("SELECT pg_advisory_xact_lock(7310587461301)"),)

    pool: asyncpg.Pool

    @classmethod
    async def open(cls, url: str, *, pool_size: int = 8, statements: int = 512) -> PostgresDatabase:
        """Makes the pool; connections are opened when first needed, so that a server may be started later."""
        database = cls({"dsn": url})
        database.pool = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=pool_size,
            timeout=_CONNECT_SECONDS,
            command_timeout=_STATEMENT_SECONDS,
            statement_cache_size=statements,
        )
        return database

    async def check_version(self) -> None:
        """Does nothing: Piccolo would connect here, and an unreachable server must not stop the house from opening."""

    async def prep_database(self) -> None:
        """Does nothing: no extensions are used."""

    async def read(self, query: Statement | AnyQuery) -> list[Row]:
        """See `Database.read`."""
        return (await self._ask([compile_statement(query, self, numbered)], self._read_once))[0]

    async def commit(self, batch: Sequence[Statement | AnyQuery]) -> list[list[Row]]:
        """See `Database.commit`."""
        return await self._ask([compile_statement(query, self, numbered) for query in batch], self._commit_once)

    async def close(self) -> None:
        """See `Database.close`."""
        if not self.pool.is_closing():
            await self.pool.close()

    async def _ask(self, statements: Sequence[Compiled], run: _Run) -> list[list[Row]]:
        """Carries on when the caller is cancelled: cutting asyncpg off in mid-transaction costs the connection."""
        task = asyncio.create_task(self._repeat(statements, run))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_forget)
            raise

    async def _repeat(self, statements: Sequence[Compiled], run: _Run) -> list[list[Row]]:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await run(statements)
            except _Again as again:
                if attempt == _ATTEMPTS:
                    raise _translated(again.error) from None
                await asyncio.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 needs no secrecy  # nosec B311
            except DatabaseError:
                raise
            except Exception as error:
                # `from None`: the driver's own text may quote the values of a row.
                raise _translated(error) from None
        raise AssertionError("unreachable")

    async def _read_once(self, statements: Sequence[Compiled]) -> list[list[Row]]:
        async with self.pool.acquire(timeout=_CONNECT_SECONDS) as connection:
            try:
                records = await connection.fetch(statements[0].text, *statements[0].values)
            except Exception as error:
                if connection.is_closed() or isinstance(error, _GIVEN_UP):
                    raise _Again(error) from None
                raise
        return [[dict(record) for record in records]]

    async def _commit_once(self, statements: Sequence[Compiled]) -> list[list[Row]]:
        async with self.pool.acquire(timeout=_CONNECT_SECONDS) as connection:
            if len(statements) == 1 and statements[0].expect is None:
                # The server's own transaction around one statement saves two round trips of three.
                try:
                    return [await _run_statement(connection, 0, statements[0])]
                except _GIVEN_UP as error:
                    raise _Again(error) from None
            transaction = connection.transaction()
            try:
                await transaction.start()
                results = [await _run_statement(connection, *numbered) for numbered in enumerate(statements)]
            except Exception as error:
                if connection.is_closed():
                    raise _Again(error) from None
                if connection.is_in_transaction():
                    await transaction.rollback()
                if isinstance(error, _GIVEN_UP):
                    raise _Again(error) from None
                raise
            await transaction.commit()
        return results

    # What Piccolo calls when a query is awaited by itself.

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[Row]:
        """Runs one Piccolo query in a transaction of its own."""
        text, values = querystring.compile_string(engine_type=self.engine_type)
        return (await self._ask([Compiled(text, values, True, None)], self._commit_once))[0]

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[Row]:
        """Runs one Piccolo schema statement in a transaction of its own."""
        return (await self._ask([Compiled(ddl, (), True, None)], self._commit_once))[0]

    def transaction(self, *_arguments: Any, **_options: Any) -> Any:
        """Refuses: what is true of SQLite's single writer is kept true here, so that one code base runs on both."""
        raise TransactionError("hand a batch to commit() instead of keeping a transaction open")

    atomic = transaction


def _forget(task: asyncio.Task[list[list[Row]]]) -> None:
    if not task.cancelled():
        task.exception()


class _Again(Exception):
    """Nothing was decided and nothing stored: the same statements may be sent once more."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(type(error)))
        self.error = error


async def _run_statement(connection: asyncpg.Connection, index: int, statement: Compiled) -> list[Row]:
    if statement.has_rows:
        rows = [dict(record) for record in await connection.fetch(statement.text, *statement.values)]
        actual = len(rows)
    else:
        rows = []
        status: str = await connection.execute(statement.text, *statement.values)
        last = status.rpartition(" ")[2]
        actual = int(last) if last.isdigit() else 0
    if statement.expect is not None and actual != statement.expect:
        raise UnexpectedRowCount(index, statement.expect, actual)
    return rows


def _translated(error: Exception) -> DatabaseError:
    if isinstance(error, asyncpg.UniqueViolationError):
        # The words around the key are in the server's language; the shape is not.
        found = _KEY.search(error.detail or "")
        columns = found.group(1).replace('"', "").split(", ") if found else []
        return UniqueViolation(error.table_name or "", tuple(columns))
    if isinstance(error, (asyncpg.exceptions._base.DataError, OverflowError, UnicodeError)):
        return StatementRefused(f"{type(error).__name__}: a value does not fit its column")
    if isinstance(error, _LOST + _GIVEN_UP):
        return DatabaseUnavailable(f"PostgreSQL gave up: {type(error).__name__}")
    if isinstance(error, asyncpg.PostgresError):
        return StatementRefused(_described(error))
    raise error


def _described(error: asyncpg.PostgresError) -> str:
    """What was refused, by names of the schema; the server's sentence only where it cannot quote a value."""
    parts = [type(error).__name__, error.table_name, error.column_name, error.constraint_name]
    if isinstance(error, asyncpg.exceptions.SyntaxOrAccessError):
        parts.append(error.args[0])
    return ": ".join(part for part in parts if part)
