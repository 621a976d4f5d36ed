"""Published packs in the database: objects by content hash, only ever added, and when each comes into force."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from backend.city.canonical import canonical
from backend.city.changes import PublicationChanges, changes_between
from backend.city.city import City, Form
from backend.city.guide import Guide
from backend.city.history import Publication, coming, in_force, next_change, soonest, transitions
from backend.city.pack import Document, PackInvalid
from backend.city.structures import CertificateType, Lifecycle
from backend.foundation.database import Database, Statement, UniqueViolation, sql
from backend.foundation.time_source import TimeSource

POLL_SECONDS = 5.0
MAXIMUM_TOLD = 100
"""Publications of which residents are told what changed."""


def _put(name: str, kind: str, value: object) -> Statement:
    return sql(
        "INSERT INTO city_object (hash, kind, body) VALUES ({}, {}, {}) ON CONFLICT (hash) DO NOTHING",
        name,
        kind,
        canonical(value).decode(),
    )


def publication(
    city: City, *, number: int, at: int, actor: str, history: Sequence[Publication], effective_at: int | None = None
) -> list[Statement]:
    """The batch that stores a city's objects and publishes its pack as `number`.

    It comes into force at `effective_at`; at once when that is None or past. `history` is what was published before.
    """
    if effective_at is None or effective_at <= at:
        at = effective_at = soonest(history, at)
    files = {path: document.data for path, document in city.documents.items()}
    batch = [_put(city.hash, "pack", files), _put_index(city.hash, _index(city))]
    batch += [_put(name, "guide", guide) for name, guide in city.guides.items()]
    batch += [_put(name, "form", form) for name, form in city.forms.items()]
    batch += [_put(name, "lifecycle", lifecycle) for name, lifecycle in city.lifecycles.items()]
    batch += [_put(name, "certificate", certificate) for name, certificate in city.certificates.items()]
    batch.append(
        sql(
            "INSERT INTO city_publication (number, pack_hash, at, actor, effective_at) VALUES ({}, {}, {}, {}, {})",
            number,
            city.hash,
            at,
            actor,
            effective_at,
            expect=1,
        )
    )
    return batch


def _index(city: City) -> dict[str, str]:
    return {key: item.guide.hash for key, item in city.items.items()}


def _put_index(pack_hash: str, guides: Mapping[str, str]) -> Statement:
    return sql(
        "INSERT INTO city_index (pack_hash, guides) VALUES ({}, {}) ON CONFLICT (pack_hash) DO NOTHING",
        pack_hash,
        canonical(guides).decode(),
    )


async def publish(
    database: Database,
    city: City,
    *,
    at: int,
    actor: str,
    effective_at: int | None = None,
    also: Sequence[Statement] = (),
) -> bool:
    """Publishes a city, in force at once or from `effective_at`; False when it would be in force then anyway.

    Two publishers at once take turns. `also` joins the batch.
    """
    while True:
        history = await published(database)
        before = in_force(history, max(at, effective_at or at))
        if before is not None and before.pack_hash == city.hash:
            return False
        number = history[-1].number + 1 if history else 1
        batch = publication(city, number=number, at=at, actor=actor, history=history, effective_at=effective_at)
        try:
            await database.commit([*batch, *also])
        except UniqueViolation:
            continue
        return True


async def published(database: Database) -> list[Publication]:
    """Every publication in the order of publishing."""
    rows = await database.read(sql("SELECT number, pack_hash, at, effective_at FROM city_publication ORDER BY number"))
    return [Publication(row["number"], row["pack_hash"], row["at"], row["effective_at"]) for row in rows]


async def publishers(database: Database) -> dict[int, str]:
    """Who published, by number: an account, or `system`."""
    rows = await database.read(sql("SELECT number, actor FROM city_publication"))
    return {row["number"]: row["actor"] for row in rows}


async def last(database: Database) -> tuple[int, str | None]:
    """The number of the last publication and the hash of its pack; (0, None) when nothing was published."""
    rows = await database.read(sql("SELECT number, pack_hash FROM city_publication ORDER BY number DESC LIMIT 1"))
    return (rows[0]["number"], rows[0]["pack_hash"]) if rows else (0, None)


async def packed_files(database: Database, pack_hash: str) -> dict[str, object]:
    """The data of a published pack's files by path. Raises KeyError when no such pack was published."""
    packs = await database.read(sql("SELECT body FROM city_object WHERE hash = {} AND kind = 'pack'", pack_hash))
    if not packs:
        raise KeyError(pack_hash)
    return msgspec.json.decode(packs[0]["body"], type=dict[str, object])


