"""Reads a pack like a compiler: what is wrong, in which file and line, by which rule and article, and what cures it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from backend.city.city import City
from backend.city.pack import Document, Finding, PackInvalid, nothing_collected, read
from backend.city.rules.every import RULES
from backend.city.rules.reading import MISSING_FILE, limits_without_unit
from backend.city.rules.rule import At
from backend.city.rules.view import view_of


@dataclass(frozen=True)
class Judged:
    """What `city check` says of a pack: findings by file and line, and the city unless it cannot be put together."""

    findings: list[Finding]
    city: City | None

    @property
    def errors(self) -> list[Finding]:
        """What keeps the pack from being published."""
        return [each for each in self.findings if each.severity == "error"]

    @property
    def warnings(self) -> list[Finding]:
        """What should be looked at."""
        return [each for each in self.findings if each.severity == "warning"]


def judge(path: Path, today: date) -> Judged:
    """What is to be said of a pack folder."""
    try:
        documents = read(path)
    except PackInvalid as error:
        return Judged(_sorted(error.findings), None)
    return judge_documents(documents, today)


@nothing_collected()
def judge_documents(documents: Mapping[str, Document], today: date) -> Judged:
    """As `judge`, for documents already read."""
    findings = list(limits_without_unit(documents))
    if "privacy.yaml" not in documents:
        # Packs that were stored before there was one can still be read, and not be published again.
        findings.append(
            MISSING_FILE.finding(At("privacy.yaml", "", "people are not told how their data is handled"), 1)
        )
    try:
        city = City.assemble(documents)
    except PackInvalid as error:
        # A missing unit has a rule of its own and is not said twice.
        said = {(each.file, each.line) for each in findings}
        fresh = [each for each in error.findings if (each.file, each.line) not in said]
        return Judged(_sorted([*findings, *fresh]), None)
    pack = view_of(documents, city, today)
    return Judged(_sorted([*findings, *(found for rule in RULES for found in rule.findings(pack))]), city)


def check(path: Path, today: date) -> list[Finding]:
    """All findings of a pack folder, by file and line; without errors it may be published."""
    return judge(path, today).findings


def check_documents(documents: Mapping[str, Document], today: date) -> list[Finding]:
    """As `check`, for documents already read."""
    return judge_documents(documents, today).findings


def _sorted(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda each: (each.file, each.line, each.rule))
