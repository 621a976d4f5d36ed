"""Cases on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from backend.cases.clock import Clock, Step
from backend.cases.due import Light
from backend.city.guide import DepartmentName
from backend.city.structures import Ask, Register, Role, Text
from backend.identity.actor import Capacity

Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
ShortKey = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
Values = Annotated[dict[Annotated[str, Meta(max_length=64)], Any], Meta(max_length=200)]
Ground = Literal["not-needed", "not-competent", "not-lawful"]
ProjectCode = Annotated[str, Meta(max_length=40)]
FileHashes = Annotated[dict[ShortKey, Annotated[list[Hash], Meta(max_length=20)]], Meta(max_length=50)]


class Submission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An application as the phone sends it; the hashes name what it was filled in under.

    `promise`: what may come later and is not there yet will be sent by the day that the office says (容缺后补).
    `project` is the code of the investment project that it is for, where the item asks for one.
    `by_person`: a person is to decide, also where the item may be decided by rule. `renews` is the certificate whose
    renewal (延续) it applies for.
    """

    item: ShortKey
    guide_hash: Hash
    form_hash: Hash
    values: Values
    files: FileHashes
    draft: Id | None = None
    promise: bool = False
    project: ProjectCode | None = None
    by_person: bool = False
    renews: Id | None = None


class KnownMaterial(msgspec.Struct, frozen=True):
    """Whether a register holds a material of the caller, which one, and by what it was asked."""

    key: str
    found: bool
    register: Register
    source: Text
    rule: Text


class KnownMaterials(msgspec.Struct, frozen=True):
    """What is known already for one item, by its shared materials."""

    materials: list[KnownMaterial]


class ItemName(msgspec.Struct, frozen=True):
    """An item as lists name it."""

    key: str
    name: Text


class CaseName(msgspec.Struct, frozen=True):
    """What a receipt says about the new case."""

    id: str
    number: str
    query_code: str
    item: ItemName


class Due(msgspec.Struct, frozen=True):
    """When the case is due if it is accepted on the day of submission."""

    date: date
    basis: Literal["published", "estimate"]


class Receipt(msgspec.Struct, frozen=True):
    """收件凭证"""

    case: CaseName
    submitted_at: str
    due: Due


class CaseSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A case in its applicant's list."""

    id: str
    query_code: str
    item: ItemName
    state: str
    stage: str
    submitted_at: str
    due: date | None
    updated_at: str
    waiting_for: Literal["resident", "office"] | None


class CaseList(msgspec.Struct, frozen=True):
    """A page of the applicant's cases, newest first."""

    cases: list[CaseSummary]
    next: str | None


class StageView(msgspec.Struct, frozen=True):
    """A stage and how far the case has come in it."""

    key: str
    name: Text
    status: Literal["done", "current", "ahead"]
    at: str | None


class TimelineData(msgspec.Struct, frozen=True):
    """What an entry tells beside its type: its words, the document it made, and the reason where one was given.

    `asked` is what a notice of correction sends back until `due`; `procedure` stops the clock until `until`; `days`
    were added to the limit, approved by `approver` where that is not the office itself; `body` is who is competent;
    `materials` were sent anew or promised; a commitment stands in place of those in `committed`; `received` is the
    office that took the application for the one in charge, `task` what another department gave its opinion on. `moved`
    are days that moved when the holidays of `year` became known by the notice `source`.
    """

    says: Text | None
    document: Text | None
    reason: str | None
    asked: list[Asked] = []
    due: date | None = None
    procedure: Option | None = None
    until: date | None = None
    days: int | None = None
    body: str | None = None
    materials: list[Text] = []
    committed: list[Text] = []
    received: Text | None = None
    task: Text | None = None
    automatic: ByRule | None = None
    moved: list[MovedDay] = []
    source: str | None = None
    year: int | None = None
    approver: Text | None = None
    benchmark: BenchmarkView | None = None


class BenchmarkView(msgspec.Struct, frozen=True):
    """The row of the item's discretion benchmark by which it was decided; `deviates` where the decision departs from it
    for its reason.
    """

    circumstances: Text
    decision: Text
    deviates: bool


class ByRule(msgspec.Struct, frozen=True):
    """What the item's own table did without a person: accepted, granted, or left the case to a person.

    `reasons` say which conditions hold or, where it was left, which do not. `rule` names the table's version. Whoever
    doubts it calls `phone`.
    """

    outcome: Literal["accepted", "granted", "left"]
    reasons: list[Text]
    rule: str
    phone: str


class MovedDay(msgspec.Struct, frozen=True):
    """A last day that moved: of the whole case (`due`), or of one of its steps by the name of the limit."""

    what: str
    was: date
    due: date


class TimelineEntry(msgspec.Struct, frozen=True):
    """An event in words; `role` is as what its actor acted: `timer` and `rule` are no persons."""

    sequence: int
    type: str
    at: str
    by: Text
    role: Role | None
    data: TimelineData


class FileName(msgspec.Struct, frozen=True):
    """A file of a material; a PDF may have more than one page, each shown on its own."""

    sha256: str
    name: str
    pages: int


