"""SQLite for one process: a writer thread, query-only reader threads, and one disk sync for all batches that wait.

Piccolo's own engine opens a connection, which is a thread, for every query, without WAL. Here connections stay open,
commits are durable against power loss (WAL, synchronous FULL), and a batch is one hop to the writer. Batches that pile
up while the disk syncs are stored by one transaction, each inside a savepoint of its own, so that each still succeeds
or fails alone; callers hear of success only after the COMMIT.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from piccolo.engine.exceptions import TransactionError
from piccolo.engine.sqlite import SQLiteEngine
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
)
from backend.foundation.statements import Compiled, compile_statement, question_mark

_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID}
_GROUP = 64
"""Most batches in one transaction: bounds how long the first waits for the last."""
_BUSY_SECONDS = 10.0
"""How long to wait for another process that is writing (short commands beside the server)."""


class _Job:
    """What a thread is asked to do, and the coroutine that waits for it."""

    __slots__ = ("abandoned", "error", "future", "loop", "result", "statements")

    def __init__(self, statements: Sequence[Compiled]) -> None:
        self.statements = statements
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[list[list[Row]]] = self.loop.create_future()
        self.abandoned = False
        self.result: list[list[Row]] = []
        self.error: BaseException | None = None

    def settle(self) -> None:
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


_Jobs = queue.SimpleQueue["_Job | None"]


class SqliteDatabase(SQLiteEngine):
    """The database of a small installation, in one file; a Piccolo engine too, so that `await Table.select()` works."""

    kind: Literal["sqlite", "postgresql"] = "sqlite"
    skip_locked = ""
    serialise: tuple[Statement, ...] = ()

    def __init__(self, path: str, connections: Sequence[sqlite3.Connection]) -> None:
        """Use `open`. The first connection is the writer's, each other one a reader's."""
        super().__init__(path=path)
        self._closed = False
        self._writes: _Jobs = queue.SimpleQueue()
        self._reads: _Jobs = queue.SimpleQueue()
        self._threads = [
            threading.Thread(
                target=self._read if number else self._write,
                args=(connection,),
                name=f"sqlite-reader-{number}" if number else "sqlite-writer",
                daemon=True,
            )
            for number, connection in enumerate(connections)
        ]

    @classmethod
    async def open(cls, path: str, *, readers: int = 2, statements: int = 512) -> SqliteDatabase:
        """Opens the file, readable by its owner only, and starts the threads. Raises DatabaseUnavailable."""
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            # The writer comes first: it turns the file to WAL, which the query-only ones could not.
            connections = [_connect(path, statements) for _writer_and_readers in range(1 + readers)]
            for reader in connections[1:]:
                reader.execute("PRAGMA query_only = 1")
        except (OSError, sqlite3.Error) as error:
            raise DatabaseUnavailable(f"{path} cannot be opened: {error}") from error
        database = cls(path, connections)
        for thread in database._threads:
            thread.start()
        return database

    async def read(self, query: Statement | AnyQuery) -> list[Row]:
        """See `Database.read`."""
        return (await self._ask(self._reads, [compile_statement(query, self, question_mark)]))[0]

    async def commit(self, batch: Sequence[Statement | AnyQuery]) -> list[list[Row]]:
        """See `Database.commit`."""
        return await self._ask(self._writes, [compile_statement(query, self, question_mark) for query in batch])

    async def close(self) -> None:
        """See `Database.close`."""
        if self._closed:
            return
        self._closed = True
        # The writer's connection closes last: only that one may fold the WAL back into the file.
        for jobs, threads in ((self._reads, self._threads[1:]), (self._writes, self._threads[:1])):
            for _thread in threads:
                jobs.put(None)
            for thread in threads:
                await asyncio.to_thread(thread.join)

    async def _ask(self, jobs: _Jobs, statements: Sequence[Compiled]) -> list[list[Row]]:
        if self._closed:
            raise DatabaseUnavailable("the database is closed")
        job = _Job(statements)
        jobs.put(job)
        try:
            return await job.future
        except asyncio.CancelledError:
            # Not begun yet: the writer passes it over. Begun: it is stored whole, as if the reply had been lost.
            job.abandoned = True
            raise

    # What Piccolo calls when a query is awaited by itself.

    async def run_querystring(self, querystring: QueryString, in_pool: bool = False) -> list[Row]:
        """Runs one Piccolo query: on a reader when it is a SELECT, else as a batch of its own."""
        text, values = querystring.compile_string(engine_type=self.engine_type)
        return await self._run(text, values)

    async def run_ddl(self, ddl: str, in_pool: bool = False) -> list[Row]:
        """Runs one Piccolo schema statement as a batch of its own."""
        return await self._run(ddl, ())

    async def _run(self, text: str, values: Sequence[Any]) -> list[Row]:
        jobs = self._reads if text.lstrip()[:6].upper() == "SELECT" else self._writes
        return (await self._ask(jobs, [Compiled(text, values, True, None)]))[0]

    def transaction(self, *_arguments: Any, **_options: Any) -> Any:
        """Refuses: an open transaction would hold the only writer across awaits."""
        raise TransactionError("hand a batch to commit() instead of keeping a transaction open")

    atomic = transaction

    # The threads.

    def _read(self, connection: sqlite3.Connection) -> None:
        while (job := self._reads.get()) is not None:
            if not job.abandoned:
                _run_job(connection, job)
                _settle([job])
        connection.close()

    def _write(self, connection: sqlite3.Connection) -> None:
        ended = False
        while not ended and (first := self._writes.get()) is not None:
            group = [first]
            with contextlib.suppress(queue.Empty):
                while len(group) < _GROUP:
                    job = self._writes.get_nowait()
                    if job is None:
                        ended = True
                        break
                    group.append(job)
            group = [job for job in group if not job.abandoned]
            if group:
                _store(connection, group)
                _settle(group)
        connection.close()


def _connect(path: str, statements: int) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=statements
    )
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = 1")
    # In KiB. SQLite's own 2 MiB hold little more than the upper levels of the indexes of a hundred thousand cases.
    connection.execute("PRAGMA cache_size = -16384")
    # A shredded key and an erased payload leave no trace on free pages.
    connection.execute("PRAGMA secure_delete = 1").fetchall()
    return connection


def _store(connection: sqlite3.Connection, group: Sequence[_Job]) -> None:
    """One transaction for the group; a job that fails is taken back to its savepoint and the others go on."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        for job in group:
            if len(group) == 1:
                _run_job(connection, job)
                continue
            connection.execute("SAVEPOINT batch")
            _run_job(connection, job)
            if job.error is not None and connection.in_transaction:
                connection.execute("ROLLBACK TO batch")
            connection.execute("RELEASE batch")
        connection.execute("ROLLBACK" if len(group) == 1 and group[0].error else "COMMIT")
    except sqlite3.Error as error:
        # SQLite may end the whole transaction by itself (disk full, read error): then nobody was stored.
        for job in group:
            job.error = job.error or DatabaseUnavailable(f"SQLite gave up: {error}")
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")


