"""The published guide of an item: what a resident reads, a case pins and a hash names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from backend.city.canonical import content_hash
from backend.city.structures import (
    AutomaticTable,
    Basis,
    Benchmark,
    CertificateType,
    Department,
    HandleType,
    Handover,
    Hours,
    ItemBase,
    ItemOffice,
    JointHandling,
    Level,
    Lifecycle,
    Limit,
    Location,
    Material,
    MediaType,
    Part,
    Position,
    Procedure,
    ProjectDemand,
    Regime,
    Register,
    Remedies,
    Renewal,
    ServiceObject,
    Stage,
    StatutoryLimit,
    StepLimit,
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
    promised: Limit | None = None
    locations: list[GuideLocation] = msgspec.field(default_factory=list)


class GuideLocation(Part, frozen=True):
    """Where an office receives people, and when."""

    key: str
    name: Text
    division: str
    address: Text
    hours: list[Hours]
    phone: str
    position: Position | None
    access: Text | None


class GuideStatutory(Part, frozen=True):
    """The limit set by law and the article that sets it."""

    value: int
    unit: Unit
    source: Text
    extension: int = 0


class GuideTask(Part, frozen=True):
    """What another department does in a case, within its own limit; it waits for the tasks named in `after`."""

    key: str
    name: Text
    department: DepartmentName
    limit: StepLimit
    after: list[str] = msgspec.field(default_factory=list)
    first_review: bool = False


class GuideJoint(Part, frozen=True):
    """That the item is handled jointly and how, by which article, and who has to approve that its limit is extended."""

    handling: JointHandling
    article: Text
    approver: Text


class GuideResult(Part, frozen=True):
    """What the applicant gets."""

    name: Text
    note: Text | None
    kind: Literal["certificate", "document", "payment"] = "certificate"


class GuideFee(Part, frozen=True):
    """Whether money is charged."""

    charged: bool
    note: Text | None
    basis: Text | None = None


class GuideChoice(Part, frozen=True):
    """One of several documents that satisfy a material."""

    key: str
    name: Text


class GuideMaterialBasis(Part, frozen=True):
    """The text by which a material is asked for; `inherited` when it is the item's own basis."""

    inherited: bool
    laws: list[GuideBasis]


class GuideMaterial(Part, frozen=True):
    """A material as the resident reads it."""

    key: str
    name: Text
    hint: Text
    necessity: Literal["required", "optional", "tolerant"]
    handover: Handover
    share_source: Text | None
    accept: list[MediaType]
    max_bytes: int | None
    max_files: int
    choices: list[GuideChoice] | None
    kind: Literal["1", "2", "3"] = "1"
    form: Literal["paper", "electronic", "both"] = "both"
    originals: int = 0
    copies: int = 0
    condition: Text | None = None
    issuer: Text | None = None
    share_register: Register | None = None
    shared_certificate: str | None = None
    basis: GuideMaterialBasis | None = None


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
    """The whole guide. `hash` is SHA-256 over the canonical JSON of every other member.

    Without `form_hash` and `lifecycle_hash` it can be read and not filed online. `statutory` is None where no law sets
    a limit, and `no_statutory` says so.
    """

    key: str
    code: str
    name: Text
    summary: Text
    regime: str
    kind: Literal["promised", "instant"]
    result: GuideResult
    visits: int
    visits_note: Text | None
    promised: Limit
    statutory: GuideStatutory | None
    fee: GuideFee
    conditions: list[Text]
    materials: list[GuideMaterial]
    legal_basis: list[GuideBasis]
    steps: list[Stage]
    department: DepartmentName
    offices: list[GuideOffice]
    route_by: str | None
    remedies: Text | None
    questions: list[GuideQuestion]
    effective: str
    form_hash: str | None
    lifecycle_hash: str | None
    certificate_hash: str | None
    consult_phone: str
    complaint_phone: str
    # Guides published before these were said what stands here.
    level: Level = 2
    service_objects: list[ServiceObject] = msgspec.field(default_factory=lambda: list(_PERSONS_ONLY))
    no_statutory: Text | None = None
    special_procedures: list[Text] = msgspec.field(default_factory=list)
    commitment_based: bool = False
    tolerant_acceptance: bool = False
    tolerant_within: Limit | None = None
    public_notice_days: int | None = None
    visits_reason: Text | None = None
    depth: Literal[1, 2, 3, 4] = 4
    handle_types: list[HandleType] = msgspec.field(default_factory=list)
    handle_area: Literal["nation", "province", "city", "district"] = "district"
    use_level: str = "4"
    task_type: str = "07"
    audience: Text | None = None
    procedures: list[Procedure] = msgspec.field(default_factory=list)
    tasks: list[GuideTask] = msgspec.field(default_factory=list)
    project: ProjectDemand = "none"
    automatic: AutomaticTable | None = None
    joint: GuideJoint | None = None
    renewal: Renewal | None = None
    benchmark: Benchmark | None = None
    hash: str = ""

    @property
    def fillable(self) -> bool:
        """Whether the item can be filed online."""
        return self.form_hash is not None and self.lifecycle_hash is not None

    def serves(self, kind: Literal["person", "organisation"]) -> bool:
        """Whether a kind of applicant may use the item."""
        persons = "1" in self.service_objects
        return persons if kind == "person" else len(self.service_objects) > persons

    def office_for(self, division: str) -> GuideOffice:
        """The office of the lowest tier that handles a division; the first one where none is around it."""
        around = [
            (_depth(each), office) for office in self.offices for each in office.divisions if is_in(division, each)
        ]
        return max(around, key=lambda found: found[0])[1] if around else self.offices[0]

    def office_of(self, department_code: str) -> GuideOffice:
        """The office with a department code. Raises KeyError."""
        for office in self.offices:
            if office.department.code == department_code:
                return office
        raise KeyError(department_code)


