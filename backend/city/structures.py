"""What the files of a city pack hold, one immutable structure a kind; unknown members are refused when they are read.

`confidence` says how sure a fact is: H read in a text of the law, M believed stable, L differs from place to place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9-]*$")]
Words = Annotated[str, Meta(min_length=1, max_length=2000)]
Uscc = Annotated[str, Meta(min_length=18, max_length=18)]
Confidence = Literal["H", "M", "L"]
Unit = Literal["workday", "day", "month", "year"]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
TimeOfDay = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
DivisionCode = Annotated[str, Meta(pattern=r"^\d{6}(\d{3})?(\d{3})?$")]
Role = Literal["applicant", "clerk", "reviewer", "approver", "timer", "rule"]
"""Who gives a command; `timer` is the passing of a limit, `rule` the item's own table, both without any person."""
Ask = Literal[
    "defects", "correction", "ground", "procedure", "days", "fulfilment", "office", "opinion", "rule", "originals",
    "benchmark"
]  # fmt: skip
"""What a command has to say beside its reason: the materials that a notice sends back; the materials sent anew; on what
ground an application is not accepted; for what the clock stops and until when; by how many days the limit is extended;
the materials that were promised; to which office of the item the case goes; what a department says in its task; by
which version of the item's table and by which of its conditions it is decided without a person; the materials whose
originals match what was sent; which row of the item's discretion benchmark a decision follows or deviates from."""
Need = Literal["commitment-kept", "opinions-given"]
"""What must have happened before a command: everything that was promised later has come; every department with a task
has given its opinion.
"""
Passing = Name
"""Which limit has to pass before a timer gives its command: one of the regime's, `procedure`, the stated time, or
`certificate`, the last day of the certificate that an application renews."""
CERTIFICATE_ENDS: Passing = "certificate"
Effect = Literal["certificate", "revocation"]
"""What a command does beside moving the case: it makes the certificate of the item, or takes it back."""
Circumstance = Literal["paper-result"]
"""When a command leads elsewhere: its result is handed over on paper."""
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
MediaType = Literal["image/jpeg", "image/png", "application/pdf"]
ServiceObject = Literal["1", "2", "3", "4", "5", "6", "9"]
"""Whom an item serves: 1 natural persons, all others kinds of organisations."""
Level = Literal[1, 2, 3]
"""How surely an applicant must be known: 1 by a phone, 2 by a real name, 3 by that seen in person or by passkey."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The root of everything a pack is made of. None holds itself, so the garbage collector leaves them alone."""


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

    communities: list[Place] = []


class District(Place, frozen=True):
    """A district or county (6 digits) with its streets."""

    streets: list[Street] = []


class Divisions(Part, frozen=True):
    """divisions.yaml"""

    districts: list[District]


_LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")


class CityFacts(Part, frozen=True):
    """city.yaml"""

    code: Annotated[str, Meta(pattern=r"^\d{6}$")]
    name: Text
    hotline: Annotated[str, Meta(pattern=r"^\d{3,6}$")]
    province: Place | None = None
    languages: list[Literal["zh", "en"]] = msgspec.field(default_factory=lambda: list(_LANGUAGES))
    readings: dict[str, Annotated[str, Meta(pattern=r"^[a-z]+( [a-z]+)*$", max_length=100)]] = {}
    """How words that a dictionary misreads are read, a syllable a character: {长寿: chang shou}."""


class Department(Part, frozen=True):
    """An office of the city: `code` is its unified social credit code, `parent` the key of the office above it."""

    code: Uscc
    key: Name
    name: Text
    division: str
    consult_phone: Words
    complaint_phone: Words
    parent: Name | None = None
    nature: Literal["1", "2", "3", "9"] = "1"


class Departments(Part, frozen=True):
    """departments.yaml"""

    departments: list[Department]


class Hours(Part, frozen=True, rename={"from_": "from"}):
    """When a place is open on some days of the week (1 is Monday)."""

    days: Annotated[list[Annotated[int, Meta(ge=1, le=7)]], Meta(min_length=1, max_length=7)]
    from_: TimeOfDay
    until: TimeOfDay


class Position(Part, frozen=True):
    """Where a place lies, in degrees (WGS 84) as text, so that a pack needs no fractions."""

    latitude: Annotated[str, Meta(pattern=r"^-?\d{1,2}\.\d{1,6}$")]
    longitude: Annotated[str, Meta(pattern=r"^-?\d{1,3}\.\d{1,6}$")]


