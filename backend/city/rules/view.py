"""A pack as the rules see it: structures by path, what they are looked up by, and documents that know their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

import msgspec

from backend.city.city import City
from backend.city.files import paths_of
from backend.city.pack import Document
from backend.city.rules.form_tree import Placed, placed_fields
from backend.city.structures import (
    Bundle,
    CertificateType,
    CityFacts,
    CreditRecord,
    Department,
    Departments,
    Divisions,
    DocumentTemplates,
    Duty,
    Enterprise,
    FormFile,
    HeldCertificate,
    ItemBase,
    ItemOffice,
    LifecycleFile,
    LifeEvent,
    Location,
    Locations,
    Material,
    Messages,
    Part,
    Personas,
    Plan,
    Population,
    Privacy,
    Property,
    Regime,
    Regulation,
    Topic,
)
from backend.foundation.form_check import FormFault, check_form

Structure = TypeVar("Structure", bound=Part)


@dataclass(frozen=True)
class Pair:
    """An item: its base and its offices, with their paths."""

    path: str
    base: ItemBase
    office_path: str
    office: ItemOffice

    @property
    def own(self) -> bool:
        """Whether it was written here, and not taken over from another system as it was."""
        return self.base.origin == "own"


@dataclass(frozen=True)
class PackView:
    """A pack that can be read, whole. Everything by key is made once, so that no rule searches item by item."""

    documents: Mapping[str, Document]
    today: date
    facts: CityFacts
    divisions: Divisions
    departments: list[Department]
    locations: list[Location]
    topics: list[Topic]
    life_events: list[LifeEvent]
    duties: list[Duty]
    regulations: list[Regulation]
    population: Population
    enterprises: list[Enterprise]
    properties: list[Property]
    credit: list[CreditRecord]
    held_certificates: list[HeldCertificate]
    personas: Personas
    messages: Messages
    privacy: Privacy | None
    document_templates: DocumentTemplates
    regimes: Mapping[str, Regime]
    lifecycles: Mapping[str, LifecycleFile]
    forms: Mapping[str, FormFile]
    bundles: Mapping[str, Bundle]
    plans: Mapping[str, Plan]
    certificates: Mapping[str, CertificateType]
    bases: Mapping[str, ItemBase]
    offices: Mapping[str, ItemOffice]

    def line(self, path: str, pointer: str) -> int:
        """The line of a value in a file of the pack."""
        return self.documents[path].line(pointer) if path in self.documents else 1

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every item."""
        paired = ((path, base, path.removesuffix("base.yaml") + "office.yaml") for path, base in self.bases.items())
        return [Pair(path, base, office, self.offices[office]) for path, base, office in paired]

    @cached_property
    def department_by_key(self) -> Mapping[str, Department]:
        """Departments by key."""
        return {each.key: each for each in self.departments}

    @cached_property
    def regime_by_key(self) -> Mapping[str, Regime]:
        """Regimes by key."""
        return {each.key: each for each in self.regimes.values()}

    @cached_property
    def lifecycle_by_key(self) -> Mapping[str, LifecycleFile]:
        """Lifecycles by key."""
        return {each.key: each for each in self.lifecycles.values()}

    @cached_property
    def certificate_by_key(self) -> Mapping[str, tuple[str, CertificateType]]:
        """Certificate types with their paths by key."""
        return {each.key: (path, each) for path, each in self.certificates.items()}

    @cached_property
    def form_faults(self) -> Mapping[str, FormFault]:
        """What keeps a form's schema from being one, by path."""
        judged = ((path, check_form(form.schema)) for path, form in self.forms.items())
        return {path: fault for path, fault in judged if fault is not None}

    @cached_property
    def sound_forms(self) -> Mapping[str, tuple[str, FormFile, list[Placed]]]:
        """Forms with a schema that is one: path, form and every field with its place, by key."""
        return {
            form.key: (path, form, list(placed_fields(form)))
            for path, form in self.forms.items()
            if path not in self.form_faults
        }

    def materials(self) -> Iterator[tuple[Pair, int, Material]]:
        """Every material of every item, with its place in the item's list."""
        for pair in self.pairs:
            for position, material in enumerate(pair.base.materials):
                yield pair, position, material

    def filled(self) -> Iterator[tuple[Pair, str, FormFile, list[Placed]]]:
        """Every item with a sound form: the item, the form's path, the form, its fields with their places."""
        for pair in self.pairs:
            if pair.base.form is not None and pair.base.form in self.sound_forms:
                yield pair, *self.sound_forms[pair.base.form]


def view_of(documents: Mapping[str, Document], city: City, today: date) -> PackView:
    """The view of a pack that was assembled."""

    def one(path: str, structure: type[Structure]) -> Structure:
        return msgspec.convert(documents[path].data, structure)

    def every(structure: type[Structure]) -> dict[str, Structure]:
        return {path: one(path, structure) for path in paths_of(documents, structure)}

    return PackView(
        documents=documents,
        today=today,
        facts=city.facts,
        divisions=Divisions(city.districts),
        # As they stand in the file: by code, two of one code would be one.
        departments=one("departments.yaml", Departments).departments,
        locations=one("locations.yaml", Locations).locations if "locations.yaml" in documents else [],
        topics=city.topics,
        life_events=city.life_events,
        duties=city.duties,
        regulations=city.regulations,
        population=city.population,
        enterprises=city.enterprises.enterprises,
        properties=city.properties.properties,
        credit=city.credit.records,
        held_certificates=city.held_certificates.certificates,
        personas=Personas(city.personas),
        messages=city.messages,
        privacy=city.privacy,
        document_templates=city.document_templates,
        regimes=every(Regime),
        lifecycles=every(LifecycleFile),
        forms=every(FormFile),
        bundles=every(Bundle),
        plans=every(Plan),
        certificates=every(CertificateType),
        bases=every(ItemBase),
        offices=every(ItemOffice),
    )
