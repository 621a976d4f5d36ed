"""The running city: one immutable snapshot of a pack, and what cases filed under earlier packs still pin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from backend.city.canonical import canonical, content_hash
from backend.city.changes import PublicationChanges
from backend.city.files import paths_of
from backend.city.guide import Guide, guide_of
from backend.city.history import Publication
from backend.city.pack import Document, Finding, PackInvalid, nothing_collected, read
from backend.city.readings import read_aloud, traditional_of
from backend.city.structures import (
    CERTIFICATE_ENDS,
    AutomaticTable,
    Bundle,
    CertificateType,
    CityFacts,
    Command,
    Credit,
    Department,
    Departments,
    District,
    Divisions,
    DocumentTemplate,
    DocumentTemplates,
    Duties,
    Duty,
    Enterprise,
    Enterprises,
    Errand,
    FormFile,
    HeldCertificate,
    HeldCertificates,
    ItemBase,
    ItemOffice,
    Layout,
    Lifecycle,
    LifecycleFile,
    LifeEvent,
    LifeEvents,
    Location,
    Locations,
    Messages,
    Part,
    Person,
    Persona,
    Personas,
    Plan,
    Population,
    Privacy,
    ProjectCodes,
    Properties,
    Regime,
    Register,
    Regulation,
    Regulations,
    SearchWords,
    Street,
    Text,
    Topic,
    Topics,
)

Structure = TypeVar("Structure", bound=Part)
_NONE = Text("无", "none")
_NO_POPULATION = Population(_NONE, _NONE, [])
_NO_ENTERPRISES = Enterprises(_NONE, _NONE, [])
_NO_PROPERTIES = Properties(_NONE, _NONE, [])
_NO_CREDIT = Credit(_NONE, _NONE, [])
_NO_CERTIFICATES = HeldCertificates(_NONE, _NONE, [])
_NO_SEARCH_WORDS = SearchWords([], {})
_NO_DOCUMENTS = DocumentTemplates({})
_NO_PROJECT_CODES = ProjectCodes([], [])
# What an item's lifecycle is when it names none.
_USUAL_LIFECYCLES = {"promised": "promised", "instant": "instant"}
_AT = re.compile(r" - at `(?:key in )?\$(?P<path>[^`]*)`$")


class Form(msgspec.Struct, frozen=True):
    """A form as published: its JSON Schema and layout, named by the hash of both."""

    hash: str
    schema: dict[str, object]
    layout: Layout


class Item(msgspec.Struct, frozen=True):
    """An item in force: its guide and what search and the catalogue add to it.

    `pinyin` is how its name is read, syllables with blanks between; `alias_pinyin` the same for each alias.
    """

    key: str
    guide: Guide
    aliases: list[str]
    pinyin: str
    alias_pinyin: list[str]
    topic: str
    corporate_topic: str | None
    everyday: int
    errand: Errand | None


@dataclass(frozen=True, eq=False)
class City:
    """Everything that makes an installation this city. `hash` names the pack it was read from.

    `items` holds what is in force, by key. `guides`, `forms`, `lifecycles` and `certificates` are by content hash: what
    is in force and, once loaded from the store, everything that was ever published. `privacy` is None in a pack of
    before packs had one. `traditional` has the simplified form of each traditional character that search may meet.
    In a serving process `in_force_from` (milliseconds) and `changes`, newest first, tell how it came to be, and
    `coming` what is published to come into force later, soonest first.
    """

    hash: str
    facts: CityFacts
    districts: list[District]
    departments: Mapping[str, Department]
    locations: Mapping[str, Location]
    topics: list[Topic]
    project_codes: ProjectCodes
    life_events: list[LifeEvent]
    bundles: Mapping[str, Bundle]
    duties: list[Duty]
    regulations: list[Regulation]
    plans: Mapping[str, Plan]
    population: Population
    enterprises: Enterprises
    properties: Properties
    credit: Credit
    held_certificates: HeldCertificates
    personas: list[Persona]
    messages: Messages
    privacy: Privacy | None
    document_templates: DocumentTemplates
    search_words: SearchWords
    traditional: Mapping[str, str]
    items: Mapping[str, Item]
    guides: Mapping[str, Guide]
    forms: Mapping[str, Form]
    lifecycles: Mapping[str, Lifecycle]
    certificates: Mapping[str, CertificateType]
    documents: Mapping[str, Document] = field(repr=False)
    _persons: Mapping[tuple[str, str], Person] = field(repr=False)
    _persons_by_number: Mapping[str, Person] = field(repr=False)
    _enterprises: Mapping[str, Enterprise] = field(repr=False)
    _streets: Mapping[str, Street] = field(repr=False)
    _held: Mapping[tuple[str, str], HeldCertificate] = field(repr=False)
    _regulations: Mapping[str, Regulation] = field(repr=False)
    in_force_from: int = 0
    coming: list[Publication] = field(default_factory=list)
    changes: list[PublicationChanges] = field(default_factory=list, repr=False)

    @classmethod
    def load(cls, path: Path) -> City:
        """The city of a pack folder. Raises PackInvalid with every file that cannot be understood."""
        return cls.assemble(read(path))

    @classmethod
    @nothing_collected()
    def assemble(cls, documents: Mapping[str, Document]) -> City:
        """The city of documents already read (by path inside the pack). Raises PackInvalid."""
        return _Assembly(documents).city()

    @property
    def code(self) -> str:
        """The division code of the city (six digits)."""
        return self.facts.code

    @property
    def name(self) -> Text:
        """The city's name."""
        return self.facts.name

    @property
    def hotline(self) -> str:
        """The city's service line."""
        return self.facts.hotline

    def share_source(self, register: Register) -> tuple[Text, Text]:
        """What a register calls itself, and the rule by which it finds what it is asked for."""
        registers: dict[Register, Population | Enterprises | HeldCertificates | Properties | Credit] = {
            "population": self.population,
            "enterprises": self.enterprises,
            "certificates": self.held_certificates,
            "properties": self.properties,
            "credit": self.credit,
        }
        return registers[register].source, registers[register].rule

    def person(self, name: str, id_number: str) -> Person | None:
        """The person of the population register with exactly this name and ID number (last character upper case)."""
        return self._persons.get((name, id_number))

    def person_by_number(self, id_number: str) -> Person | None:
        """The person of the population register with an ID number (last character upper case)."""
        return self._persons_by_number.get(id_number)

    def enterprise(self, code: str) -> Enterprise | None:
        """The organisation of the enterprise register with a unified social credit code, unless it is struck off."""
        found = self._enterprises.get(code)
        return found if found is not None and found.state == "open" else None

    def held_certificate(self, holder: str, name: str) -> HeldCertificate | None:
        """The certificate of a name that a holder has (ID number or credit code, upper case), or None."""
        return self._held.get((holder, name))

    def regulation(self, title: str) -> Regulation | None:
        """The text of law with a Chinese title; a number in brackets after it says nothing about which one it is."""
        return self._regulations.get(bare_title(title))

    def street(self, code: str) -> Street | None:
        """The street with a twelve-digit code, or None."""
        return self._streets.get(code)

    def department_by_key(self, key: str) -> Department:
        """The department with a key of the pack. Raises KeyError."""
        for department in self.departments.values():
            if department.key == key:
                return department
        raise KeyError(key)

    def departments_under(self, code: str) -> frozenset[str]:
        """The codes of a department and of every department below it: what its staff may see. Empty if unknown."""
        if code not in self.departments:
            return frozenset()
        found = {code}
        keys = {self.departments[code].key}
        while True:
            below = [each for each in self.departments.values() if each.parent in keys and each.code not in found]
            if not below:
                return frozenset(found)
            found.update(each.code for each in below)
            keys.update(each.key for each in below)

    def remembering(self, earlier: City) -> City:
        """This city, able to read what cases filed under `earlier` pin."""
        return self.remembering_objects(earlier.guides, earlier.forms, earlier.lifecycles, earlier.certificates)

    def remembering_objects(
        self,
        guides: Mapping[str, Guide],
        forms: Mapping[str, Form],
        lifecycles: Mapping[str, Lifecycle],
        certificates: Mapping[str, CertificateType],
    ) -> City:
        """This city with more objects by content hash, such as all that were ever published."""
        return replace(
            self,
            guides={**guides, **self.guides},
            forms={**forms, **self.forms},
            lifecycles={**lifecycles, **self.lifecycles},
            certificates={**certificates, **self.certificates},
        )