class Location(Part, frozen=True):
    """A hall, branch or community station where departments receive people."""

    key: Name
    name: Text
    division: DivisionCode
    address: Text
    hours: list[Hours]
    phone: Words
    departments: list[Name]
    position: Position | None = None
    access: Text | None = None


class Locations(Part, frozen=True):
    """locations.yaml"""

    locations: Annotated[list[Location], Meta(max_length=5000)]


class Topic(Part, frozen=True):
    """A topic of the national code set (standards §2.2), for persons or for organisations."""

    code: Annotated[str, Meta(pattern=r"^\d{3}$")]
    audience: Literal["person", "organisation"]
    name: Text


class Topics(Part, frozen=True):
    """topics.yaml"""

    topics: list[Topic]


class CodeName(Part, frozen=True):
    """Two digits of a project code and what they stand for."""

    code: Annotated[str, Meta(pattern=r"^\d{2}$")]
    name: Text
    confidence: Confidence = "M"


class ProjectCodes(Part, frozen=True):
    """projects.yaml: the kinds and industries that the code of an investment project may hold (standards §2.5)."""

    kinds: list[CodeName]
    industries: list[CodeName]


class LifeEvent(Part, frozen=True):
    """What happens in a life or a business, and the items and bundles that go with it, the first first."""

    key: Name
    name: Text
    summary: Text
    icon: Literal["baby", "school", "work", "home", "shop", "health", "elder", "flower"]
    items: list[Name]
    bundles: list[Name] = []


class LifeEvents(Part, frozen=True):
    """life-events.yaml; the look allows no more than eight."""

    events: Annotated[list[LifeEvent], Meta(max_length=8)]


class SearchWords(Part, frozen=True):
    """search.yaml: words of a query that name nothing, and how the catalogue says what people say otherwise."""

    stop_words: Annotated[list[Annotated[str, Meta(min_length=1, max_length=20)]], Meta(max_length=500)]
    synonyms: dict[Annotated[str, Meta(min_length=1, max_length=20)], Annotated[str, Meta(min_length=1, max_length=20)]]


Errand = Literal["enquiry", "sign-up", "proof", "reissue"]
"""The errands of the everyday hub (热门便民服务): looking up, signing up, having a proof issued, or issued anew."""


class OptionalMember(Part, frozen=True):
    """An item that a bundle needs only in some cases."""

    item: Name
    when: Text


class Elsewhere(Part, frozen=True):
    """A part of a bundle that is done outside this platform, and where."""

    name: Text
    where: Text


Pointer = Annotated[str, Meta(pattern=r"^(/[a-z_]+){1,2}$", max_length=120)]


class BundleOption(Part, frozen=True):
    """An answer of a bundle's questionnaire, and which items come in or fall away by it."""

    value: Name
    label: Text
    adds: list[Name] = []
    drops: list[Name] = []


class BundleQuestion(Part, frozen=True):
    """A question whose answers choose the items of a bundle."""

    key: Annotated[str, Meta(pattern=r"^[a-z_]+$", max_length=30)]
    text: Text
    options: Annotated[list[BundleOption], Meta(min_length=2, max_length=8)]
    hint: Text | None = None


class MemberField(Part, frozen=True):
    """A field of a member's form; a second step names a member of a repeated part."""

    item: Name
    pointer: Pointer


class MemberMaterial(Part, frozen=True):
    """A material of a member."""

    item: Name
    material: Name


class MemberAnswer(Part, frozen=True):
    """An answer that the bundle itself gives, so that nobody is asked."""

    item: Name
    pointer: Pointer
    value: str | bool


class FromResult(Part, frozen=True):
    """What a member takes from the certificate that an earlier one leads to: its number in a field, or a material."""

    item: Name
    of: Name
    pointer: Pointer | None = None
    material: Name | None = None


class OtherApplicant(Part, frozen=True):
    """A member whose applicant is there only later: the new company, or the child that has its ID number then."""

    item: Name
    kind: Literal["organisation", "child"]
    why: Text


