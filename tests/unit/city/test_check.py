"""Each rule of `city check` refuses its own mistake, and names the file and line of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend.city.check import check, check_documents
from backend.city.command import check_command
from backend.city.pack import Document, Finding, read

PACK = Path(__file__).parents[3] / "city"
TODAY = date(2026, 11, 22)
BASE = "items/residence-permit/base.yaml"
OFFICE = "items/residence-permit/office.yaml"
LIFECYCLE = "lifecycles/promised.yaml"
FORM = "forms/residence-permit.yaml"
PRIVACY = "privacy.yaml"

Change = Callable[[Any], object]


def findings_of(path: str, change: Change) -> list[Finding]:
    documents = read(PACK)
    # `read` gives fresh data each time, so a test may change it in place.
    document = documents[path]
    change(document.data)
    return check_documents({**documents, path: Document(path, document.data, document.lines)}, TODAY)


def test_the_demo_pack_has_no_findings() -> None:
    assert check(PACK, TODAY) == []


def _material(position: int, **members: object) -> Change:
    return lambda data: data["materials"][position].update(members)


def _text(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def _all_shared(data: Any) -> None:
    for choice in data["materials"][1]["one_of"]:
        choice["shared_certificate"] = "不动产权证书"


def _command(key: str, **members: object) -> Change:
    return lambda data: next(each for each in data["commands"] if each["key"] == key).update(members)


@pytest.mark.parametrize(
    ("rule", "path", "change"),
    [
        ("catch-all-material", BASE, _material(0, name=_text("其他材料"))),
        ("catch-all-material", BASE, _material(0, name=_text("其它相关资料"))),
        ("material-without-basis", BASE, lambda data: data["legal_basis"].clear()),
        ("structure", BASE, lambda data: data["materials"][0].pop("handover")),
        ("upload-where-share-suffices", BASE, _material(0, shared_certificate="居民身份证")),
        ("upload-where-share-suffices", BASE, _all_shared),
        ("promised-beyond-statutory", OFFICE, lambda data: data["promised"].update(value=12)),
        ("promised-beyond-statutory", OFFICE, lambda data: data["promised"].update(value=16, unit="day")),
        ("limit-without-unit", OFFICE, lambda data: data["promised"].pop("unit")),
        ("limit-without-unit", BASE, lambda data: data["statutory"].pop("unit")),
        ("limit-unit", BASE, lambda data: data["statutory"].update(value=1, unit="month")),
        ("visits-without-reason", OFFICE, lambda data: data.update(visits=1, depth=3)),
        (
            "depth-with-visits",
            OFFICE,
            lambda data: data.update(visits=1, visits_reason=_text("拍照片")),
        ),
        ("fee-without-basis", OFFICE, lambda data: data["fee"].update(charged=True)),
        ("command-nobody-may-give", LIFECYCLE, _command("grant", not_by=["accept", "grant"])),
        ("command-nobody-may-give", LIFECYCLE, _command("grant", not_by=["nobody-knows"])),
        ("structure", LIFECYCLE, _command("grant", who="mayor")),
        ("state-unreachable", LIFECYCLE, _command("accept", to="submitted")),
        ("state-unleavable", LIFECYCLE, lambda data: data["states"][2].update(final=False)),
        ("state-not-final", LIFECYCLE, lambda data: data["states"][1].update(final=True)),
        ("acceptor-decides", LIFECYCLE, _command("grant", not_by=[])),
        ("reference", LIFECYCLE, lambda data: data["regimes"].append("martial-law")),
        ("form-keywords", FORM, lambda data: data["schema"].pop("additionalProperties")),
        ("form-keywords", FORM, lambda data: data["schema"]["properties"]["ground"].update(format="email")),
        ("form-layout", FORM, lambda data: data["layout"]["pages"][0]["fields"][0].update(pointer="/nickname")),
        ("form-materials", BASE, lambda data: data["materials"].pop(0)),
        ("office-deviates", OFFICE, lambda data: data["unified"].update(use_level="3")),
        ("office-element", OFFICE, lambda data: data["unified"].update(visits=0)),
        (
            "check-character",
            "departments.yaml",
            lambda data: data["departments"][0].update(code="11990100990100018Q"),
        ),
        (
            "check-character",
            "registers/population.yaml",
            lambda data: data["persons"][0].update(id_number="990321199508162422"),
        ),
        ("item-code", OFFICE, lambda data: data["offices"][0].update(item_code="11990100990100034D4990799001000")),
        (
            "division-code",
            "divisions.yaml",
            lambda data: data["districts"][0]["streets"][0].update(code="990103001000"),
        ),
        (
            "same-phone",
            "departments.yaml",
            lambda data: data["departments"][1].update(complaint_phone="0990-8600110"),
        ),
        ("message-missing", LIFECYCLE, lambda data: data["commands"][1].update(event="case-taken@1")),
        (
            "certificate-view",
            "certificates/residence-permit.yaml",
            lambda data: data["views"][0]["fields"].append("age"),
        ),
        ("regime", BASE, lambda data: data.update(task_type="01")),
        ("reference", OFFICE, lambda data: data["offices"][0].update(department="fire-brigade")),
        ("privacy-rights", PRIVACY, lambda data: data["notice"]["rights"].pop()),
        ("privacy-kept", PRIVACY, lambda data: data["notice"]["holdings"][2].update(stays=False)),
        ("privacy-kept", PRIVACY, lambda data: data["notice"]["holdings"][1].update(key="account")),
        ("consent-twice", PRIVACY, lambda data: data["purposes"][1].update(key="reminders")),
        ("consent-of-guardian", PRIVACY, lambda data: data["purposes"][2].update(who="self")),
        ("consent-separate", PRIVACY, lambda data: data["purposes"][3].update(separate=False)),
        ("structure", PRIVACY, lambda data: data["notice"]["holdings"][0].pop("basis")),
    ],
)
def test_a_mistake_is_refused_by_its_rule(rule: str, path: str, change: Change) -> None:
    found = [finding for finding in findings_of(path, change) if finding.rule == rule]
    assert found, f"{rule} said nothing"
    assert found[0].file == path
    assert found[0].line > 1
    assert found[0].cure


def test_a_pack_without_a_privacy_notice_is_not_published() -> None:
    documents = {path: document for path, document in read(PACK).items() if path != PRIVACY}
    found = check_documents(documents, TODAY)
    assert [(each.rule, each.severity, each.file) for each in found] == [("privacy-missing", "error", PRIVACY)]


def test_a_finding_points_at_the_line_of_the_mistake() -> None:
    found = findings_of(BASE, _material(0, name=_text("其他材料")))
    text = (PACK / BASE).read_text(encoding="utf-8").splitlines()
    assert "本人照片" in text[found[0].line - 1]


def test_a_promise_that_only_some_weeks_exceed_is_a_warning() -> None:
    def change(data: Any) -> None:
        data["promised"].update(value=11)

    found = findings_of(OFFICE, change)
    assert [(each.rule, each.severity) for each in found] == [("promised-beyond-statutory", "warning")]


def test_the_command_fails_on_an_error_and_says_so_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "city.yaml").write_text("code: [", encoding="utf-8")
    assert check_command(tmp_path, as_json=True) == 1
    assert '"rule":"yaml"' in capsys.readouterr().out
    assert check_command(PACK, as_json=False) == 0
    assert "may be published" in capsys.readouterr().out
