"""Parties and mandates on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.identity.actor import Capacity
from backend.identity.schemas import PhoneText
from backend.parties.rules import AGENT_DAYS, GivenCapacity, MandateState, PartyKind

Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
ItemKey = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
PersonName = Annotated[str, Meta(min_length=1, max_length=50)]


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """For whom the caller may act: themselves without a mandate, or a party under one.

    `code_masked` is an ID number with its middle hidden, or a credit code, which is public. Empty `items` and `cases`
    mean all of them; `ends_at` is null for what has no end of its own.
    """

    party_id: str
    kind: PartyKind
    name: str
    code_masked: str
    capacity: Capacity
    mandate_id: str | None
    items: list[str]
    cases: list[str]
    ends_at: str | None


class PartyList(msgspec.Struct, frozen=True):
    """The caller first, once confirmed, then those they act for."""

    parties: list[Party]


class ApplicantData(msgspec.Struct, frozen=True):
    """Whose application the caller is filling in, in full: the caller's own data, or the party's they act for."""

    kind: PartyKind
    capacity: Capacity
    name: str | None
    id_number: str | None
    phone: str
    birth_date: str | None = None
    sex: str | None = None
    home: str | None = None
    representative: str | None = None


class OrganisationClaim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organisation whose legal representative the caller says to be."""

    uscc: Annotated[str, Meta(min_length=1, max_length=40)]
    name: Annotated[str, Meta(min_length=1, max_length=100)]


class ChildClaim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A child whose guardian the caller says to be. `consent` is the version of the notice they agreed to."""

    name: PersonName
    id_number: Annotated[str, Meta(min_length=1, max_length=30)]
    consent: Annotated[str, Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z.:_-]{0,79}$")] | None = None


class MandateGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mandate for somebody else; `party_id` null gives it for the caller's own matters."""

    party_id: Id | None
    capacity: GivenCapacity
    phone: PhoneText
    name: PersonName
    items: Annotated[list[ItemKey], Meta(max_length=50)]
    cases: Annotated[list[Id], Meta(max_length=50)]
    days: Annotated[int, Meta(ge=1, le=AGENT_DAYS)]


class MandateParty(msgspec.Struct, frozen=True):
    """For whom a mandate is; the name is masked for whoever is not part of it yet."""

    id: str
    kind: PartyKind
    name: str


class MandateHolder(msgspec.Struct, frozen=True):
    """To whom a mandate was given; null where only a register says so."""

    name: str | None
    phone_masked: str | None


class MandateView(msgspec.Struct, frozen=True, kw_only=True):
    """A mandate as the caller sees it: one they gave, one they hold, or an invitation to their phone."""

    id: str
    direction: Literal["given", "received"]
    capacity: Capacity
    state: MandateState
    party: MandateParty
    holder: MandateHolder
    items: list[str]
    cases: list[str]
    basis: str
    created_at: str
    starts_at: str
    ends_at: str | None
    invited_until: str | None
    accepted_at: str | None
    revoked_at: str | None


class MandateList(msgspec.Struct, frozen=True):
    """The newest first."""

    mandates: list[MandateView]
