"""Where a material that the city obtains itself is found: pure, over the registers of the City."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal

import msgspec

from backend.cases.errors import MaterialMissing
from backend.city.city import City
from backend.city.guide import Guide, GuideMaterial
from backend.city.structures import Register
from backend.parties.rules import PartyKind

MatchRule = Literal[
    "name-and-id-number", "name-and-credit-code", "holder-and-name", "owner-number", "holder-number"
]  # fmt: skip

RULES: Final[Mapping[Register, MatchRule]] = {
    "population": "name-and-id-number",
    "enterprises": "name-and-credit-code",
    "certificates": "holder-and-name",
    "properties": "owner-number",
    "credit": "holder-number",
}
"""By what each register is asked."""


class Asked(msgspec.Struct, frozen=True):
    """About whom the registers are asked; `code` is an ID number or a credit code."""

    kind: PartyKind
    name: str
    code: str


def register_of(material: GuideMaterial, kind: PartyKind) -> Register:
    """The register a shared material comes from; guides of before materials named one ask who the applicant is."""
    return material.share_register or ("enterprises" if kind == "organisation" else "population")


def is_found(city: City, material: GuideMaterial, asked: Asked, today: date) -> bool:
    """Whether a shared material is there. Of an organisation the population register knows the representative."""
    register = register_of(material, asked.kind)
    if register == "credit":
        # Nothing on record is an answer, too.
        return bool(city.credit.records and asked.code)
    if register == "properties":
        return any(asked.code in each.owners for each in city.properties.properties)
    if register == "certificates":
        held = city.held_certificate(asked.code, material.shared_certificate or material.name.zh)
        return held is not None and (held.valid_until is None or held.valid_until >= today.isoformat())
    if asked.kind == "person":
        return register == "population" and city.person(asked.name, asked.code) is not None
    enterprise = city.enterprise(asked.code)
    if enterprise is None or enterprise.name != asked.name:
        return False
    head = enterprise.representative
    return register == "enterprises" or city.person(head.name, head.id_number) is not None


def resolve(
    city: City,
    guide: Guide,
    asked: Asked,
    uploaded: Mapping[str, list[str]],
    at: int,
    today: date,
    issued: frozenset[str] = frozenset(),
) -> list[dict[str, Any]]:
    """Where each material of an application comes from; a share names register, rule and time (milliseconds).

    `issued` are those that the house itself has issued to the applicant just now: it holds them. What no register holds
    is taken from a picture. Raises MaterialMissing for what is required and found nowhere.
    """
    resolved: list[dict[str, Any]] = []
    missing: list[GuideMaterial] = []
    for material in guide.materials:
        if material.handover == "share" and (material.key in issued or is_found(city, material, asked, today)):
            register = register_of(material, asked.kind)
            share = {"register": register, "rule": RULES[register], "at": at}
            resolved.append({"key": material.key, "source": "share", "count": 0, **share})
        elif material.handover in ("share", "upload") and (hashes := uploaded.get(material.key)):
            resolved.append({"key": material.key, "source": "upload", "count": len(hashes)})
        elif material.handover == "share" and material.necessity == "required":
            missing.append(material)
    if missing:
        names = "、".join(each.name.zh for each in missing)
        raise MaterialMissing(f"没有查到：{names}。请拍照上传后再提交。", materials=[each.key for each in missing])
    return resolved