def bare_title(title: str) -> str:
    """The title of a text of law without the number in brackets that may follow it."""
    return re.sub(r"（[^（）]*）$", "", title.strip())


def pack_hash(documents: Mapping[str, Document]) -> str:
    """The hash of a pack: over the content hashes of its files by path."""
    return content_hash({path: content_hash(document.data) for path, document in documents.items()})


def _pointer(path: str) -> str:
    """A JSON Pointer from msgspec's way of naming places (`.materials[0].name`)."""
    return "".join(f"/{part}" for part in re.findall(r"[^.\[\]]+", path))


class _Assembly:
    """Turns documents into structures, collecting every failure before it gives up."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents = documents
        self.findings: list[Finding] = []

    def one(self, path: str, structure: type[Structure]) -> Structure | None:
        document = self.documents.get(path)
        if document is None:
            self.findings.append(Finding(path, 1, "missing-file", "the file is missing", f"Add {path}."))
            return None
        try:
            return msgspec.convert(document.data, structure)
        except msgspec.ValidationError as error:
            found = _AT.search(str(error))
            line = document.line(_pointer(found["path"]) if found else "")
            self.findings.append(Finding(path, line, "structure", str(error), "Correct the value named here."))
            return None

    def every(self, structure: type[Structure]) -> dict[str, Structure]:
        read = {path: self.one(path, structure) for path in paths_of(self.documents, structure)}
        return {path: part for path, part in read.items() if part is not None}

    def refer(self, path: str, pointer: str, known: Mapping[str, object], key: str) -> None:
        if key not in known:
            line = self.documents[path].line(pointer)
            cure = f"Use one of: {', '.join(sorted(known)) or 'none is defined'}."
            self.findings.append(Finding(path, line, "reference", f"{pointer} names {key}, which is not defined", cure))

    def one_or(self, path: str, structure: type[Structure], missing: Structure) -> Structure | None:
        """The part of a file that a pack may do without."""
        return self.one(path, structure) if path in self.documents else missing

    def city(self) -> City:
        facts = self.one("city.yaml", CityFacts)
        divisions = self.one("divisions.yaml", Divisions)
        department_file = self.one("departments.yaml", Departments)
        locations = self.one_or("locations.yaml", Locations, Locations([]))
        topics = self.one_or("topics.yaml", Topics, Topics([]))
        project_codes = self.one_or("projects.yaml", ProjectCodes, _NO_PROJECT_CODES)
        life_events = self.one_or("life-events.yaml", LifeEvents, LifeEvents([]))
        duties = self.one_or("duties.yaml", Duties, Duties([]))
        regulations = self.one_or("regulations.yaml", Regulations, Regulations([]))
        population = self.one_or("registers/population.yaml", Population, _NO_POPULATION)
        enterprises = self.one_or("registers/enterprises.yaml", Enterprises, _NO_ENTERPRISES)
        properties = self.one_or("registers/properties.yaml", Properties, _NO_PROPERTIES)
        credit = self.one_or("registers/credit.yaml", Credit, _NO_CREDIT)
        held = self.one_or("registers/certificates.yaml", HeldCertificates, _NO_CERTIFICATES)
        personas = self.one_or("personas.yaml", Personas, Personas([]))
        search_words = self.one_or("search.yaml", SearchWords, _NO_SEARCH_WORDS)
        messages = self.one("messages.yaml", Messages)
        templates = self.one_or("documents.yaml", DocumentTemplates, _NO_DOCUMENTS)
        privacy = self.one("privacy.yaml", Privacy) if "privacy.yaml" in self.documents else None
        if privacy and facts:
            privacy = _filled_in(privacy, facts)
        regime_files = self.every(Regime)
        lifecycle_files = self.every(LifecycleFile)
        form_files = self.every(FormFile)
        certificate_files = self.every(CertificateType)
        bundle_files = self.every(Bundle)
        plan_files = self.every(Plan)
        bases = self.every(ItemBase)
        offices = self.every(ItemOffice)
        if self.findings or not (
            facts and divisions and department_file and locations and topics and life_events and duties and regulations
            and population and enterprises and properties and credit and held and personas and messages
            and search_words and templates and project_codes
        ):  # fmt: skip
            raise PackInvalid(self.findings)

        departments = {each.key: each for each in department_file.departments}
        places = {each.key: each for each in locations.locations}
        regimes = {each.key: each for each in regime_files.values()}
        for path, file in lifecycle_files.items():
            for position, regime in enumerate(file.regimes):
                self.refer(path, f"/regimes/{position}", regimes, regime)
        for position, persona in enumerate(personas.personas):
            if persona.department is not None:
                self.refer("personas.yaml", f"/personas/{position}/department", departments, persona.department)
        for position, location in enumerate(locations.locations):
            for at, department in enumerate(location.departments):
                self.refer("locations.yaml", f"/locations/{position}/departments/{at}", departments, department)
        forms = {each.key: form_of(each) for each in form_files.values()}
        certificates = {each.key: each for each in certificate_files.values()}
        lifecycles_by_key = {each.key: each for each in lifecycle_files.values()}
        items = {base.key: base for base in bases.values()}
        for path, base in bases.items():
            office_path = path.replace("base.yaml", "office.yaml")
            if office_path not in offices:
                self.findings.append(
                    Finding(path, 1, "missing-file", f"{office_path} is missing", f"Add {office_path}.")
                )
                continue
            self.refer(path, "/regime", regimes, base.regime)
            self.refer(path, "/lifecycle", lifecycles_by_key, base.lifecycle or _USUAL_LIFECYCLES[base.kind])
            if base.form is not None:
                self.refer(path, "/form", forms, base.form)
            if base.certificate is not None:
                self.refer(path, "/certificate", certificates, base.certificate)
            for position, task in enumerate(base.tasks):
                self.refer(path, f"/tasks/{position}/department", departments, task.department)
            if base.maintained_by is not None:
                self.refer(path, "/maintained_by", departments, base.maintained_by)
            for position, place in enumerate(offices[office_path].offices):
                self.refer(office_path, f"/offices/{position}/department", departments, place.department)
                for at, key in enumerate(place.locations):
                    self.refer(office_path, f"/offices/{position}/locations/{at}", places, key)
        self._refer_collections(bundle_files, life_events, duties, items, departments)
        if self.findings:
            raise PackInvalid(self.findings)

        sources = {
            "population": population.source,
            "enterprises": enterprises.source,
            "properties": properties.source,
            "credit": credit.source,
            "certificates": held.source,
        }
        lifecycles: dict[str, Lifecycle] = {}
        in_force: dict[str, Item] = {}
        for path, base in sorted(bases.items()):
            lifecycle = self._lifecycle(base, lifecycles_by_key, regimes, templates)
            guide = guide_of(
                base,
                offices[path.replace("base.yaml", "office.yaml")],
                departments=departments,
                locations=places,
                regime=regimes[base.regime],
                lifecycle=lifecycle,
                form_hash=forms[base.form].hash if base.form else None,
                certificate=certificates[base.certificate] if base.certificate else None,
                sources=sources,
            )
            if guide.lifecycle_hash is not None:
                lifecycles[guide.lifecycle_hash] = lifecycle
            in_force[base.key] = _item(base, guide, facts.readings)
        return City(
            hash=pack_hash(self.documents),
            facts=facts,
            districts=divisions.districts,
            departments={each.code: each for each in department_file.departments},
            locations=places,
            topics=topics.topics,
            project_codes=project_codes,
            life_events=life_events.events,
            bundles={each.key: each for each in bundle_files.values()},
            duties=duties.duties,
            regulations=regulations.regulations,
            plans={each.key: each for each in plan_files.values()},
            population=population,
            enterprises=enterprises,
            properties=properties,
            credit=credit,
            held_certificates=held,
            personas=personas.personas,
            messages=messages,
            privacy=privacy,
            document_templates=templates,
            search_words=search_words,
            traditional=traditional_of(_searched(in_force, search_words)),
            items=in_force,
            guides={each.guide.hash: each.guide for each in in_force.values()},
            forms={each.hash: each for each in forms.values()},
            lifecycles=lifecycles,
            certificates={content_hash(each): each for each in certificates.values()},
            # Only what is published: where everything stood is for those who check.
            documents={path: Document(path, document.data, {}) for path, document in self.documents.items()},
            _persons={(each.name, each.id_number): each for each in population.persons},
            _persons_by_number={each.id_number: each for each in population.persons},
            _enterprises={each.code: each for each in enterprises.enterprises},
            _streets={each.code: each for district in divisions.districts for each in district.streets},
            _held={(each.holder, each.name): each for each in held.certificates},
            _regulations={bare_title(each.title.zh): each for each in regulations.regulations},
        )

    def _refer_collections(
        self,
        bundles: Mapping[str, Bundle],
        life_events: LifeEvents,
        duties: Duties,
        items: Mapping[str, ItemBase],
        departments: Mapping[str, Department],
    ) -> None:
        for path, bundle in bundles.items():
            self.refer(path, "/lead_department", departments, bundle.lead_department)
            for position, key in enumerate(bundle.members):
                self.refer(path, f"/members/{position}", items, key)
            for position, member in enumerate(bundle.optional_members):
                self.refer(path, f"/optional_members/{position}/item", items, member.item)
        bundle_keys = {bundle.key: bundle for bundle in bundles.values()}
        for position, event in enumerate(life_events.events):
            for at, key in enumerate(event.items):
                self.refer("life-events.yaml", f"/events/{position}/items/{at}", items, key)
            for at, key in enumerate(event.bundles):
                self.refer("life-events.yaml", f"/events/{position}/bundles/{at}", bundle_keys, key)
        for position, duty in enumerate(duties.duties):
            self.refer("duties.yaml", f"/duties/{position}/department", departments, duty.department)
            for at, key in enumerate(duty.items):
                self.refer("duties.yaml", f"/duties/{position}/items/{at}", items, key)

    def _lifecycle(
        self,
        base: ItemBase,
        files: Mapping[str, LifecycleFile],
        regimes: Mapping[str, Regime],
        templates: DocumentTemplates,
    ) -> Lifecycle:
        file = files[base.lifecycle or _USUAL_LIFECYCLES[base.kind]]
        return lifecycle_under(
            file,
            regimes[base.regime],
            templates.documents,
            joint=bool(base.tasks),
            automatic=base.automatic,
            renewable=base.renewal is not None,
        )


_NO_TEMPLATES: Mapping[str, DocumentTemplate] = {}


def lifecycle_under(
    file: LifecycleFile,
    regime: Regime,
    templates: Mapping[str, DocumentTemplate] = _NO_TEMPLATES,
    *,
    joint: bool = False,
    automatic: AutomaticTable | None = None,
    renewable: bool = False,
) -> Lifecycle:
    """A lifecycle as it stands under a regime: the commands that are there, the states that they lead to, and the
    words of the documents that they make.

    `joint` says whether other departments have tasks in the item, `renewable` whether its certificate is renewed. What
    is done by rule is there only for an item whose table says so.
    """
    commands = [
        each
        for each in file.commands
        if (not each.regimes or regime.key in each.regimes)
        and (joint or not each.joint)
        and (renewable or each.after != CERTIFICATE_ENDS)
        and (each.who != "rule" or _by_rule(each, automatic))
    ]
    there: set[str] = set()
    while (
        more := {key for each in commands if not each.from_ or there & set(each.from_) for key in each.targets} - there
    ):
        there |= more
    kept = [
        msgspec.structs.replace(each, from_=[key for key in each.from_ if key in there])
        for each in commands
        if not each.from_ or there & set(each.from_)
    ]
    words = {each.event: templates[each.event] for each in kept if each.document and each.event in templates}
    # A limit that only other regimes set is none here.
    states = [
        each if each.limit in regime.limits else msgspec.structs.replace(each, limit=None)
        for each in file.states
        if each.key in there
    ]
    return Lifecycle(file.key, regime, file.stages, states, kept, words)


def _by_rule(command: Command, automatic: AutomaticTable | None) -> bool:
    if automatic is None:
        return False
    return automatic.accept if command.clock == "start" else bool(automatic.grant)


def _filled_in(privacy: Privacy, facts: CityFacts) -> Privacy:
    """The notice and purposes with the city's name and hotline in their places."""

    def within(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {key: within(each, facts.name.en if key == "en" else facts.name.zh) for key, each in value.items()}
        if isinstance(value, list):
            return [within(each, name) for each in value]
        return value.replace("{city}", name).replace("{hotline}", facts.hotline) if isinstance(value, str) else value

    return msgspec.convert(within(msgspec.to_builtins(privacy), facts.name.zh), Privacy)


def _item(base: ItemBase, guide: Guide, readings: Mapping[str, str]) -> Item:
    return Item(
        key=base.key,
        guide=guide,
        aliases=base.aliases,
        pinyin=read_aloud(base.name.zh, readings),
        alias_pinyin=[read_aloud(alias, readings) for alias in base.aliases],
        topic=base.topic,
        corporate_topic=base.corporate_topic,
        everyday=base.everyday,
        errand=base.errand,
    )


def _searched(items: Mapping[str, Item], words: SearchWords) -> str:
    """Every text that search compares a query with."""
    names = [text for item in items.values() for text in (item.guide.name.zh, item.guide.summary.zh, *item.aliases)]
    return "".join([*names, *words.stop_words, *words.synonyms])


def form_of(file: FormFile) -> Form:
    """The published form of a form file."""
    hashed = content_hash({"schema": file.schema, "layout": file.layout})
    # The schema is decoded afresh so that nothing shares its mutable parts with the document.
    return Form(hashed, msgspec.json.decode(canonical(file.schema)), file.layout)
