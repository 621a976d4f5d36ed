"""What the files of a city pack hold, one immutable structure a kind; unknown members are refused when they are read.

`confidence` says how sure a fact is: H read in a text of the law, M believed stable, L differs from place to place.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9-]*$")]
Words = Annotated[str, Meta(min_length=1, max_length=2000)]
Uscc = Annotated[str, Meta(min_length=18, max_length=18)]
Confidence = Literal["H", "M", "L"]
Unit = Literal["workday", "day", "month", "year"]
Role = Literal["applicant", "clerk", "reviewer", "approver"]
StaffRole = Literal[
    "clerk",
    "reviewer",
    "approver",
    "agent",
    "supervisor",
    "editor",
    "system_administrator",
    "security_administrator",
    "audit_administrator",
]
MediaType = Literal["image/jpeg", "image/png"]
ServiceObject = Literal["1", "2", "3", "4", "5", "6", "9"]
"""Whom an item serves: 1 natural persons, all others kinds of organisations."""
Level = Literal[1, 2, 3]
"""How surely an applicant must be known: 1 by a phone, 2 by a real name, 3 by that seen in person or by passkey."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The root of everything a pack is made of."""


class Text(Part, frozen=True):
    """Words in both languages of the city."""

    zh: Words
    en: Words


class Place(Part, frozen=True):
    """A division and its name."""

    code: Annotated[str, Meta(min_length=6, max_length=12, pattern=r"^\d+$")]
    name: Text


class Street(Place, frozen=True):
    """A subdistrict or town (12 digits) with its communities."""

    communities: list[Place]


class District(Place, frozen=True):
    """A district or county (6 digits) with its streets."""

    streets: list[Street]


class Divisions(Part, frozen=True):
    """divisions.yaml"""

    districts: list[District]


class CityFacts(Part, frozen=True):
    """city.yaml"""

    code: Annotated[str, Meta(pattern=r"^\d{6}$")]
    name: Text
    province: Place
    hotline: Annotated[str, Meta(pattern=r"^\d{3,6}$")]
    languages: list[Literal["zh", "en"]]


class Department(Part, frozen=True):
    """An office of the city: `code` is its unified social credit code, `parent` the key of the office above it."""

    code: Uscc
    key: Name
    name: Text
    parent: Name | None
    division: str
    nature: Literal["1", "2", "3", "9"]
    consult_phone: Words
    complaint_phone: Words


class Departments(Part, frozen=True):
    """departments.yaml"""

    departments: list[Department]


IdNumber = Annotated[str, Meta(min_length=18, max_length=18)]


class Person(Part, frozen=True):
    """A person of the population register; `home` is where the person is registered.

    `guardians` are the ID numbers of those who act for a child.
    """

    name: Annotated[str, Meta(min_length=1, max_length=50)]
    id_number: IdNumber
    home: Text
    guardians: Annotated[list[IdNumber], Meta(max_length=10)] = []


class Population(Part, frozen=True):
    """registers/population.yaml: a share source, with its name and the rule by which a match is made."""

    source: Text
    rule: Text
    persons: list[Person]


class Representative(Part, frozen=True):
    """The person who acts for an organisation by law (法定代表人, of a sole trader the operator)."""

    name: Annotated[str, Meta(min_length=1, max_length=50)]
    id_number: IdNumber


class Enterprise(Part, frozen=True):
    """An enterprise or other organisation of the register; a struck-off one can no longer act."""

    code: Uscc
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    representative: Representative
    state: Literal["open", "struck-off"] = "open"


class Enterprises(Part, frozen=True):
    """registers/enterprises.yaml: a share source, with its name and the rule by which a match is made."""

    source: Text
    rule: Text
    enterprises: list[Enterprise]


class Persona(Part, frozen=True):
    """An account of the demo and test modes; staff have an office by its key and a staff number."""

    phone: Annotated[str, Meta(pattern=r"^1[3-9]\d{9}$")]
    name: Annotated[str, Meta(min_length=1, max_length=50)]
    role: Literal["resident"] | StaffRole
    department: Name | None
    note: Text
    number: Annotated[str, Meta(pattern=r"^[A-Z]{2}\d{4}$")] | None = None


class Personas(Part, frozen=True):
    """personas.yaml"""

    personas: list[Persona]


class Rule(Part, frozen=True):
    """A rule of procedure: its article, if a text sets it, and a sentence that a resident can read."""

    sentence: Text
    article: Text | None = None
    confidence: Confidence = "M"


class Remedy(Part, frozen=True):
    """Where a person may turn, and for how long."""

    value: Annotated[int, Meta(ge=1, le=366)]
    unit: Unit
    article: Text
    confidence: Confidence


class Remedies(Part, frozen=True):
    """Reconsideration by a higher authority (复议) and court (诉讼)."""

    reconsideration: Remedy
    litigation: Remedy