class Bundle(Part, frozen=True):
    """bundles/*.yaml: several items that belong to one matter (一件事). `order` has pairs: the first goes first.

    `same` and `same_materials` are groups that mean the same under different names: asked and handed in once. What is
    known of the applicant is the same in every member by itself.
    """

    key: Name
    name: Text
    summary: Text
    lead_department: Name
    promised: PromisedLimit
    members: Annotated[list[Name], Meta(min_length=1, max_length=20)]
    source: Text
    optional_members: list[OptionalMember] = []
    elsewhere: list[Elsewhere] = []
    order: list[Annotated[list[Name], Meta(min_length=2, max_length=2)]] = []
    questions: Annotated[list[BundleQuestion], Meta(max_length=10)] = []
    same: list[Annotated[list[MemberField], Meta(min_length=2)]] = []
    same_materials: list[Annotated[list[MemberMaterial], Meta(min_length=2)]] = []
    answers: list[MemberAnswer] = []
    results: list[FromResult] = []
    applicants: list[OtherApplicant] = []


class Duty(Part, frozen=True):
    """A matter and the department that answers for it (权责清单); `divisions` empty means the whole city."""

    key: Name
    name: Text
    department: Name
    divisions: list[DivisionCode] = []
    items: list[Name] = []
    basis: Text | None = None


class Duties(Part, frozen=True):
    """duties.yaml"""

    duties: list[Duty]


RegulationKind = Literal["law", "administrative-regulation", "ministry-rule", "local-rule", "normative-document"]


class Regulation(Part, frozen=True):
    """A law or other normative text. Items name it by the Chinese title; a repealed one breaks them loudly."""

    title: Text
    kind: RegulationKind
    confidence: Confidence
    number: str | None = None
    issued_by: Text | None = None
    in_force: Day | None = None
    repealed: Day | None = None
    replaced_by: Words | None = None


class Regulations(Part, frozen=True):
    """regulations.yaml"""

    regulations: list[Regulation]


class Target(Part, frozen=True):
    """A promise of a city's plan with its date. `measure` names how it is counted (docs/city-pack.md)."""

    measure: Name
    name: Text
    value: Annotated[int, Meta(ge=0, le=100_000)]
    unit: Literal["percent", "workdays", "items", "bundles", "means"]
    by: Day
    quote: Words
    at_least: bool = True
    scope: Text | None = None


class Plan(Part, frozen=True):
    """plans/*.yaml: the targets of one city plan, in its own words."""

    key: Name
    city: Text
    document: Text
    year: Annotated[int, Meta(ge=2000, le=2100)]
    targets: list[Target]


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


class Property(Part, frozen=True):
    """A real estate unit and who owns it (numbers of persons or codes of organisations)."""

    unit_number: Annotated[str, Meta(pattern=r"^\d{6}[0-9A-Z]{22}$")]
    certificate_number: Words
    address: Words
    division: DivisionCode
    area: Annotated[str, Meta(pattern=r"^\d{1,6}\.\d{2}$")]
    owners: Annotated[list[str], Meta(min_length=1, max_length=20)]


class Properties(Part, frozen=True):
    """registers/properties.yaml: a share source, with its name and the rule by which a match is made."""

    source: Text
    rule: Text
    properties: list[Property]


class CreditRecord(Part, frozen=True):
    """A public credit record of a person or an organisation."""

    holder: str
    kind: Literal["good", "bad", "serious"]
    what: Words
    on: Day
    until: Day | None = None


class Credit(Part, frozen=True):
    """registers/credit.yaml: a share source, with its name and the rule by which a match is made."""

    source: Text
    rule: Text
    records: list[CreditRecord]


class HeldCertificate(Part, frozen=True):
    """A certificate in the stock of the e-certificate repository, by its name and its holder's number."""

    name: Words
    holder: str
    number: Words
    issued_on: Day
    valid_until: Day | None = None


class HeldCertificates(Part, frozen=True):
    """registers/certificates.yaml: a share source, with its name and the rule by which a match is made."""

    source: Text
    rule: Text
    certificates: list[HeldCertificate]


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


class JointLimit(Part, frozen=True):
    """By when the law wants a decision where several departments handle a matter jointly, by how many days of the same
    unit that may be extended, and who has to approve it.
    """

    value: Annotated[int, Meta(ge=1, le=366)]
    unit: Literal["workday", "day"]
    extension: Annotated[int, Meta(ge=0, le=366)]
    article: Text
    approver: Text
    confidence: Confidence


