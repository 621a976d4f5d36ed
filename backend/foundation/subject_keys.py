"""The store of people's data keys: a database of its own, so that it has backups of its own and forgets for good."""

from __future__ import annotations

import os
import time
from collections import OrderedDict

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.foundation.database import Database, StatementRefused, sql
from backend.foundation.encryption import Erased, UnknownSubject
from backend.foundation.identifiers import new_id
from backend.foundation.key_ring import KeyRing, KeyRingError

MIGRATIONS = "backend.migrations.keys"
FIRST_GENERATION = 1
_KEY_BYTES = 32
_KEPT = 4096
_KEPT_SECONDS = 60.0
"""How long a key that another process shredded may still be used by this one."""


class SubjectKeys:
    """Makes, finds and shreds data keys; keeps those used lately in memory for a minute."""

    def __init__(self, store: Database, ring: KeyRing) -> None:
        self._store = store
        self._ring = ring
        self._kept: OrderedDict[tuple[str, int], tuple[float, AESGCM]] = OrderedDict()
        self._named: set[str] = set()

    async def create(self) -> str:
        """Makes a key for a new subject, durable before this returns, and gives the subject's identifier.

        Raises KeyRingError when the ring's current master key was retired: it is an old copy.
        """
        subject_id, key = new_id(), os.urandom(_KEY_BYTES)
        try:
            await self._insert(subject_id, key)
        except (StatementRefused, KeyRingError):
            # The master key was retired since this process last read the ring.
            self._ring.reload()
            await self._insert(subject_id, key)
        self._keep(subject_id, FIRST_GENERATION, AESGCM(key))
        return subject_id

    async def _insert(self, subject_id: str, key: bytes) -> None:
        master, wrapped = self._ring.wrap(key, key_context(subject_id, FIRST_GENERATION))
        if master not in self._named:
            await name_master_key(self._store, master)
            self._named.add(master)
        await self._store.commit(
            [
                sql(
                    "INSERT INTO subject_key (subject_id, generation, master_key, wrapped, created_at)"
                    " VALUES ({}, {}, {}, {}, {})",
                    subject_id,
                    FIRST_GENERATION,
                    master,
                    wrapped,
                    time.time_ns() // 1_000_000,
                    expect=1,
                )
            ]
        )

    async def find(self, subject_id: str, generation: int) -> AESGCM:
        """The cipher of a subject. Raises Erased, UnknownSubject, KeyRingError."""
        kept = self._kept.get((subject_id, generation))
        if kept is not None and kept[0] > time.monotonic():
            self._kept.move_to_end((subject_id, generation))
            return kept[1]
        try:
            key = await self._unwrapped(subject_id, generation)
        except KeyRingError:
            # The row may have been wrapped anew, and its former master key retired, between reading and unwrapping.
            key = await self._unwrapped(subject_id, generation)
        cipher = AESGCM(key)
        self._keep(subject_id, generation, cipher)
        return cipher

    async def _unwrapped(self, subject_id: str, generation: int) -> bytes:
        rows = await self._store.read(
            sql(
                "SELECT master_key, wrapped FROM subject_key WHERE subject_id = {} AND generation = {}",
                subject_id,
                generation,
            )
        )
        if not rows:
            raise UnknownSubject(subject_id)
        if rows[0]["wrapped"] is None:
            self._kept.pop((subject_id, generation), None)
            raise Erased(subject_id)
        try:
            return self._ring.unwrap(rows[0]["master_key"], rows[0]["wrapped"], key_context(subject_id, generation))
        except InvalidTag:
            raise KeyRingError(
                f"the key of subject {subject_id} was altered, or the key ring is another one's"
            ) from None

    async def shred(self, subject_id: str) -> None:
        """Destroys all keys of a subject; what they sealed is lost at once here, within a minute in other processes."""
        await self._store.commit(
            [
                sql(
                    "UPDATE subject_key SET wrapped = NULL, master_key = NULL, shredded_at = {}"
                    " WHERE subject_id = {} AND wrapped IS NOT NULL",
                    time.time_ns() // 1_000_000,
                    subject_id,
                )
            ]
        )
        for place in [place for place in self._kept if place[0] == subject_id]:
            del self._kept[place]

    async def close(self) -> None:
        """Forgets all keys and closes the store."""
        self._kept.clear()
        await self._store.close()

    def _keep(self, subject_id: str, generation: int, cipher: AESGCM) -> None:
        self._kept[(subject_id, generation)] = (time.monotonic() + _KEPT_SECONDS, cipher)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


async def name_master_key(store: Database, name: str) -> None:
    """Lets rows name a master key. Raises KeyRingError for one that was retired: the ring is an old copy."""
    # One statement, and no retirement at the same time: a name that was just retired must not come back.
    await store.commit(
        [
            *store.serialise,
            sql(
                "INSERT INTO master_key (name) SELECT CAST({} AS TEXT) WHERE NOT EXISTS"
                " (SELECT 1 FROM retired_master_key WHERE name = {}) ON CONFLICT (name) DO NOTHING",
                name,
                name,
            ),
        ]
    )
    if await store.read(sql("SELECT 1 AS retired FROM retired_master_key WHERE name = {}", name)):
        raise KeyRingError(f"master key {name} was retired: the key ring is an old copy, restore the newest one")


def key_context(subject_id: str, generation: int) -> bytes:
    """What a wrapped key is bound to."""
    return f"subject_key/{subject_id}/{generation}".encode()
