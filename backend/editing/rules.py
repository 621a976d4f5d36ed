"""What a draft makes of a pack, and what the checks and a resident see of it; pure: no I/O, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from backend.city.check import Judged, judge_documents
from backend.city.city import City
from backend.city.files import structure_of
from backend.city.pack import Document, Finding, PackInvalid, parse
from backend.editing.schemas import Preview

MAXIMUM_CHARACTERS = 1_048_576
"""Of all files of one draft together."""
MAXIMUM_FINDINGS = 100
MAXIMUM_PREVIEWS = 20
MAXIMUM_OPEN = 100
"""Drafts that nobody has proposed yet."""


def judge(pack: Mapping[str, object], changes: Mapping[str, str | None], today: date) -> Judged:
    """Applies changes (text by path, None removes) to the data of a pack and runs all checks over the whole."""
    documents = {path: Document(path, data, {}) for path, data in pack.items() if path not in changes}
    findings: list[Finding] = []
    for path, text in changes.items():
        if text is None:
            continue
        if structure_of(path) is None:
            findings.append(Finding(path, 1, "path", f"no pack has a file {path}", "Use a path of docs/city-pack.md."))
            continue
        try:
            documents[path] = parse(path, text)
        except PackInvalid as error:
            findings += error.findings
    if findings:
        return Judged(findings, None)
    return judge_documents(documents, today)


def previews(before: City, after: City) -> list[Preview]:
    """The items that a resident would see changed, as they would be."""
    known = {item.guide.hash for item in before.items.values()}
    return [
        Preview(item.guide, after.forms.get(item.guide.form_hash or ""))
        for item in after.items.values()
        if item.guide.hash not in known
    ]
