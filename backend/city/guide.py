"""The published guide of an item: what a resident reads, a case pins and a hash names."""

from __future__ import annotations

from typing import Literal

import msgspec

from backend.city.canonical import content_hash
from backend.city.structures import (
    CertificateType,
    Department,
    ItemBase,
    ItemOffice,
    Level,
    Lifecycle,
    Limit,
    Material,
    MediaType,
    Part,
    Remedies,
    ServiceObject,
    Stage,
    Text,
    Unit,
)


class DepartmentName(Part, frozen=True):
    """A department as guides and cases name it."""

    code: str
    name: Text


class GuideOffice(Part, frozen=True):
    """One of the departments that handle the item, with its divisions and its own item code (31 characters)."""

    code: str
    department: DepartmentName
    divisions: list[str]
    consult_phone: str
    complaint_phone: str


class GuideStatutory(Part, frozen=True):
    """The limit set by law and the article that sets it."""

    value: int
    unit: Unit
    source: Text


class GuideResult(Part, frozen=True):
    """What the applicant gets."""

    name: Text
    note: Text


class GuideFee(Part, frozen=True):
    """Whether money is charged."""

    charged: bool
    note: Text


class GuideChoice(Part, frozen=True):
    """One of several documents that satisfy a material."""

    key: str
    name: Text


class GuideMaterial(Part, frozen=True):
    """A material as the resident reads it."""

    key: str
    name: Text
    hint: Text
    necessity: Literal["required", "optional"]
    handover: Literal["share", "upload"]
    share_source: Text | None
    accept: list[MediaType]
    max_bytes: int | None
    max_files: int
    choices: list[GuideChoice] | None


class GuideBasis(Part, frozen=True):
    """A law and its articles."""

    title: Text
    article: Text


class GuideQuestion(Part, frozen=True):
    """A question and its answer."""

    question: Text
    answer: Text


_PERSONS_ONLY: tuple[ServiceObject, ...] = ("1",)


class Guide(Part, frozen=True):
    """The whole guide. `hash` is SHA-256 over the canonical JSON of every other member."""

    key: str
    code: str
    name: Text
    summary: Text
    regime: str
    kind: Literal["promised", "instant"]
    result: GuideResult
    visits: int
    visits_note: Text
    promised: Limit
    statutory: GuideStatutory
    fee: GuideFee
    conditions: list[Text]
    materials: list[GuideMaterial]
    legal_basis: list[GuideBasis]
    steps: list[Stage]
    department: DepartmentName
    offices: list[GuideOffice]
    route_by: str
    remedies: Text
    questions: list[GuideQuestion]
    effective: str
    form_hash: str
    lifecycle_hash: str
    certificate_hash: str
    consult_phone: str
    complaint_phone: str
    # Guides published before these were said what stands here.
    level: Level = 2
    service_objects: list[ServiceObject] = msgspec.field(default_factory=lambda: list(_PERSONS_ONLY))
    hash: str = ""

    def serves(self, kind: Literal["person", "organisation"]) -> bool:
        """Whether a kind of applicant may use the item."""
        persons = "1" in self.service_objects
        return persons if kind == "person" else len(self.service_objects) > persons

    def office_for(self, division: str) -> GuideOffice:
        """The office that handles a division; the first one where none names it."""
        return next((office for office in self.offices if division in office.divisions), self.offices[0])

    def office_of(self, department_code: str) -> GuideOffice:
        """The office with a department code. Raises KeyError."""
        for office in self.offices:
            if office.department.code == department_code:
                return office
        raise KeyError(department_code)


def remedies_text(remedies: Remedies) -> Text:
    """Where to turn, as one sentence in both languages, with the articles."""
    first, second = remedies.reconsideration, remedies.litigation
    return Text(
        zh=f"{first.value} 天内可申请行政复议（{first.article.zh}），"
        f"{second.value} 个月内可向法院起诉（{second.article.zh}）。",
        en=f"You may ask for administrative reconsideration within {first.value} days ({first.article.en}), "
        f"or go to court within {second.value} months ({second.article.en}).",
    )


def _material(material: Material, share_source: Text | None) -> GuideMaterial:
    choices = [GuideChoice(choice.key, choice.name) for choice in material.one_of or []]
    return GuideMaterial(
        key=material.key,
        name=material.name,
        hint=material.hint,
        necessity=material.necessity,
        handover=material.handover,
        share_source=share_source if material.handover == "share" else None,
        accept=material.accept,
        max_bytes=material.max_bytes,
        max_files=material.max_files,
        choices=choices or None,
    )


def guide_of(
    base: ItemBase,
    office: ItemOffice,
    *,
    departments: dict[str, Department],
    lifecycle: Lifecycle,
    form_hash: str,
    certificate: CertificateType,
    share_source: Text,
) -> Guide:
    """Puts base and office together with what they refer to (`departments` by key), and names the whole by its hash."""
    offices = []
    for place in office.offices:
        department = departments[place.department]
        offices.append(
            GuideOffice(
                code=place.item_code,
                department=DepartmentName(department.code, department.name),
                divisions=place.divisions,
                consult_phone=department.consult_phone,
                complaint_phone=department.complaint_phone,
            )
        )
    lead = offices[0]
    guide = Guide(
        key=base.key,
        code=lead.code,
        name=base.name,
        summary=base.summary,
        regime=base.regime,
        kind=base.kind,
        result=GuideResult(base.result.name, base.result.note),
        visits=office.visits,
        visits_note=office.visits_note,
        promised=Limit(office.promised.value, office.promised.unit),
        statutory=GuideStatutory(base.statutory.value, base.statutory.unit, base.statutory.article),
        fee=GuideFee(office.fee.charged, office.fee.note),
        conditions=base.conditions,
        materials=[_material(material, share_source) for material in base.materials],
        legal_basis=[GuideBasis(basis.title, basis.article) for basis in base.legal_basis],
        steps=base.steps,
        department=lead.department,
        offices=offices,
        route_by=office.route_by,
        remedies=remedies_text(lifecycle.regime.remedies),
        questions=[GuideQuestion(each.question, each.answer) for each in office.questions],
        effective=office.effective,
        form_hash=form_hash,
        lifecycle_hash=content_hash(lifecycle),
        certificate_hash=content_hash(certificate),
        consult_phone=lead.consult_phone,
        complaint_phone=lead.complaint_phone,
        level=base.level,
        service_objects=base.service_objects,
    )
    return named(guide)


def named(guide: Guide) -> Guide:
    """The guide with the hash of its other members."""
    members = msgspec.to_builtins(guide)
    members.pop("hash")
    return msgspec.structs.replace(guide, hash=content_hash(members))