class MaterialView(msgspec.Struct, frozen=True):
    """A material and where it came from."""

    key: str
    name: Text
    source: Literal["upload", "share"]
    note: Text | None
    files: list[FileName]


class RenewedCertificate(msgspec.Struct, frozen=True):
    """The certificate that a case is to renew (延续): its identifier, its last day, and whether nothing decided by then
    renews it, by which article.
    """

    identifier: str
    until: date
    deemed: bool
    article: Text | None


class CertificateLink(msgspec.Struct, frozen=True):
    """The certificate that a case led to."""

    id: str


class CaseView(CaseSummary, frozen=True, kw_only=True):
    """A case with its timeline and clock. `guide_hash` names the guide it was filed under and is handled by; `project`
    is the code of the investment project that it is for, `filing` the bundle's filing that it belongs to.

    `step` is the limit of the state it is in, `what_if` the clock as if it were accepted today, before it is.
    """

    number: str
    filing: str | None
    guide_hash: str
    project: str | None
    version: int
    channel: Literal["online", "counter"]
    department: DepartmentName
    stages: list[StageView]
    clock: Clock | None
    step: Step | None
    what_if: Clock | None
    timeline: list[TimelineEntry]
    materials: list[MaterialView]
    certificate: CertificateLink | None
    commands: list[str]
    notice: CaseNotice | None
    owed: list[str]
    reason: Text | None
    remedies: Text | None
    tasks: list[TaskView] = []
    received_by: DepartmentName | None = None
    renews: RenewedCertificate | None = None


class TaskView(msgspec.Struct, frozen=True):
    """What another department does in the case, within its own limit: `due` and `late` since it was opened.

    `agrees` and `reason` are its opinion, told to the desk only; `mine` says that the caller may give it now.
    """

    key: str
    name: Text
    department: Text
    state: Literal["ahead", "open", "done"]
    days: int
    unit: Literal["workday", "day"]
    article: Text | None
    after: list[Text]
    opened_at: str | None
    due: date | None
    done_at: str | None
    late: bool
    agrees: bool | None = None
    reason: str | None = None
    mine: bool = False


class CaseAnswers(msgspec.Struct, frozen=True):
    """What was filled in for a case, as it was last given, and the form that it belongs to."""

    form_hash: str
    values: dict[str, Any]


class Asked(msgspec.Struct, frozen=True):
    """A material that a notice sends back: what is wrong with it, and how it is right."""

    material: str
    name: Text
    problem: str
    example: str | None


class CaseNotice(msgspec.Struct, frozen=True):
    """What is asked of the applicant now: `command` answers it, `due` is its last day, `after` says what time does."""

    command: str
    asked: list[Asked]
    due: date | None
    after: Text | None


class ResidentCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an applicant does with a case: `files` by the material that they are for, `values` where the form itself
    is sent back.
    """

    command: ShortKey
    files: FileHashes = {}
    values: Values | None = None


class Defect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A material that is sent back; the applicant reads both texts."""

    material: ShortKey
    problem: Annotated[str, Meta(min_length=2, max_length=200)]
    example: Annotated[str, Meta(max_length=200)] | None = None


class StaffCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command of the desk, against the version that the staff member saw, with what it has to state."""

    command: ShortKey
    version: Annotated[int, Meta(ge=1, le=1_000_000)]
    reason: Annotated[str, Meta(max_length=500)] | None = None
    defects: Annotated[list[Defect], Meta(max_length=50)] = []
    ground: Ground | None = None
    body: Annotated[str, Meta(max_length=100)] | None = None
    procedure: ShortKey | None = None
    until: date | None = None
    days: Annotated[int, Meta(ge=1, le=366)] | None = None
    department: Annotated[str, Meta(pattern=r"^[0-9A-Z]{18}$")] | None = None
    compared: Annotated[list[ShortKey], Meta(max_length=50)] = []
    benchmark: ShortKey | None = None
    deviates: bool | None = None


class RuleView(msgspec.Struct, frozen=True):
    """The rule that forbids a command."""

    code: str
    article: Text | None
    sentence: Text


class Option(msgspec.Struct, frozen=True):
    """Something to choose from, with the article that allows it."""

    key: str
    name: Text
    article: Text | None = None


class Allowed(msgspec.Struct, frozen=True):
    """Whether a command may be given now, and if not, by which rule; what it has to state, and out of what.

    `most` is the largest number of days of an extension, `approver` who beside the desk has to approve it. `benchmark`
    are the rows of the item's discretion benchmark; a decision that departs from the row it names has to be reasoned.
    """

    command: str
    name: Text
    allowed: bool
    rule: RuleView | None
    reason: bool
    asks: list[Ask]
    options: list[Option]
    most: int | None
    approver: Text | None = None
    benchmark: list[BenchmarkOption] = []


class BenchmarkOption(msgspec.Struct, frozen=True):
    """A row of the benchmark; `covers` says whether the command decides as it does."""

    key: str
    circumstances: Text
    decision: Text
    covers: bool


class SchemaLabel(msgspec.Struct, frozen=True):
    """A field of the form with its value in words."""

    pointer: str
    label: Text
    value_text: Text


class Representative(msgspec.Struct, frozen=True):
    """Who filed for the applicant, and as what."""

    name: str
    capacity: Capacity


class Applicant(msgspec.Struct, frozen=True):
    """The applicant as the desk sees them; number and phone are null, and the name masked, for who handles no case.

    `representative` is there when somebody filed for them, and null for who handles no case.
    """

    name: str
    id_number_masked: str | None
    phone_masked: str | None
    representative: Representative | None = None


class StepDue(msgspec.Struct, frozen=True):
    """What a case is due for next, by when, and how pressing that is today."""

    step: Option
    due: date
    light: Light
    left: int | None
    unit: Literal["workday", "day"]


class StaffCaseView(CaseView, frozen=True, kw_only=True):
    """A case as the desk sees it; reading it is on record. `sees` says how much of it the caller's role shows: `part`
    to handlers of an office that received it for another, or of a department with a task in it.
    """

    sees: Literal["all", "part", "course", "progress"]
    values: dict[str, Any]
    schema_labels: list[SchemaLabel]
    applicant: Applicant
    next_due: StepDue | None
    allowed: list[Allowed]
    marks: list[MarkView]


class MarkView(msgspec.Struct, frozen=True):
    """A note of the staff at a place of a picture, in ten-thousandths of its width and height. Staff only."""

    id: str
    material: str
    sha256: str
    across: int
    down: int
    text: str
    by: str
    mine: bool
    at: str


class CaseHolder(msgspec.Struct, frozen=True):
    """Who of the staff has taken a case up."""

    id: str
    name: str
    mine: bool


class Unmasking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which fields of the applicant a staff member must read in full, and why; the applicant can read the reason."""

    fields: Annotated[list[Literal["id_number", "phone"]], Meta(min_length=1, max_length=2)]
    reason: Annotated[str, Meta(min_length=4, max_length=200)]


class Unmasked(msgspec.Struct, frozen=True):
    """The fields asked for, in full, this once; null for one not asked for."""

    id_number: str | None
    phone: str | None


class QueueEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A case in the desk's queue. `due`, `left`, `used` and `total` are of what is due next, `step`: the earlier of the
    legal clock and the limit of the step it is at; null, but for `due`, where no limit runs. `bulk` are the commands
    that may be given to several cases at once, as far as where it stands says.
    """

    id: str
    query_code: str
    item: ItemName
    applicant_masked: str
    street: Text | None
    state: str
    state_name: Text
    step: Option | None
    waiting_for: Literal["resident", "office"] | None
    light: Light
    due: date
    left: int | None
    used: int | None
    total: int | None
    unit: Literal["workday", "day"]
    overdue: bool
    accepted_by_me: bool
    bulk: list[str]
    version: int
    holder: CaseHolder | None


class QueueCounts(msgspec.Struct, frozen=True):
    """How many cases each tab holds."""

    open: int
    mine: int
    held: int
    closed: int


class QueueLights(msgspec.Struct, frozen=True):
    """How many open cases are late, press, have time, and wait."""

    red: int
    amber: int
    green: int
    grey: int


class Queue(msgspec.Struct, frozen=True):
    """A page of the queue, the earliest due first, and by what it can be narrowed."""

    cases: list[QueueEntry]
    counts: QueueCounts
    lights: QueueLights
    items: list[ItemName]
    steps: list[Option]
    bulk: list[Option]
    next: str | None


class Opinion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a department says in its task; who disagrees says why."""

    opinion: Literal["agree", "disagree"]
    reason: Annotated[str, Meta(max_length=500)] | None = None


class SharedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A case of another office in which the desk has a part: a task of its department, or that it received it."""

    id: str
    query_code: str
    item: ItemName
    applicant_masked: str
    department: Text
    state: Text
    due: date
    late: bool
    task: str | None = None
    task_name: Text | None = None


class SharedWork(msgspec.Struct, frozen=True):
    """A page of the open tasks of the desk's departments, the earliest due first, and on the first page what they
    received for other offices.
    """

    tasks: list[SharedEntry]
    received: list[SharedEntry]
    next: str | None


class SeenCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case as a list showed it."""

    case_id: Id
    version: Annotated[int, Meta(ge=1, le=1_000_000)]


class BulkCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One command for several cases, each judged alone: only commands that say nothing about the single case."""

    command: Literal["accept", "claim", "deliver"]
    cases: Annotated[list[SeenCase], Meta(min_length=1, max_length=50)]


class BulkResult(msgspec.Struct, frozen=True):
    """What became of a command for one case. `rule` says why it was refused; `version` is the case's now."""

    case_id: str
    outcome: Literal["done", "refused", "stale", "failed"]
    rule: RuleView | None = None
    state_name: Text | None = None
    version: int | None = None


class BulkResults(msgspec.Struct, frozen=True):
    """What became of each case, in the order asked."""

    results: list[BulkResult]
