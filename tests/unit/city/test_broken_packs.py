"""Every rule of `city check` finds its own mistake at its file and line; docs/city-check.md lists them all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from backend.city.check import check
from backend.city.rules.every import RULES
from backend.city.rules_page import rules_page
from tests.harness.broken_packs import BROKEN, TINY, Expected, expected_of, lay_out

TODAY = date(2026, 11, 27)
FOLDERS = sorted(BROKEN.iterdir())


def test_the_tiny_pack_has_no_findings() -> None:
    assert check(TINY, TODAY) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_broken_pack_is_refused_by_its_rule_at_its_line_and_by_no_other(folder: Path, tmp_path: Path) -> None:
    pack = lay_out(folder, tmp_path / "pack")
    found = check(pack, TODAY)
    # Of a folder as a whole the finding names the folder.
    names = {str(pack): "*"}
    said = sorted(Expected(names.get(each.file, each.file), each.line, each.rule, each.severity) for each in found)
    assert said == expected_of(folder)
    assert folder.name.partition("--")[0] in {each.rule for each in found}
    assert all(each.cure for each in found)


def test_every_rule_has_a_broken_pack_and_every_broken_pack_a_rule() -> None:
    assert {folder.name.partition("--")[0] for folder in FOLDERS} == {rule.id for rule in RULES}
    # The page links to the folder that has the bare name.
    assert {rule.id for rule in RULES} <= {folder.name for folder in FOLDERS}


def test_no_two_rules_have_one_name() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_the_page_of_rules_is_current() -> None:
    page = Path(__file__).parents[3] / "docs" / "city-check.md"
    assert page.read_text(encoding="utf-8") == rules_page(), "run: zhangban city rules --out docs/city-check.md"
