"""What can be published under review. A kind knows what is in force, how to show, check and publish it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import msgspec
import yaml

from backend.city.canonical import canonical
from backend.city.check import check_documents
from backend.city.city import City
from backend.city.pack import Document, Finding, PackInvalid, parse
from backend.city.store import last, packed_files, publication
from backend.foundation.database import Database, Statement


class PublicationKind(Protocol):
    """One kind of thing that is published; the review itself is the same for all of them."""

    async def in_force(self, database: Database) -> tuple[int, str | None]:
        """The number and hash of what is in force; (0, None) when nothing is."""

    async def text_in_force(self, database: Database, subject_hash: str | None) -> dict[str, str]:
        """What was published under a hash, as readable text by file; empty for None."""

    def text_of(self, content: str) -> dict[str, str]:
        """A proposal's content as readable text by file."""

    def findings(self, content: str, today: date) -> list[Finding]:
        """What the checks find in a proposal; lines count in `text_of`."""

    def publish(self, content: str, *, number: int, at: int, actor: str) -> Sequence[Statement]:
        """The batch that puts a proposal in force as `number`; fails with UniqueViolation when that number is taken."""


def _readable(files: Mapping[str, object]) -> dict[str, str]:
    # Members are sorted, as they are in what is stored: what was only moved is no change.
    return {
        path: yaml.safe_dump(data, allow_unicode=True, sort_keys=True, width=10_000) for path, data in files.items()
    }


class CityPackKind:
    """A city pack: content is the data of its files by path, as the city store keeps it."""

    async def in_force(self, database: Database) -> tuple[int, str | None]:
        """The last publication's number and pack."""
        return await last(database)

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

    def publish(self, content: str, *, number: int, at: int, actor: str) -> Sequence[Statement]:
        """Stores the pack's objects and puts it in force; every process follows within five seconds."""
        files = msgspec.json.decode(content, type=dict[str, object])
        city = City.assemble({path: Document(path, data, {}) for path, data in files.items()})
        return publication(city, number=number, at=at, actor=actor)


def pack_content(city: City) -> str:
    """The content of a proposal to put a city pack in force."""
    return canonical({path: document.data for path, document in city.documents.items()}).decode()


KINDS: Mapping[str, PublicationKind] = {"city-pack": CityPackKind()}
"""Every kind by the name that is stored; a further one is added here."""
