"""Filing at the counter on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from backend.cases.schemas import FileHashes, Hash, KnownMaterial, ProjectCode, ShortKey, Values
from backend.parties.rules import PartyKind
from backend.parties.schemas import OrganisationClaim


class VisitClaim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who stands at the counter with their card, for which item, and the phone they are reached at.

    With `organisation` it is the applicant, and the person its legal representative.
    """

    item: ShortKey
    name: Annotated[str, Meta(min_length=1, max_length=50)]
    id_number: Annotated[str, Meta(min_length=1, max_length=30)]
    phone: Annotated[str, Meta(min_length=1, max_length=30)]
    organisation: OrganisationClaim | None = None


class MaskedFacts(msgspec.Struct, frozen=True):
    """What is known of the applicant by the `known` of form fields, masked; null where nothing is."""

    name: str | None
    id_number: str | None
    phone: str | None
    birth_date: str | None
    sex: str | None
    home: str | None
    representative: str | None


class Visit(msgspec.Struct, frozen=True):
    """An applicant found: under `id` their papers and their one application are sent until `ends_at`."""

    id: str
    item: str
    kind: PartyKind
    ends_at: str
    facts: MaskedFacts
    materials: list[KnownMaterial]


class CounterFile(msgspec.Struct, frozen=True):
    """A paper that was stored for the applicant."""

    sha256: str


class CounterFiling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The application as it was entered; what the registers know is left out and put in by the server."""

    guide_hash: Hash
    form_hash: Hash
    values: Values
    files: FileHashes
    project: ProjectCode | None = None
    promise: bool = False
    by_person: bool = False
