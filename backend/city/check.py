"""Reads a pack like a compiler: what is wrong, in which file and line, by which rule and article, and what cures it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec

from backend.city.check_rules import RULES, Pack
from backend.city.city import City
from backend.city.pack import Document, Finding, PackInvalid, read
from backend.city.structures import (
    Bundle,
    CertificateType,
    CityFacts,
    Departments,
    Divisions,
    Duties,
    FormFile,
    ItemBase,
    ItemOffice,
    LifecycleFile,
    LifeEvents,
    Locations,
    Messages,
    Part,
    Personas,
    Plan,
    Privacy,
    Regime,
    Regulations,
    Topics,
)

Structure = TypeVar("Structure", bound=Part)


def check(path: Path, today: date) -> list[Finding]:
    """All findings of a pack folder, by file and line; empty when it may be published."""
    try:
        documents = read(path)
    except PackInvalid as error:
        return _sorted(error.findings)
    return check_documents(documents, today)


def check_documents(documents: Mapping[str, Document], today: date) -> list[Finding]:
    """As `check`, for documents already read."""
    findings = list(_limits_without_unit(documents))
    try:
        city = City.assemble(documents)
    except PackInvalid as error:
        # A missing unit has a rule of its own and is not said twice.
        said = {(each.file, each.line) for each in findings}
        return _sorted([*findings, *(each for each in error.findings if (each.file, each.line) not in said)])
    pack = _pack(documents, city, today)
    return _sorted([*findings, *(finding for rule in RULES for finding in rule(pack))])


def _sorted(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda each: (each.file, each.line, each.rule))


def _limits_without_unit(documents: Mapping[str, Document]) -> Iterator[Finding]:
    for path, document in documents.items():
        for name in ("statutory", "promised"):
            limit = document.data.get(name) if isinstance(document.data, dict) else None
            if isinstance(limit, dict) and limit.get("unit") is None:
                detail = f"the {name} limit has no unit"
                yield Finding(
                    path, document.line(f"/{name}"), "limit-without-unit", detail, "Add unit: workday or day."
                )


def _pack(documents: Mapping[str, Document], city: City, today: date) -> Pack:
    def one(path: str, structure: type[Structure]) -> Structure:
        return msgspec.convert(documents[path].data, structure)

    def one_or(path: str, structure: type[Structure], missing: Structure) -> Structure:
        return one(path, structure) if path in documents else missing

    def every(pattern: str, structure: type[Structure]) -> dict[str, Structure]:
        return {path: one(path, structure) for path in documents if re.fullmatch(pattern, path)}

    return Pack(
        documents=documents,
        today=today,
        facts=one("city.yaml", CityFacts),
        divisions=one("divisions.yaml", Divisions),
        departments=one("departments.yaml", Departments),
        locations=one_or("locations.yaml", Locations, Locations([])).locations,
        topics=one_or("topics.yaml", Topics, Topics([])).topics,
        life_events=one_or("life-events.yaml", LifeEvents, LifeEvents([])).events,
        duties=one_or("duties.yaml", Duties, Duties([])).duties,
        regulations=one_or("regulations.yaml", Regulations, Regulations([])).regulations,
        population=city.population,
        enterprises=city.enterprises.enterprises,
        properties=city.properties.properties,
        credit=city.credit.records,
        held_certificates=city.held_certificates.certificates,
        personas=one_or("personas.yaml", Personas, Personas([])),
        messages=one("messages.yaml", Messages),
        privacy=one("privacy.yaml", Privacy) if "privacy.yaml" in documents else None,
        regimes=every(r"regimes/[^/]+\.yaml", Regime),
        lifecycles=every(r"lifecycles/[^/]+\.yaml", LifecycleFile),
        forms=every(r"forms/[^/]+\.yaml", FormFile),
        bundles=every(r"bundles/[^/]+\.yaml", Bundle),
        plans=every(r"plans/[^/]+\.yaml", Plan),
        certificates=every(r"certificates/[^/]+\.yaml", CertificateType),
        bases=every(r"items/[^/]+/base\.yaml", ItemBase),
        offices=every(r"items/[^/]+/office\.yaml", ItemOffice),
    )