class Regime(Part, frozen=True):
    """Which law governs an item's procedure; `day_unit_by_law` is what “日” means in it."""

    key: Name
    name: Text
    task_type: str
    day_unit_by_law: Literal["workday", "day"]
    articles: dict[str, Rule]
    rules: dict[str, Rule]
    remedies: Remedies


class Stage(Part, frozen=True):
    """One of the steps a resident sees."""

    key: Name
    name: Text


class State(Part, frozen=True):
    """A state of the case; without a `stage` of its own it stays in the stage it came from."""

    key: Name
    name: Text
    stage: Name | None
    waiting_for: Literal["resident", "office"] | None
    final: bool


class Command(Part, frozen=True, rename={"from_": "from"}):
    """What may be done, by whom and from which states; an empty `from` opens the case.

    `not_by` names commands whose giver may not give this one. `effects` are done in the batch of the command.
    """

    key: Name
    name: Text
    from_: list[Name]
    to: Name
    who: Role
    event: Annotated[str, Meta(pattern=r"^[a-z-]+@[1-9]\d?$")]
    says: Text
    clock: Literal["start", "end"] | None
    document: Text | None
    tells: list[Role]
    not_by: list[Name] = []
    reason: Literal["required", "none"] = "none"
    effects: list[Literal["certificate"]] = []


class LifecycleFile(Part, frozen=True):
    """lifecycles/*.yaml"""

    key: Name
    regime: Name
    stages: list[Stage]
    states: list[State]
    commands: list[Command]


class Lifecycle(Part, frozen=True):
    """A lifecycle together with its regime: what a case pins."""

    key: Name
    regime: Regime
    stages: list[Stage]
    states: list[State]
    commands: list[Command]


class Limit(Part, frozen=True):
    """A time limit in its unit."""

    value: Annotated[int, Meta(ge=0, le=3650)]
    unit: Unit


class StatutoryLimit(Limit, frozen=True):
    """The limit that the law sets, and where."""

    article: Text
    confidence: Confidence


class PromisedLimit(Limit, frozen=True):
    """The limit that the office promises."""

    confidence: Confidence


class Basis(Part, frozen=True):
    """A law or regulation and the articles relied on."""

    title: Text
    article: Text
    confidence: Confidence


class Choice(Part, frozen=True):
    """One of several documents that satisfy a material."""

    key: Name
    name: Text
    shared_certificate: str | None


class Material(Part, frozen=True):
    """What an application needs; `handover` is `share` where the city obtains it itself.

    `basis` is `inherited` from the item, or the material's own.
    """

    key: Name
    name: Text
    hint: Text
    necessity: Literal["required", "optional"]
    form: Literal["paper", "electronic", "both"]
    handover: Literal["share", "upload"]
    basis: Literal["inherited"] | Basis
    accept: list[MediaType] = []
    max_bytes: Annotated[int, Meta(ge=1, le=10_485_760)] | None = None
    max_files: Annotated[int, Meta(ge=1, le=20)] = 1
    one_of: list[Choice] | None = None
    shared_certificate: str | None = None
    share_register: Literal["population"] | None = None


class Result(Part, frozen=True):
    """What the applicant gets in the end."""

    kind: Literal["certificate", "document"]
    name: Text
    note: Text
    confidence: Confidence


class ItemBase(Part, frozen=True):
    """items/*/base.yaml: the unified elements of a service item; `level` is how surely an applicant must be known."""

    key: Name
    catalog_code: str
    name: Text
    summary: Text
    aliases: list[Annotated[str, Meta(min_length=1, max_length=50)]]
    pinyin: Annotated[str, Meta(pattern=r"^[a-z]+$", max_length=200)]
    initials: Annotated[str, Meta(pattern=r"^[a-z]+$", max_length=50)]
    task_type: str
    task_type_confidence: Confidence
    regime: Name
    lifecycle: Name
    form: Name
    certificate: Name
    kind: Literal["promised", "instant"]
    use_level: Literal["1", "2", "3", "4", "5", "6", "7"]
    service_objects: list[ServiceObject]
    topic: str
    audience: Text
    statutory: StatutoryLimit
    legal_basis: list[Basis]
    conditions: list[Text]
    materials: list[Material]
    special_procedures: list[Text]
    commitment_based: bool
    tolerant_acceptance: bool
    result: Result
    steps: list[Stage]
    level: Level = 2


class Office(Part, frozen=True):
    """A department that handles the item for some divisions, under its own item code."""

    department: Name
    divisions: list[str]
    item_code: str


class Fee(Part, frozen=True):
    """Whether money is charged; a fee needs a legal basis."""

    charged: bool
    note: Text
    confidence: Confidence
    basis: Text | None


class Question(Part, frozen=True):
    """A question people ask, and its answer."""

    question: Text
    answer: Text
    confidence: Confidence


