"""A discretion benchmark on screen: in the guide, and at the desk when it is decided."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import yaml
from playwright.sync_api import expect

from tests.api.test_benchmark import BASE, BENCHMARK
from tests.browser import steps
from tests.browser.served_city import APPROVER, CLERK, ITEM, RESIDENT, ServedCity
from tests.browser.test_accessibility import violations
from tests.browser.visitors import Visitors
from tests.harness.served import ROOT, served_settings

WHY = "房东已当面说明，情况可以核实"


@pytest.fixture
def served(tmp_path: Path, built_app: Path) -> Iterator[ServedCity]:
    """A server with the demo city, one of whose items has a benchmark."""
    pack = shutil.copytree(ROOT / "city", tmp_path / "pack")
    with (pack / BASE).open("a", encoding="utf-8") as base:
        base.write(yaml.safe_dump({"benchmark": BENCHMARK}, allow_unicode=True))
    settings = served_settings(tmp_path)
    settings = msgspec.structs.replace(settings, city=msgspec.structs.replace(settings.city, pack=str(pack)))
    city = ServedCity(tmp_path, settings)
    yield city
    city.stop()


def test_whoever_decides_names_the_row_and_says_why_they_depart_from_it(served: ServedCity, visitors: Visitors) -> None:
    case = served.submit(RESIDENT)
    served.command(CLERK, case, "accept")
    desk = visitors.open("desk")
    page = steps.signed_in(desk, served, APPROVER, f"/desk/cases/{case}")
    page.get_by_role("button", name="准予", exact=True).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="准予", exact=True).click()
    expect(sheet.get_by_text("请填这一项").first).to_be_visible()
    sheet.get_by_role("radio", name="材料不实").check()
    expect(sheet.get_by_text("选它就是偏离基准").first).to_be_visible()
    assert violations(page) == []
    sheet.get_by_role("button", name="准予", exact=True).click()
    reason = sheet.get_by_role("textbox", name="理由")
    expect(reason).to_be_focused()
    sheet.get_by_role("radio", name="材料齐全").check()
    sheet.get_by_role("checkbox").check()
    sheet.get_by_role("button", name="准予", exact=True).click()
    expect(reason).to_be_focused()
    reason.fill(WHY)
    sheet.get_by_role("button", name="准予", exact=True).click()
    expect(sheet).to_be_hidden()
    phone = visitors.open()
    seen = steps.signed_in(phone, served, RESIDENT, f"/cases/{case}")
    expect(seen.get_by_role("main")).to_contain_text("没有按裁量基准：材料齐全、情况属实——准予")
    expect(seen.get_by_role("main")).to_contain_text(WHY)
    seen.goto(f"/cases/{case}/documents/3")
    expect(seen.get_by_role("main")).to_contain_text("不按裁量基准办的理由")
    seen.goto(f"/items/{ITEM}")
    seen.locator("summary").first.click()
    expect(seen.get_by_role("main")).to_contain_text("裁量基准")
