"""Share sources: one interface for whatever answers for a register, and the one that answers from the city's pack.

The pack's registers stand in for the city's data exchange. A city that is connected to one puts an adapter of its own
behind `ShareSource`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Literal, Protocol

import msgspec

from backend.city.city import City
from backend.city.structures import Text

RegisterName = Literal["properties", "certificates", "credit", "enterprises"]
FactName = Literal[
    "certificate_number",
    "area",
    "number",
    "issued_on",
    "valid_until",
    "state",
    "kind",
    "on",
    "until",
    "code",
]


class SourceSilent(Exception):
    """A share source did not answer, or not in time."""


class Holder(msgspec.Struct, frozen=True):
    """Whose entries are asked for: the ID number of a person or the credit code of an organisation, upper case."""

    code: str


class Fact(msgspec.Struct, frozen=True):
    """One thing that a register says. Days are `YYYY-MM-DD`; `area` is in m²; `state` and `kind` are codes."""

    name: FactName
    value: str


class Entry(msgspec.Struct, frozen=True):
    """One thing that a register holds, under the name that the holder knows it by."""

    title: str
    facts: list[Fact]


class ShareSource(Protocol):
    """Answers for one register."""

    def words(self) -> Text:
        """What the register is called; known also while it is silent."""

    async def look_up(self, holder: Holder, today: date) -> list[Entry]:
        """What the register holds about exactly this holder on a legal day, and nobody else's number.

        Raises SourceSilent.
        """


class PackSource:
    """Answers for one register from the pack in force."""

    def __init__(self, register: RegisterName, city: Callable[[], City]) -> None:
        self._register = register
        self._city = city

    def words(self) -> Text:
        """The name that the pack gives the register."""
        city = self._city()
        sources: Mapping[RegisterName, Text] = {
            "properties": city.properties.source,
            "certificates": city.held_certificates.source,
            "credit": city.credit.source,
            "enterprises": city.enterprises.source,
        }
        return sources[self._register]

    async def look_up(self, holder: Holder, today: date) -> list[Entry]:
        """What the pack's register says of the holder; it always answers."""
        return list(_READ[self._register](self._city(), holder.code, today))


def pack_sources(city: Callable[[], City]) -> dict[RegisterName, ShareSource]:
    """A source for every register, in the order in which they are shown."""
    return {register: PackSource(register, city) for register in _READ}


def _properties(city: City, code: str, _today: date) -> Iterable[Entry]:
    for each in city.properties.properties:
        if code in each.owners:
            facts = [Fact("certificate_number", each.certificate_number), Fact("area", each.area)]
            yield Entry(each.address, facts)


def _certificates(city: City, code: str, today: date) -> Iterable[Entry]:
    for each in city.held_certificates.certificates:
        if each.holder == code:
            facts = [Fact("number", each.number), Fact("issued_on", each.issued_on)]
            if each.valid_until is not None:
                expired = each.valid_until < today.isoformat()
                facts += [Fact("valid_until", each.valid_until), Fact("state", "expired" if expired else "valid")]
            yield Entry(each.name, facts)


def _credit(city: City, code: str, today: date) -> Iterable[Entry]:
    for each in city.credit.records:
        if each.holder == code and (each.until is None or each.until >= today.isoformat()):
            facts = [Fact("kind", each.kind), Fact("on", each.on)]
            yield Entry(each.what, facts if each.until is None else [*facts, Fact("until", each.until)])


def _enterprises(city: City, code: str, _today: date) -> Iterable[Entry]:
    for each in city.enterprises.enterprises:
        if code in (each.code, each.representative.id_number):
            yield Entry(each.name, [Fact("code", each.code), Fact("state", each.state)])


_READ: Mapping[RegisterName, Callable[[City, str, date], Iterable[Entry]]] = {
    "properties": _properties,
    "certificates": _certificates,
    "credit": _credit,
    "enterprises": _enterprises,
}