class Regime(Part, frozen=True):
    """Which law governs an item's procedure; `day_unit_by_law` is what “日” means in it. `joint` is the limit of items
    that are handled jointly, where the law knows that.
    """

    key: Name
    name: Text
    task_type: str
    day_unit_by_law: Literal["workday", "day"]
    articles: dict[str, Rule]
    rules: dict[str, Rule]
    remedies: Remedies
    limits: dict[str, StepLimit] = {}
    procedures: list[Procedure] = []
    joint: JointLimit | None = None


class StepLimit(Part, frozen=True):
    """How long a single step may take, and the article that says so; null where the house sets it."""

    value: Annotated[int, Meta(ge=1, le=366)]
    unit: Literal["workday", "day"]
    article: Text | None
    confidence: Confidence


class Procedure(Part, frozen=True):
    """What stops the clock, and the article that says so (行政许可法第四十五条, or the law of the item)."""

    key: Name
    name: Text
    article: Text
    confidence: Confidence = "M"


DECISIONS = frozenset({"grant", "refuse"})
"""The commands that decide a case in every lifecycle; others say so themselves (`decides`)."""


class Stage(Part, frozen=True):
    """One of the steps a resident sees."""

    key: Name
    name: Text


class State(Part, frozen=True):
    """A state of the case; without a `stage` of its own it stays in the stage it came from.

    `limit` names the regime's limit for whoever the case waits for, counted from when the state was entered.
    """

    key: Name
    name: Text
    stage: Name | None
    waiting_for: Literal["resident", "office"] | None
    final: bool
    limit: Name | None = None


class Branch(Part, frozen=True):
    """Where a command leads under a circumstance."""

    when: Circumstance
    to: Name


class Command(Part, frozen=True, rename={"from_": "from"}):
    """What may be done, by whom and from which states; an empty `from` opens the case.

    `not_by` names commands whose giver may not give this one. `effects` are done in the batch of the command. `also`
    are further roles that may give it. Without `regimes` it is there under every regime of its lifecycle. `after` is
    the limit whose passing gives a timer's command. `joint` ones are there only where the item has tasks of other
    departments; `by_receiver` ones may also be given by the office that received the application for the one that
    decides it. The clock: `start` counts from the event, `receipt` from the day on
    which the application was received; between `pause` and `resume` nothing is counted; `extend` adds days to every
    limit; `end` ends it. `decides` marks what decides the case: nobody decides what they entered themselves.
    """

    key: Name
    name: Text
    from_: list[Name]
    to: Name
    who: Role
    event: Annotated[str, Meta(pattern=r"^[a-z-]+@[1-9]\d?$")]
    says: Text
    clock: Literal["start", "receipt", "pause", "resume", "extend", "end"] | None
    document: Text | None
    tells: list[Role]
    not_by: list[Name] = []
    reason: Literal["required", "none"] = "none"
    effects: list[Effect] = []
    also: list[Role] = []
    regimes: list[Name] = []
    asks: list[Ask] = []
    needs: list[Need] = []
    once: bool = False
    after: Passing | None = None
    branches: list[Branch] = []
    joint: bool = False
    by_receiver: bool = False
    decides: bool = False

    @property
    def is_decision(self) -> bool:
        """Whether it decides the case."""
        return self.decides or self.key in DECISIONS

    @property
    def targets(self) -> list[str]:
        """The states that it may lead to."""
        return [self.to, *(branch.to for branch in self.branches)]


class LifecycleFile(Part, frozen=True):
    """lifecycles/*.yaml; `regimes` are those under which items may use it."""

    key: Name
    regimes: Annotated[list[Name], Meta(min_length=1)]
    stages: list[Stage]
    states: list[State]
    commands: list[Command]


DocumentTable = Literal["materials", "asked", "sent", "promised"]
"""The tables that a document may have: what was handed in; what is sent back and why; what was sent anew; what is
promised."""
DocumentDates = Literal["clock", "step", "acceptance", "promise", "procedure"]
"""The dates that a document may state: by when it is decided; the last day of the step that begins; by when it has to
be said whether it is accepted; of a promise; of a procedure that stops the clock."""


