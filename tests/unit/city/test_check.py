"""`city check` says of the demo pack nothing, and of a folder what a person or a program can act on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import msgspec
import pytest

from backend.city.check import check, check_documents
from backend.city.command import check_command
from backend.city.pack import Document, read
from tests.harness.broken_packs import BROKEN, TINY, lay_out

PACK = Path(__file__).parents[3] / "city"
TODAY = date(2026, 11, 22)


def test_the_demo_pack_has_no_errors_and_nothing_to_look_at() -> None:
    assert check(PACK, TODAY) == []


def test_a_pack_without_a_privacy_notice_of_its_own_has_the_one_of_every_city() -> None:
    assert check_documents({**read(TINY)}, TODAY) == []
    notice = (TINY / "privacy.yaml").exists()
    assert not notice


def test_documents_of_before_packs_had_a_notice_may_not_be_published_again() -> None:
    documents = {path: document for path, document in read(TINY).items() if path != "privacy.yaml"}
    found = check_documents(documents, TODAY)
    assert [(each.rule, each.severity, each.file) for each in found] == [("missing-file", "error", "privacy.yaml")]


def test_an_item_from_elsewhere_keeps_its_codes_and_is_not_asked_for_what_lists_do_not_have(tmp_path: Path) -> None:
    copytree(TINY, tmp_path / "pack")
    documents = read(tmp_path / "pack")
    base: Any = documents["items/street-stall/base.yaml"].data
    base.update(origin="import", catalog_code="XK-11-0042", steps=[])
    office: Any = documents["items/street-stall/office.yaml"].data
    office["questions"] = []
    office["offices"] = [{"department": "markets-hedong", "divisions": ["990302"], "item_code": "A" * 55}]
    assert check_documents(documents, TODAY) == []


def test_a_depth_beyond_what_can_be_done_is_refused_for_items_from_elsewhere_too() -> None:
    documents = read(TINY)
    base: Any = documents["items/market-pitch/base.yaml"].data
    base.update(origin="import", catalog_code="GG-7")
    office: Any = documents["items/market-pitch/office.yaml"].data
    office["depth"] = 4
    assert {each.rule for each in check_documents(documents, TODAY)} == {"depth-without-form", "depth-with-visits"}


def test_an_office_without_an_item_code_has_the_one_that_the_rules_give() -> None:
    documents = read(TINY)
    path = "items/street-stall/office.yaml"
    data: Any = msgspec.json.decode(msgspec.json.encode(documents[path].data))
    del data["offices"][0]["item_code"]
    assert check_documents({**documents, path: Document(path, data, {})}, TODAY) == []


def test_the_command_fails_on_an_error_and_says_so_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = lay_out(BROKEN / "catch-all-material", tmp_path / "pack")
    assert check_command(pack, as_json=True) == 1
    said = msgspec.json.decode(capsys.readouterr().out)
    assert (said["ok"], said["errors"], said["warnings"], said["plan"]) == (False, 1, 0, None)
    assert said["findings"][0]["rule"] == "catch-all-material"
    assert check_command(pack, as_json=False) == 1
    assert f"{pack}: 1 error, 0 warnings\n" in capsys.readouterr().out


def test_the_command_does_not_fail_on_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = lay_out(BROKEN / "division-uncovered", tmp_path / "pack")
    assert check_command(pack, as_json=False) == 0
    said = capsys.readouterr().out
    assert "warning division-uncovered" in said
    assert "0 errors, 1 warning: may be published, hash " in said


def test_the_command_says_as_json_what_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "city.yaml").write_text("code: [", encoding="utf-8")
    assert check_command(tmp_path, as_json=True) == 1
    said = msgspec.json.decode(capsys.readouterr().out)
    assert said["hash"] is None
    assert said["findings"][0]["rule"] == "yaml"
