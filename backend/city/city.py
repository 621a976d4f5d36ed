"""The running city: one immutable snapshot of a pack, and what cases filed under earlier packs still pin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from backend.city.canonical import canonical, content_hash
from backend.city.guide import Guide, guide_of
from backend.city.pack import Document, Finding, PackInvalid, read
from backend.city.structures import (
    CertificateType,
    CityFacts,
    Department,
    Departments,
    District,
    Divisions,
    Enterprise,
    Enterprises,
    FormFile,
    ItemBase,
    ItemOffice,
    Layout,
    Lifecycle,
    LifecycleFile,
    Messages,
    Part,
    Person,
    Persona,
    Personas,
    Population,
    Privacy,
    Regime,
    Street,
    Text,
)

Structure = TypeVar("Structure", bound=Part)
_NO_ENTERPRISES = Enterprises(Text("无", "none"), Text("无", "none"), [])
_AT = re.compile(r" - at `(?:key in )?\$(?P<path>[^`]*)`$")


class Form(msgspec.Struct, frozen=True):
    """A form as published: its JSON Schema and layout, named by the hash of both."""

    hash: str
    schema: dict[str, object]
    layout: Layout


class Item(msgspec.Struct, frozen=True):
    """An item in force: its guide and what search and the catalogue add to it."""

    key: str
    guide: Guide
    aliases: list[str]
    pinyin: str
    initials: str
    topic: str


@dataclass(frozen=True, eq=False)
class City:
    """Everything that makes an installation this city. `hash` names the pack it was read from.

    `items` holds what is in force, by key. `guides`, `forms`, `lifecycles` and `certificates` are by content hash: what
    is in force and, once loaded from the store, everything that was ever published. `privacy` is None in a pack of
    before packs had one.
    """

    hash: str
    facts: CityFacts
    districts: list[District]
    departments: Mapping[str, Department]
    population: Population
    enterprises: Enterprises
    personas: list[Persona]
    messages: Messages
    privacy: Privacy | None
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

    @classmethod
    def load(cls, path: Path) -> City:
        """The city of a pack folder. Raises PackInvalid with every file that cannot be understood."""
        return cls.assemble(read(path))

    @classmethod
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

    def every(self, pattern: str, structure: type[Structure]) -> dict[str, Structure]:
        found = {}
        for path in self.documents:
            if re.fullmatch(pattern, path) and (part := self.one(path, structure)) is not None:
                found[path] = part
        return found

    def refer(self, path: str, pointer: str, known: Mapping[str, object], key: str) -> None:
        if key not in known:
            line = self.documents[path].line(pointer)
            cure = f"Use one of: {', '.join(sorted(known)) or 'none is defined'}."
            self.findings.append(Finding(path, line, "reference", f"{pointer} names {key}, which is not defined", cure))

    def city(self) -> City:
        facts = self.one("city.yaml", CityFacts)
        divisions = self.one("divisions.yaml", Divisions)
        department_file = self.one("departments.yaml", Departments)
        population = self.one("registers/population.yaml", Population)
        personas = self.one("personas.yaml", Personas) if "personas.yaml" in self.documents else Personas([])
        enterprises = (
            self.one("registers/enterprises.yaml", Enterprises)
            if "registers/enterprises.yaml" in self.documents
            else _NO_ENTERPRISES
        )
        messages = self.one("messages.yaml", Messages)
        privacy = self.one("privacy.yaml", Privacy) if "privacy.yaml" in self.documents else None
        regime_files = self.every(r"regimes/[^/]+\.yaml", Regime)
        lifecycle_files = self.every(r"lifecycles/[^/]+\.yaml", LifecycleFile)
        form_files = self.every(r"forms/[^/]+\.yaml", FormFile)
        certificate_files = self.every(r"certificates/[^/]+\.yaml", CertificateType)
        bases = self.every(r"items/[^/]+/base\.yaml", ItemBase)
        offices = self.every(r"items/[^/]+/office\.yaml", ItemOffice)
        if self.findings or not (
            facts and divisions and department_file and population and enterprises and personas and messages
        ):
            raise PackInvalid(self.findings)

        departments = {each.key: each for each in department_file.departments}
        regimes = {each.key: each for each in regime_files.values()}
        for path, file in lifecycle_files.items():
            self.refer(path, "/regime", regimes, file.regime)
        for position, persona in enumerate(personas.personas):
            if persona.department is not None:
                self.refer("personas.yaml", f"/personas/{position}/department", departments, persona.department)
        forms = {each.key: form_of(each) for each in form_files.values()}
        certificates = {each.key: each for each in certificate_files.values()}
        lifecycle_keys = {each.key: each for each in lifecycle_files.values()}
        for path, base in bases.items():
            office_path = path.replace("base.yaml", "office.yaml")
            if office_path not in offices:
                self.findings.append(
                    Finding(path, 1, "missing-file", f"{office_path} is missing", f"Add {office_path}.")
                )
                continue
            self.refer(path, "/lifecycle", lifecycle_keys, base.lifecycle)
            self.refer(path, "/regime", regimes, base.regime)
            self.refer(path, "/form", forms, base.form)
            self.refer(path, "/certificate", certificates, base.certificate)
            for position, place in enumerate(offices[office_path].offices):
                self.refer(office_path, f"/offices/{position}/department", departments, place.department)
        if self.findings:
            raise PackInvalid(self.findings)

        lifecycles = {
            each.key: Lifecycle(each.key, regimes[each.regime], each.stages, each.states, each.commands)
            for each in lifecycle_files.values()
        }
        items = {}
        for path, base in sorted(bases.items()):
            guide = guide_of(
                base,
                offices[path.replace("base.yaml", "office.yaml")],
                departments=departments,
                lifecycle=lifecycles[base.lifecycle],
                form_hash=forms[base.form].hash,
                certificate=certificates[base.certificate],
                share_source=population.source,
            )
            items[base.key] = Item(base.key, guide, base.aliases, base.pinyin, base.initials, base.topic)
        return City(
            hash=pack_hash(self.documents),
            facts=facts,
            districts=divisions.districts,
            departments={each.code: each for each in department_file.departments},
            population=population,
            enterprises=enterprises,
            personas=personas.personas,
            messages=messages,
            privacy=privacy,
            items=items,
            guides={each.guide.hash: each.guide for each in items.values()},
            forms={each.hash: each for each in forms.values()},
            lifecycles={content_hash(each): each for each in lifecycles.values()},
            certificates={content_hash(each): each for each in certificates.values()},
            documents=self.documents,
            _persons={(each.name, each.id_number): each for each in population.persons},
            _persons_by_number={each.id_number: each for each in population.persons},
            _enterprises={each.code: each for each in enterprises.enterprises},
            _streets={each.code: each for district in divisions.districts for each in district.streets},
        )


def form_of(file: FormFile) -> Form:
    """The published form of a form file."""
    hashed = content_hash({"schema": file.schema, "layout": file.layout})
    # The schema is decoded afresh so that nothing shares its mutable parts with the document.
    return Form(hashed, msgspec.json.decode(canonical(file.schema)), file.layout)