def _significant(code: str) -> str:
    """The digits of a division code that name it: 2, 4, 6, 9 or 12 by its level."""
    return next((code[:length] for length in (2, 4, 6, 9) if not code[length:].strip("0")), code)


def _depth(code: str) -> int:
    return len(_significant(code))


def is_in(code: str, around: str) -> bool:
    """Whether a division is another one, or lies in it."""
    return bool(code) and code.startswith(_significant(around))


def remedies_text(remedies: Remedies) -> Text:
    """Where to turn, as one sentence in both languages, with the articles."""
    first, second = remedies.reconsideration, remedies.litigation
    return Text(
        zh=f"{first.value} 天内可申请行政复议（{first.article.zh}），"
        f"{second.value} 个月内可向法院起诉（{second.article.zh}）。",
        en=f"You may ask for administrative reconsideration within {first.value} days ({first.article.en}), "
        f"or go to court within {second.value} months ({second.article.en}).",
    )


def _material(material: Material, legal_basis: list[Basis], sources: Mapping[str, Text]) -> GuideMaterial:
    choices = [GuideChoice(choice.key, choice.name) for choice in material.one_of or []]
    inherited = material.basis == "inherited"
    laws = legal_basis if isinstance(material.basis, str) else [material.basis]
    return GuideMaterial(
        key=material.key,
        name=material.name,
        hint=material.hint,
        necessity=material.necessity,
        handover=material.handover,
        share_source=sources.get(material.share_register or "") if material.handover == "share" else None,
        accept=material.accept,
        max_bytes=material.max_bytes,
        max_files=material.max_files,
        choices=choices or None,
        kind=material.kind,
        form=material.form,
        originals=material.originals,
        copies=material.copies,
        condition=material.condition,
        issuer=material.issuer,
        share_register=material.share_register if material.handover == "share" else None,
        shared_certificate=material.shared_certificate,
        basis=GuideMaterialBasis(inherited, [GuideBasis(law.title, law.article) for law in laws]),
    )


def implementation_code(department: Department, base: ItemBase) -> str:
    """The code of an item at a department (standards §2.1): its credit code, the level and the catalogue code."""
    return department.code + base.use_level + base.catalog_code


