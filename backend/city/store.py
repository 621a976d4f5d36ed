"""Published packs in the database: objects by content hash, only ever added; the last publication is in force."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from backend.city.canonical import canonical
from backend.city.city import City, Form
from backend.city.guide import Guide
from backend.city.pack import Document
from backend.city.structures import CertificateType, Lifecycle
from backend.foundation.database import Database, Statement, UniqueViolation, sql

POLL_SECONDS = 5.0


def _put(name: str, kind: str, value: object) -> Statement:
    return sql(
        "INSERT INTO city_object (hash, kind, body) VALUES ({}, {}, {}) ON CONFLICT (hash) DO NOTHING",
        name,
        kind,
        canonical(value).decode(),
    )


def publication(city: City, *, number: int, at: int, actor: str) -> list[Statement]:
    """The batch that stores a city's objects and puts its pack in force as publication `number`."""
    files = {path: document.data for path, document in city.documents.items()}
    batch = [_put(city.hash, "pack", files)]
    batch += [_put(name, "guide", guide) for name, guide in city.guides.items()]
    batch += [_put(name, "form", form) for name, form in city.forms.items()]
    batch += [_put(name, "lifecycle", lifecycle) for name, lifecycle in city.lifecycles.items()]
    batch += [_put(name, "certificate", certificate) for name, certificate in city.certificates.items()]
    batch.append(
        sql(
            "INSERT INTO city_publication (number, pack_hash, at, actor) VALUES ({}, {}, {}, {})",
            number,
            city.hash,
            at,
            actor,
            expect=1,
        )
    )
    return batch


async def publish(database: Database, city: City, *, at: int, actor: str, also: Sequence[Statement] = ()) -> bool:
    """Puts a city in force; False when it is in force already. Two publishers at once take turns.

    `also` joins the batch.
    """
    while True:
        number, in_force = await last(database)
        if in_force == city.hash:
            return False
        try:
            await database.commit([*publication(city, number=number + 1, at=at, actor=actor), *also])
        except UniqueViolation:
            continue
        return True


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
    city = City.assemble({path: Document(path, data, {}) for path, data in files.items()})
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


class CityInForce:
    """The city that requests see: a snapshot, replaced whole when a newer pack is in force. Call it for the city."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._city: City | None = None
        self._number = 0

    def __call__(self) -> City:
        """The city in force. Raises RuntimeError before the first `refresh` that found one."""
        if self._city is None:
            raise RuntimeError("no city pack is published; run: zhangban city publish city")
        return self._city

    async def refresh(self) -> bool:
        """Looks for a newer publication and loads it; False when nothing changed."""
        number, pack_hash = await last(self._database)
        if pack_hash is None or (number == self._number and self._city is not None):
            return False
        if self._city is None or self._city.hash != pack_hash:
            self._city = await load(self._database, pack_hash)
        self._number = number
        return True

    async def follow(self) -> None:
        """Keeps the snapshot at most five seconds behind; runs until cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self.refresh()