class DocumentTemplate(Part, frozen=True):
    """How a document speaks. A paragraph whose placeholder has no value in a case is left out there.

    `basis` names rules, limits and articles of the regime: their texts are cited where the regime has them, so that a
    template binds no regime to another one's law. With `item_basis` the laws of the item are cited too. `reason` stands
    over the reason that was given.
    """

    paragraphs: Annotated[list[Text], Meta(max_length=20)]
    tables: list[DocumentTable] = []
    dates: list[DocumentDates] = []
    basis: list[Name] = []
    item_basis: bool = False
    reason: Text | None = None
    remedies: bool = False
    ending: Annotated[list[Text], Meta(max_length=10)] = []


class DocumentTemplates(Part, frozen=True):
    """documents.yaml: the template of each event that makes a document."""

    documents: dict[str, DocumentTemplate]


class Lifecycle(Part, frozen=True):
    """A lifecycle together with its regime and the words of its documents, by event: what a case pins."""

    key: Name
    regime: Regime
    stages: list[Stage]
    states: list[State]
    commands: list[Command]
    # Lifecycles published before documents had words pin none.
    documents: dict[str, DocumentTemplate] = {}


class Limit(Part, frozen=True):
    """A time limit in its unit."""

    value: Annotated[int, Meta(ge=0, le=3650)]
    unit: Unit


class StatutoryLimit(Limit, frozen=True):
    """The limit that the law sets, and where; `extension` is by how much more it may be extended, in the same unit."""

    article: Text
    confidence: Confidence
    extension: Annotated[int, Meta(ge=0, le=366)] = 0


class PromisedLimit(Limit, frozen=True):
    """The limit that the office promises."""

    confidence: Confidence = "M"


class Basis(Part, frozen=True):
    """A law or regulation and the articles relied on."""

    title: Text
    article: Text
    confidence: Confidence = "M"


class AutomaticCondition(Part, frozen=True):
    """A condition of a table: on a field of the form (`pointer`), or on what a register says of the applicant (`fact`).

    `says` is why it holds, in words for the applicant; `otherwise` why a person decides where it does not. Exactly one
    of the comparisons is given: `one_of` (of an array: every member), `at_least`, `at_most`, `begins_with`, `is_true`.
    `certificate` names what has to be held.
    """

    key: Name
    says: Text
    otherwise: Text
    pointer: Annotated[str, Meta(pattern=r"^(/[a-z_]+)+$")] | None = None
    fact: FactName | None = None
    certificate: Words | None = None
    one_of: list[str | bool] = []
    at_least: Annotated[int, Meta(ge=-1_000_000_000, le=1_000_000_000)] | None = None
    at_most: Annotated[int, Meta(ge=-1_000_000_000, le=1_000_000_000)] | None = None
    begins_with: Words | None = None
    is_true: bool = False


class AutomaticTable(Part, frozen=True):
    """What of an item is decided without a person (智慧审批): `accept` accepts every complete application, `grant`
    grants where all of its conditions hold. Nothing is ever refused by it. `basis` is the text that leaves no
    discretion.
    """

    basis: Basis
    accept: bool = False
    grant: Annotated[list[AutomaticCondition], Meta(max_length=30)] = []


class Renewal(Part, frozen=True):
    """That the item's certificate is renewed (延续): applied for `value` `unit` before its last day, by `article`.

    `opens` is how long before its last day the office takes an application at the earliest; without it, at any time.
    The new time `counts_from` the end of the old one, or from the decision.
    """

    value: Annotated[int, Meta(ge=1, le=366)]
    unit: Literal["workday", "day"]
    article: Text
    confidence: Confidence
    opens: StepLimit | None = None
    counts_from: Literal["end", "decision"] = "end"


class BenchmarkRow(Part, frozen=True):
    """Circumstances, what is decided in them, and the commands that decide so."""

    key: Name
    circumstances: Text
    decision: Text
    commands: Annotated[list[Name], Meta(min_length=1, max_length=10)]


class Benchmark(Part, frozen=True):
    """How the office uses its discretion (裁量基准), by which text. A decision follows a row or says why not."""

    basis: Basis
    rows: Annotated[list[BenchmarkRow], Meta(min_length=2, max_length=30)]


class Choice(Part, frozen=True):
    """One of several documents that satisfy a material."""

    key: Name
    name: Text
    shared_certificate: str | None