def _run_job(connection: sqlite3.Connection, job: _Job) -> None:
    try:
        job.result = [_run_statement(connection, index, item) for index, item in enumerate(job.statements)]
    except DatabaseError as error:
        job.error = error
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        job.error = _translated(error)
    except BaseException as error:
        job.error = error


def _run_statement(connection: sqlite3.Connection, index: int, statement: Compiled) -> list[Row]:
    cursor = connection.execute(statement.text, statement.values)
    rows: list[Row] = []
    if cursor.description is not None:
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if statement.expect is not None:
        actual = len(rows)
        if cursor.description is None:
            # Python counts for no statement that begins with WITH.
            actual = cursor.rowcount if cursor.rowcount >= 0 else connection.execute("SELECT changes()").fetchone()[0]
        if actual != statement.expect:
            raise UnexpectedRowCount(index, statement.expect, actual)
    return rows


def _translated(error: Exception) -> DatabaseError:
    if isinstance(error, sqlite3.IntegrityError) and error.sqlite_errorcode in _UNIQUE:
        places = [place.rpartition(".") for place in str(error).partition(": ")[2].split(", ")]
        return UniqueViolation(places[0][0], tuple(column for _table, _dot, column in places))
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    if isinstance(error, (OverflowError, UnicodeError)):
        return StatementRefused(f"{name}: a value does not fit its column")
    if isinstance(error, sqlite3.OperationalError) and name not in ("SQLITE_ERROR", "SQLITE_READONLY"):
        return DatabaseUnavailable(f"{name}: {error}")
    return StatementRefused(f"{name}: {error}")


def _settle(jobs: Sequence[_Job]) -> None:
    """Tells the waiting coroutines, with one call into each event loop; a loop that is gone waits for nothing."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Callable[[], None]]] = {}
    for job in jobs:
        by_loop.setdefault(job.loop, []).append(job.settle)
    for loop, settles in by_loop.items():
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_call_all, settles)


def _call_all(calls: Sequence[Callable[[], None]]) -> None:
    for call in calls:
        call()