def guide_of(
    base: ItemBase,
    office: ItemOffice,
    *,
    departments: Mapping[str, Department],
    locations: Mapping[str, Location],
    regime: Regime,
    lifecycle: Lifecycle | None,
    form_hash: str | None,
    certificate: CertificateType | None,
    sources: Mapping[str, Text],
) -> Guide:
    """Puts base and office together with what they refer to, by key, and names the whole by its hash.

    `sources` are the names of the registers that a share may come from.
    """
    offices = []
    for place in office.offices:
        department = departments[place.department]
        offices.append(
            GuideOffice(
                code=place.item_code or implementation_code(department, base),
                department=DepartmentName(department.code, department.name),
                divisions=place.divisions,
                consult_phone=department.consult_phone,
                complaint_phone=department.complaint_phone,
                promised=Limit(place.promised.value, place.promised.unit) if place.promised else None,
                locations=[_location(locations[key]) for key in place.locations],
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
        result=GuideResult(base.result.name, base.result.note, base.result.kind),
        visits=office.visits,
        visits_note=office.visits_note,
        promised=Limit(office.promised.value, office.promised.unit),
        statutory=_statutory(statutory_of(base, regime)),
        fee=GuideFee(office.fee.charged, office.fee.note, office.fee.basis),
        conditions=base.conditions,
        materials=[_material(material, base.legal_basis, sources) for material in base.materials],
        legal_basis=[GuideBasis(basis.title, basis.article) for basis in base.legal_basis],
        steps=base.steps or (lifecycle.stages if lifecycle else []),
        department=lead.department,
        offices=offices,
        route_by=office.route_by,
        remedies=remedies_text(regime.remedies),
        questions=[GuideQuestion(each.question, each.answer) for each in office.questions],
        effective=office.effective,
        form_hash=form_hash,
        lifecycle_hash=content_hash(lifecycle) if lifecycle and form_hash else None,
        certificate_hash=content_hash(certificate) if certificate else None,
        consult_phone=lead.consult_phone,
        complaint_phone=lead.complaint_phone,
        level=base.level,
        service_objects=base.service_objects,
        no_statutory=base.no_statutory,
        special_procedures=base.special_procedures,
        commitment_based=base.commitment_based,
        tolerant_acceptance=base.tolerant_acceptance,
        tolerant_within=_tolerant_within(base.tolerant_acceptance, regime),
        public_notice_days=base.public_notice_days,
        visits_reason=office.visits_reason,
        depth=office.depth,
        handle_types=office.handle_types,
        handle_area=office.handle_area,
        use_level=base.use_level,
        task_type=base.task_type,
        audience=base.audience,
        procedures=[*regime.procedures, *base.procedures],
        tasks=[
            GuideTask(
                each.key,
                each.name,
                _named_department(departments[each.department]),
                each.limit,
                each.after,
                each.first_review,
            )
            for each in base.tasks
        ],
        project=base.project,
        automatic=base.automatic,
        joint=_joint(base, regime),
        renewal=base.renewal,
        benchmark=base.benchmark,
    )
    return named(guide)


def _named_department(department: Department) -> DepartmentName:
    return DepartmentName(department.code, department.name)


def _tolerant_within(tolerant: bool, regime: Regime) -> Limit | None:
    """How long after acceptance something may come later; None where nothing may."""
    limit = regime.limits.get("commitment") if tolerant else None
    return Limit(limit.value, limit.unit) if limit else None


def statutory_of(base: ItemBase, regime: Regime) -> StatutoryLimit | None:
    """The limit that the law sets for an item: its own, or that of the regime for what is handled jointly."""
    joint = regime.joint if base.joint_handling else None
    if base.statutory is not None or joint is None:
        return base.statutory
    return StatutoryLimit(joint.value, joint.unit, joint.article, joint.confidence, joint.extension)


def _joint(base: ItemBase, regime: Regime) -> GuideJoint | None:
    if base.joint_handling is None or regime.joint is None:
        return None
    return GuideJoint(base.joint_handling, regime.joint.article, regime.joint.approver)


def _statutory(limit: StatutoryLimit | None) -> GuideStatutory | None:
    return None if limit is None else GuideStatutory(limit.value, limit.unit, limit.article, limit.extension)


def _location(location: Location) -> GuideLocation:
    return GuideLocation(
        location.key,
        location.name,
        location.division,
        location.address,
        location.hours,
        location.phone,
        location.position,
        location.access,
    )


def named(guide: Guide) -> Guide:
    """The guide with the hash of its other members."""
    members = msgspec.to_builtins(guide)
    members.pop("hash")
    return msgspec.structs.replace(guide, hash=content_hash(members))