Handover = Literal["share", "upload", "form", "commitment", "show", "surrender", "onsite"]
"""How a material is handed over: obtained by sharing, sent as a picture, filled in as the form itself, replaced by a
written commitment in the form, shown at the counter, given up there, or taken there (portrait, fingerprints)."""
Register = Literal["population", "enterprises", "properties", "credit", "certificates"]
FactName = Literal["age", "home", "known", "open", "clean", "held"]
AUTOMATIC_FACTS: Mapping[FactName, tuple[Register, Literal["integer", "string", "boolean"]]] = {
    "age": ("population", "integer"),
    "home": ("population", "string"),
    "known": ("population", "boolean"),
    "open": ("enterprises", "boolean"),
    "clean": ("credit", "boolean"),
    "held": ("certificates", "boolean"),
}
"""From which register a fact is, and of what type: whole years of age and the registered home of a person; whether the
population register knows them by name and number; whether an organisation is registered so and not struck off; whether
nothing bad is on the public credit record; whether a certificate is held and valid."""


class Material(Part, frozen=True):
    """What an application needs; `handover` is `share` where the city obtains it itself, from `share_register`.

    `basis` is `inherited` from the item, or the material's own. `condition` says when an optional one is needed. `kind`
    is 1 a certificate or proof, 2 a form or document, 3 anything else (材料类型).
    """

    key: Name
    name: Text
    hint: Text
    necessity: Literal["required", "optional", "tolerant"]
    form: Literal["paper", "electronic", "both"]
    handover: Handover
    basis: Literal["inherited"] | Basis = "inherited"
    kind: Literal["1", "2", "3"] = "1"
    originals: Annotated[int, Meta(ge=0, le=99)] = 0
    copies: Annotated[int, Meta(ge=0, le=99)] = 0
    condition: Text | None = None
    issuer: Text | None = None
    accept: list[MediaType] = []
    max_bytes: Annotated[int, Meta(ge=1, le=10_485_760)] | None = None
    max_files: Annotated[int, Meta(ge=1, le=20)] = 1
    one_of: list[Choice] | None = None
    shared_certificate: str | None = None
    share_register: Register | None = None


class Result(Part, frozen=True):
    """What the applicant gets in the end."""

    kind: Literal["certificate", "document", "payment"]
    name: Text
    note: Text | None = None
    confidence: Confidence = "M"


class DepartmentTask(Part, frozen=True):
    """What another department does in a case (并联审批): an opinion within its own limit.

    It opens when the case is accepted, or when the tasks named in `after` are done. With `first_review` it is the
    review of the lower authority that has to come before any decision of the higher one (行政许可法第四十三条).
    """

    key: Name
    name: Text
    department: Name
    limit: StepLimit
    after: list[Name] = []
    first_review: bool = False


JointHandling = Literal["unified", "joint", "concentrated"]
"""How departments handle an item jointly (行政许可法第二十六条): 统一办理, one accepts, hears the others and answers;
联合办理, all of them examine it together; 集中办理, all of them in one place."""
_NATURAL_PERSONS: tuple[ServiceObject, ...] = ("1",)
ProjectDemand = Literal["required", "optional", "none"]
"""Whether an application names the investment project that it is for, by its code (统一项目代码)."""


class ItemBase(Part, frozen=True):
    """items/*/base.yaml: the unified elements of a service item; `level` is how surely an applicant must be known.

    Without a `form` the item can be read and not filed online. `statutory` is null where no law sets a limit, and
    `no_statutory` says so. With `joint_handling` and no `statutory` of its own it has the regime's joint limit.
    `everyday` ranks it in search: 0 rare to 9 what everybody needs. An item from elsewhere (`origin: import`) keeps the
    codes it came with.
    """

    key: Name
    catalog_code: str
    name: Text
    summary: Text
    task_type: str
    regime: Name
    use_level: Literal["1", "2", "3", "4", "5", "6", "7"]
    topic: str
    result: Result
    kind: Literal["promised", "instant"] = "promised"
    service_objects: Annotated[list[ServiceObject], Meta(min_length=1)] = msgspec.field(
        default_factory=lambda: list(_NATURAL_PERSONS)
    )
    legal_basis: list[Basis] = []
    materials: list[Material] = []
    lifecycle: Name | None = None
    form: Name | None = None
    certificate: Name | None = None
    statutory: StatutoryLimit | None = None
    no_statutory: Text | None = None
    audience: Text | None = None
    aliases: list[Annotated[str, Meta(min_length=1, max_length=50)]] = []
    task_type_confidence: Confidence = "M"
    corporate_topic: str | None = None
    conditions: list[Text] = []
    special_procedures: list[Text] = []
    procedures: list[Procedure] = []
    tasks: Annotated[list[DepartmentTask], Meta(max_length=20)] = []
    joint_handling: JointHandling | None = None
    commitment_based: bool = False
    tolerant_acceptance: bool = False
    public_notice_days: Annotated[int, Meta(ge=1, le=366)] | None = None
    steps: list[Stage] = []
    level: Level = 2
    everyday: Annotated[int, Meta(ge=0, le=9)] = 0
    errand: Errand | None = None
    origin: Literal["own", "import"] = "own"
    maintained_by: Name | None = None
    automatic: AutomaticTable | None = None
    project: ProjectDemand = "none"
    project_confidence: Confidence = "M"
    renewal: Renewal | None = None
    benchmark: Benchmark | None = None