async def load(database: Database, pack_hash: str) -> City:
    """The city of a published pack, with every guide, form, lifecycle and certificate type ever published.

    Raises KeyError when no such pack was published.
    """
    rows = await database.read(sql("SELECT hash, kind, body FROM city_object WHERE kind <> 'pack'"))
    files = await packed_files(database, pack_hash)
    # A large pack takes a while; requests go on meanwhile.
    city = await asyncio.to_thread(assembled, files)
    known = {*city.guides, *city.forms, *city.lifecycles, *city.certificates}
    bodies: Mapping[str, list[tuple[str, str]]] = {
        # What is in force is there already: after a first publication that is nearly all.
        kind: [(row["hash"], row["body"]) for row in rows if row["kind"] == kind and row["hash"] not in known]
        for kind in ("guide", "form", "lifecycle", "certificate")
    }
    return city.remembering_objects(
        guides={name: msgspec.json.decode(body, type=Guide) for name, body in bodies["guide"]},
        forms={name: msgspec.json.decode(body, type=Form) for name, body in bodies["form"]},
        lifecycles={name: msgspec.json.decode(body, type=Lifecycle) for name, body in bodies["lifecycle"]},
        certificates={name: msgspec.json.decode(body, type=CertificateType) for name, body in bodies["certificate"]},
    )


async def _indexes(database: Database, packs: Sequence[str]) -> dict[str, tuple[dict[str, str], Mapping[str, Guide]]]:
    """The item keys and guide hashes of packs, and guides that are not among the stored ones.

    A pack published before indexes were kept is read anew; one that this release cannot read is left out.
    """
    rows = await database.read(sql("SELECT pack_hash, guides FROM city_index"))
    kept = {row["pack_hash"]: row["guides"] for row in rows}
    found: dict[str, tuple[dict[str, str], Mapping[str, Guide]]] = {}
    for pack in set(packs):
        if pack in kept:
            found[pack] = msgspec.json.decode(kept[pack], type=dict[str, str]), {}
            continue
        try:
            city = assembled(await packed_files(database, pack))
        except PackInvalid:
            continue
        found[pack] = _index(city), city.guides
    return found


async def told_changes(
    database: Database, history: Sequence[Publication], guides: Mapping[str, Guide]
) -> list[PublicationChanges]:
    """What the latest publications changed, newest first, coming ones too; at most MAXIMUM_TOLD."""
    told = transitions(history)[-MAXIMUM_TOLD:]
    indexes = await _indexes(database, [pack for each, before in told for pack in (each.pack_hash, before) if pack])
    log = []
    for each, before in reversed(told):
        new, new_guides = indexes.get(each.pack_hash, ({}, {}))
        old, old_guides = indexes.get(before or "", ({}, {}))
        known = before in indexes and each.pack_hash in indexes
        items, more = changes_between(old, new, {**guides, **old_guides, **new_guides}) if known else ([], 0)
        log.append(
            PublicationChanges(each.pack_hash, each.at, each.effective_at, before is None, len(new), items, more)
        )
    return log


def assembled(files: Mapping[str, object]) -> City:
    """The city of a stored pack's files. Raises PackInvalid."""
    return City.assemble({path: Document(path, data, {}) for path, data in files.items()})


class CityInForce:
    """The city that requests see: a snapshot, replaced whole when a newer pack is in force. Call it for the city."""

    def __init__(self, database: Database, time: TimeSource | None = None) -> None:
        self._database = database
        self._time = time or TimeSource()
        self._city: City | None = None
        self._history: list[Publication] = []

    def __call__(self) -> City:
        """The city in force. Raises RuntimeError before the first `refresh` that found one."""
        if self._city is None:
            raise RuntimeError("no city pack is published; run: zhangban city publish city")
        return self._city

    async def refresh(self) -> bool:
        """Looks for what is newly published or newly due, and loads it; False when nothing changed."""
        history, now = await published(self._database), self._time.now()
        due = in_force(history, now)
        if due is None:
            return False
        stays = self._city is not None and self._city.hash == due.pack_hash
        if stays and history == self._history and self._city and self._city.coming == coming(history, now):
            return False
        # Loaded even when the pack stays: guides of a coming one can be read from the day it is published.
        city = await load(self._database, due.pack_hash)
        changes = await told_changes(self._database, history, city.guides)
        self._city = replace(city, in_force_from=due.effective_at, coming=coming(history, now), changes=changes)
        self._history = history
        return True

    async def follow(self) -> None:
        """Keeps the snapshot at most five seconds behind what is published, and exact to what is due by then.

        Runs until cancelled.
        """
        while True:
            now = self._time.now()
            due = next_change(self._history, now)
            wait = POLL_SECONDS if due is None else min(POLL_SECONDS, (due - now) / 1000)
            await asyncio.sleep(max(wait, 0.01))
            await self.refresh()
