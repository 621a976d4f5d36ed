"""What can be published under review. A kind knows what is in force, how to show, check and publish it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import msgspec
import yaml

from backend.city.canonical import canonical
from backend.city.check import check_documents
from backend.city.city import City
from backend.city.history import in_force
from backend.city.pack import Finding, PackInvalid, parse
from backend.city.store import assembled, packed_files, publication, published
from backend.foundation.database import Database, Statement


class PublicationKind(Protocol):
    """One kind of thing that is published; the review itself is the same for all of them."""

    async def standing(self, database: Database, at: int) -> tuple[int, str | None]:
        """The number of the last publication, and the hash of what is in force at an instant as things stand now.

        (0, None) when nothing was published.
        """

    async def text_in_force(self, database: Database, subject_hash: str | None) -> dict[str, str]:
        """What was published under a hash, as readable text by file; empty for None."""

    def text_of(self, content: str) -> dict[str, str]:
        """A proposal's content as readable text by file."""

    def findings(self, content: str, today: date) -> list[Finding]:
        """What the checks find in a proposal; lines count in `text_of`."""

    async def publish(
        self, database: Database, content: str, *, number: int, at: int, actor: str, effective_at: int | None
    ) -> Sequence[Statement]:
        """The batch that publishes a proposal as `number`, in force at once or from `effective_at`.

        The batch fails with UniqueViolation when that number is taken.
        """


def _readable(files: Mapping[str, object]) -> dict[str, str]:
    # Members are sorted, as they are in what is stored: what was only moved is no change.
    return {
        path: yaml.safe_dump(data, allow_unicode=True, sort_keys=True, width=10_000) for path, data in files.items()
    }


class CityPackKind:
    """A city pack: content is the data of its files by path, as the city store keeps it."""

    async def standing(self, database: Database, at: int) -> tuple[int, str | None]:
        """The last publication's number, and the pack in force at an instant."""
        history = await published(database)
        found = in_force(history, at)
        return (history[-1].number if history else 0), (found.pack_hash if found else None)

    async def text_in_force(self, database: Database, subject_hash: str | None) -> dict[str, str]:
        """The pack of a hash as sorted YAML."""
        return {} if subject_hash is None else _readable(await packed_files(database, subject_hash))

    def text_of(self, content: str) -> dict[str, str]:
        """The proposed pack as sorted YAML."""
        return _readable(msgspec.json.decode(content, type=dict[str, object]))

    def findings(self, content: str, today: date) -> list[Finding]:
        """What `zhangban city check` says of the proposed pack."""
        try:
            documents = {path: parse(path, text) for path, text in self.text_of(content).items()}
        except PackInvalid as error:
            return error.findings
        return check_documents(documents, today)

    async def publish(
        self, database: Database, content: str, *, number: int, at: int, actor: str, effective_at: int | None
    ) -> Sequence[Statement]:
        """Stores the pack's objects and its publication; every process follows within five seconds."""
        files = msgspec.json.decode(content, type=dict[str, object])
        city = await asyncio.to_thread(assembled, files)
        history = await published(database)
        return publication(city, number=number, at=at, actor=actor, history=history, effective_at=effective_at)


def pack_content(city: City) -> str:
    """The content of a proposal to put a city pack in force."""
    return canonical({path: document.data for path, document in city.documents.items()}).decode()


KINDS: Mapping[str, PublicationKind] = {"city-pack": CityPackKind()}
"""Every kind by the name that is stored; a further one is added here."""