class Office(Part, frozen=True):
    """A department that handles the item for some divisions, under its own item code.

    An application goes to the office whose division is the closest around the applicant's: the lowest competent tier.
    `promised` shortens the item's promise here; `locations` are where it is received. Without an `item_code` of its own
    it has the one that the rules give: the department's code, the level and the catalogue code.
    """

    department: Name
    divisions: list[DivisionCode]
    item_code: str | None = None
    promised: PromisedLimit | None = None
    locations: list[Name] = []


class Fee(Part, frozen=True):
    """Whether money is charged; a fee needs a legal basis."""

    charged: bool
    note: Text | None = None
    confidence: Confidence = "M"
    basis: Text | None = None


class Question(Part, frozen=True):
    """A question people ask, and its answer."""

    question: Text
    answer: Text
    confidence: Confidence


HandleType = Literal["1", "2", "3", "4", "9"]
"""办理形式: 1 at the counter, 2 online on a computer, 3 on a phone, 4 by post, 9 otherwise."""
_AT_THE_COUNTER: tuple[HandleType, ...] = ("1",)


class ItemOffice(Part, frozen=True):
    """items/*/office.yaml: what the city's offices decide themselves; `unified` repeats elements of the base."""

    effective: Day
    offices: Annotated[list[Office], Meta(min_length=1)]
    promised: PromisedLimit
    visits: Annotated[int, Meta(ge=0, le=20)]
    depth: Literal[1, 2, 3, 4]
    item: Name | None = None
    route_by: Annotated[str, Meta(pattern=r"^/[a-z_]+$")] | None = None
    visits_reason: Text | None = None
    visits_note: Text | None = None
    handle_types: list[HandleType] = msgspec.field(default_factory=lambda: list(_AT_THE_COUNTER))
    handle_area: Literal["nation", "province", "city", "district"] = "district"
    fee: Fee = Fee(False)
    questions: list[Question] = []
    unified: dict[str, Any] = {}
    review_by: Day | None = None


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
    """Shows a field only while another one has a value: the one named, or one of those named."""

    pointer: str
    equals: str | bool | None = None
    one_of: list[str] = []


Known = Literal["name", "id_number", "phone", "birth_date", "sex", "home", "representative"]
Control = Literal[
    "text", "textarea", "number", "select", "radio", "checkboxes", "checkbox", "date", "district-street", "file",
    "group", "rows",
]  # fmt: skip
Check = Literal["id-number", "credit-code", "mobile", "phone", "postcode", "bank-card"]


class Field(Part, frozen=True):
    """A field of a page; `known` ones are filled from the applicant's own record and cannot be typed over.

    `check` is judged as the field is left, and by the server. A `group` shows `fields` under one heading. `rows` repeat
    `fields` for every object of an array; in them, pointers (of `when` too) begin at the row, and `row_name` says what
    one is. `example` shows what an answer looks like.
    """

    pointer: Annotated[str, Meta(pattern=r"^(/[a-z_]+)+$")]
    label: Text
    control: Control
    hint: Text | None = None
    example: Text | None = None
    options: list[Option] | None = None
    known: Known | None = None
    check: Check | None = None
    material: Name | None = None
    errors: dict[str, Text] = {}
    when: When | None = None
    fields: list[Field] = []
    row_name: Text | None = None


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
    """A message template; {item}, {query_code}, {due}, {was}, {department} and {reason} are filled in when shown."""

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
    """privacy.yaml; {city} and {hotline} in its words are filled in when the city is put together."""

    notice: PrivacyNotice
    purposes: Annotated[list[ConsentPurpose], Meta(max_length=20)]
