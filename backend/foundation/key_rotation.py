"""Rotates the master key: adds a new one, wraps every data key with it, and retires those that no row names any more.

Each step is durable before the next begins, and what is left to do is read from the store, so a run that was killed is
taken up by the next one. Other processes seal, open and shred meanwhile: a row is changed only if it still holds the
wrapped key that was read, so a shredded key stays shredded, and the store itself refuses to retire a master key that a
row names (migration keys/0002).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag

from backend.foundation.database import Database, Row, StatementRefused, sql
from backend.foundation.key_ring import KeyRing, KeyRingError, RingFile, changing_ring, load_key_ring
from backend.foundation.subject_keys import key_context, name_master_key

GRACE_SECONDS = 3600
"""How long a replaced master key stays at least, unless its retirement is asked for: time to notice what went wrong."""
_BATCH = 200


class Master(msgspec.Struct, frozen=True):
    """A master key of the ring: how many data keys it wraps, and since when (milliseconds) it was replaced."""

    name: str
    rows: int
    current: bool
    replaced_at: int | None


class Rotation(msgspec.Struct, frozen=True):
    """What a run did. `damaged` data keys open with no master key; the master key they name is not retired."""

    current: str
    added: bool
    wrapped: int
    damaged: int
    retired: tuple[str, ...]
    waiting: tuple[str, ...]


async def masters(directory: Path, store: Database) -> list[Master]:
    """The master keys of the ring and any other that rows name, current one first. Raises KeyRingError."""
    ring = load_key_ring(directory, create=False)
    rows = await _rows_by_master(store)
    known = [Master(ring.current, rows.pop(ring.current, 0), True, None)]
    known += [Master(name, rows.pop(name, 0), False, at) for name, at in sorted(ring.replaced.items())]
    return known + [Master(name, count, False, None) for name, count in sorted(rows.items())]


async def rotate(
    directory: Path,
    store: Database,
    *,
    retire: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    now: int | None = None,
) -> Rotation:
    """Rotates, or takes up a rotation that did not end; `progress(done, all)` is called after each batch.

    With `retire` no new master key is added, and replaced ones go at once instead of after `GRACE_SECONDS`. Raises
    KeyRingError when another process rotates, or a row names a master key that the ring has not.
    """
    now = time.time_ns() // 1_000_000 if now is None else now
    with changing_ring(directory) as file:
        ring = load_key_ring(directory, create=False)
        added = not retire and not await _unfinished(ring, store)
        if added:
            await _add(file, store, now)
            ring.reload()
        wrapped, damaged, stuck = await _wrap_all(ring, store, progress)
        retired, waiting = [], []
        for name, since in sorted(ring.replaced.items()):
            due = retire or since + 1000 * GRACE_SECONDS <= now
            if due and name not in stuck and await _retire(name, ring, store, now):
                file.remove(name)
                retired.append(name)
            else:
                waiting.append(name)
        return Rotation(ring.current, added, wrapped, damaged, tuple(retired), tuple(waiting))


async def _unfinished(ring: KeyRing, store: Database) -> bool:
    return any(name != ring.current for name in await _rows_by_master(store))


async def _add(file: RingFile, store: Database, now: int) -> None:
    # The store knows the name first: a process that finds the new ring wraps with it at once.
    name = file.new_name()
    await name_master_key(store, name)
    file.add(name, now)


async def _rows_by_master(store: Database) -> dict[str, int]:
    rows = await store.read(
        sql("SELECT master_key, COUNT(*) AS rows FROM subject_key WHERE master_key IS NOT NULL GROUP BY master_key")
    )
    return {row["master_key"]: row["rows"] for row in rows}


async def _wrap_all(
    ring: KeyRing, store: Database, progress: Callable[[int, int], None]
) -> tuple[int, int, frozenset[str]]:
    """Wraps what other master keys wrap; gives how many, how many cannot be opened, and the master keys those name."""
    await name_master_key(store, ring.current)
    others = {name: count for name, count in (await _rows_by_master(store)).items() if name != ring.current}
    unknown = sorted(set(others) - set(ring.replaced))
    if unknown:
        raise KeyRingError(f"rows name master keys that are not in the key ring: {', '.join(unknown)}: restore it")
    wrapped, damaged, total, stuck = 0, 0, sum(others.values()), set()
    for name in sorted(others):
        after = ("", 0)
        while rows := await _next(store, name, after):
            after = (rows[-1]["subject_id"], rows[-1]["generation"])
            done, broken = await _wrap(ring, store, rows)
            wrapped, damaged = wrapped + done, damaged + broken
            if broken:
                stuck.add(name)
            progress(min(wrapped + damaged, total), total)
    return wrapped, damaged, frozenset(stuck)


async def _next(store: Database, master: str, after: tuple[str, int]) -> list[Row]:
    subject_id, generation = after
    return await store.read(
        sql(
            "SELECT subject_id, generation, master_key, wrapped FROM subject_key WHERE master_key = {}"
            " AND (subject_id > {} OR (subject_id = {} AND generation > {})) ORDER BY subject_id, generation LIMIT {}",
            master,
            subject_id,
            subject_id,
            generation,
            _BATCH,
        )
    )


async def _wrap(ring: KeyRing, store: Database, rows: Sequence[Row]) -> tuple[int, int]:
    batch, damaged = [], 0
    for row in rows:
        context = key_context(row["subject_id"], row["generation"])
        try:
            master, wrapped = ring.wrap(ring.unwrap(row["master_key"], row["wrapped"], context), context)
        except InvalidTag:
            damaged += 1
            continue
        batch.append(
            sql(
                "UPDATE subject_key SET master_key = {}, wrapped = {}"
                " WHERE subject_id = {} AND generation = {} AND wrapped = {} RETURNING subject_id",
                master,
                wrapped,
                row["subject_id"],
                row["generation"],
                row["wrapped"],
            )
        )
    changed = await store.commit(batch) if batch else []
    return sum(len(result) for result in changed), damaged


async def _retire(name: str, ring: KeyRing, store: Database, now: int) -> bool:
    """Whether no row names the master key any more, now and for ever."""
    for _straggler in range(5):
        try:
            await store.commit(
                [
                    *store.serialise,
                    sql("DELETE FROM master_key WHERE name = {}", name),
                    sql(
                        "INSERT INTO retired_master_key (name, retired_at) VALUES ({}, {})"
                        " ON CONFLICT (name) DO NOTHING",
                        name,
                        now,
                    ),
                ]
            )
        except StatementRefused:
            await _wrap_all(ring, store, lambda _done, _all: None)
        else:
            return True
    return False
