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
    CertificateType,
    Departments,
    Divisions,
    Enterprises,
    FormFile,
    ItemBase,
    ItemOffice,
    LifecycleFile,
    Messages,
    Part,
    Personas,
    Population,
    Privacy,
    Regime,
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
        City.assemble(documents)
    except PackInvalid as error:
        # A missing unit has a rule of its own and is not said twice.
        said = {(each.file, each.line) for each in findings}
        return _sorted([*findings, *(each for each in error.findings if (each.file, each.line) not in said)])
    pack = _pack(documents, today)
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


def _pack(documents: Mapping[str, Document], today: date) -> Pack:
    def one(path: str, structure: type[Structure]) -> Structure:
        return msgspec.convert(documents[path].data, structure)

    def every(pattern: str, structure: type[Structure]) -> dict[str, Structure]:
        return {path: one(path, structure) for path in documents if re.fullmatch(pattern, path)}

    return Pack(
        documents=documents,
        today=today,
        divisions=one("divisions.yaml", Divisions),
        departments=one("departments.yaml", Departments),
        population=one("registers/population.yaml", Population),
        enterprises=one("registers/enterprises.yaml", Enterprises).enterprises
        if "registers/enterprises.yaml" in documents
        else [],
        personas=one("personas.yaml", Personas) if "personas.yaml" in documents else Personas([]),
        messages=one("messages.yaml", Messages),
        privacy=one("privacy.yaml", Privacy) if "privacy.yaml" in documents else None,
        regimes=every(r"regimes/[^/]+\.yaml", Regime),
        lifecycles=every(r"lifecycles/[^/]+\.yaml", LifecycleFile),
        forms=every(r"forms/[^/]+\.yaml", FormFile),
        certificates=every(r"certificates/[^/]+\.yaml", CertificateType),
        bases=every(r"items/[^/]+/base\.yaml", ItemBase),
        offices=every(r"items/[^/]+/office\.yaml", ItemOffice),
    )