class ItemOffice(Part, frozen=True):
    """items/*/office.yaml: what the city's offices decide themselves; `unified` repeats elements of the base."""

    item: Name
    effective: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    route_by: Annotated[str, Meta(pattern=r"^/[a-z_]+$")]
    offices: Annotated[list[Office], Meta(min_length=1)]
    promised: PromisedLimit
    visits: Annotated[int, Meta(ge=0, le=20)]
    visits_reason: Text | None
    visits_note: Text
    depth: Literal[1, 2, 3, 4]
    handle_types: list[str]
    fee: Fee
    questions: list[Question]
    unified: dict[str, Any] = {}


class FormFile(Part, frozen=True):
    """forms/*.yaml: a JSON Schema of the form keywords (docs/formats.md) and the layout of its pages."""

    key: Name
    schema: dict[str, Any]
    layout: Layout


class Option(Part, frozen=True):
    """One answer of a choice."""

    value: str
    label: Text


class When(Part, frozen=True):
    """Shows a field only while another one has a value."""

    pointer: str
    equals: str


class Field(Part, frozen=True):
    """A field of a page; `known` ones are filled from the applicant's own record and cannot be typed over."""

    pointer: Annotated[str, Meta(pattern=r"^(/[a-z_]+)+$")]
    label: Text
    control: Literal["text", "textarea", "select", "radio", "date", "checkbox", "district-street", "file"]
    hint: Text | None = None
    options: list[Option] | None = None
    known: Literal["name", "id_number", "phone"] | None = None
    material: Name | None = None
    errors: dict[str, Text] = {}
    when: When | None = None


class Page(Part, frozen=True):
    """One screen of the form."""

    key: Name
    title: Text
    fields: list[Field]


class Layout(Part, frozen=True):
    """The pages in their order."""

    pages: list[Page]


class CertificateField(Part, frozen=True, rename={"from_": "from"}):
    """A field of a certificate: its key in credentials (docs/formats.md, Credential), and where its value comes from.

    Two fields may share a key, as a number in full and its last four characters do; one view never shows both.
    """

    key: Annotated[int, Meta(ge=2, le=15)]
    name: Annotated[str, Meta(pattern=r"^[a-z_]+$")]
    label: Text
    from_: Annotated[str, Meta(pattern=r"^(applicant|form|certificate)\.[a-z_]+$")]


class View(Part, frozen=True):
    """The fields that one purpose needs, by name."""

    key: Name
    name: Text
    fields: list[str]


class Validity(Part, frozen=True):
    """How long a certificate holds, and what renews it."""

    months: Annotated[int, Meta(ge=1, le=1200)]
    renewal: Literal["endorsement", "renewal", "none"]
    note: Text


class CertificateType(Part, frozen=True):
    """certificates/*.yaml: a type of certificate (GB/T 36904 type code) with its fields and views."""

    key: Name
    type_code: Annotated[str, Meta(pattern=r"^[0-9A-Z]{21}$")]
    name: Text
    validity: Validity
    credential_days: Annotated[int, Meta(ge=1, le=30)]
    fields: list[CertificateField]
    views: list[View]


class Message(Part, frozen=True):
    """A message template; {item}, {query_code}, {due}, {department} and {reason} are filled in when it is shown."""

    title: Text
    body: Text


class Messages(Part, frozen=True):
    """messages.yaml"""

    messages: dict[str, Message]
    push: dict[str, Message]


class Holding(Part, frozen=True):
    """What is kept about a person, what for, how long and by which text; `stays` after the account is erased.

    `key` is what the product calls it: `cases`, `audit` and `consents` are named again when an account is erased.
    """

    key: Name
    what: Text
    why: Text
    how_long: Text
    basis: Text
    confidence: Confidence
    stays: bool = False


class PersonalRight(Part, frozen=True):
    """A right over one's data (PIPL art. 44 to 50) and how to use it here."""

    key: Literal["know", "copy", "correct", "delete", "withdraw", "explain", "complain"]
    name: Text
    how: Text


class PrivacyNotice(Part, frozen=True):
    """What is told before data is handled (PIPL art. 17, 35): who, what for, what, how long, which rights."""

    handler: Text
    contact: Text
    purposes: Annotated[list[Text], Meta(min_length=1, max_length=20)]
    holdings: Annotated[list[Holding], Meta(min_length=1, max_length=40)]
    rights: Annotated[list[PersonalRight], Meta(min_length=1, max_length=10)]


class ConsentPurpose(Part, frozen=True):
    """What is done only with consent. `who` gives it; `separate` marks sensitive data (PIPL art. 29).

    Its version is the hash of all of it: other words are another consent.
    """

    key: Name
    name: Text
    says: Text
    without: Text
    who: Literal["self", "guardian"]
    separate: bool
    article: Text


class Privacy(Part, frozen=True):
    """privacy.yaml"""

    notice: PrivacyNotice
    purposes: Annotated[list[ConsentPurpose], Meta(max_length=20)]
