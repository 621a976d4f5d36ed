"""A service with a very long name, as official lists have them, on the narrowest phone with text at 200 %."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.browser import steps
from tests.browser.furnished_city import settle
from tests.browser.served_city import ITEM, RESIDENT, ServedCity
from tests.browser.test_accessibility import violations
from tests.browser.visitors import Visitors, launch
from tests.harness.served import ROOT, served_settings

CHINESE = (
    "来本市居住半年以上、有合法稳定就业或者合法稳定住所或者连续就读的外地户籍人员，申请领取、签注、换"
    "领和补领居住证（含电子居住证）以及随同办理居住登记、地址变更登记、未成年子女随行登记的一并联合办"
    "理（个人申请或单位集中代办）"
)
ENGLISH = (
    "Application for, endorsement, renewal and replacement of a residence permit (including the electronic permit) by "
    "people registered elsewhere who have lived here for half a year, together with registration of residence and "
    "change of address"
)
_NAME = "name: {zh: 居住证申领, en: Residence permit}"
_CLIPPED = """() => [...document.querySelectorAll('h1, h2, .row__title, strong, .button, .tag')]
  .filter((element) => !element.closest('.unseen') && element.offsetWidth > 1)
  .filter((element) => element.scrollHeight > element.clientHeight + 1 && getComputedStyle(element).display !== 'inline'
    || element.getBoundingClientRect().right > innerWidth)
  .map((element) => element.outerHTML.slice(0, 160))"""


def pack_at(directory: Path) -> Path:
    """The demo pack with one item renamed, in a directory that does not exist yet; gives it."""
    shutil.copytree(ROOT / "city", directory)
    base = directory / "items" / ITEM / "base.yaml"
    text = base.read_text(encoding="utf-8")
    assert _NAME in text
    base.write_text(text.replace(_NAME, f"name: {{zh: {CHINESE}, en: {ENGLISH!r}}}"), encoding="utf-8")
    return directory


@pytest.fixture
def served(tmp_path: Path, built_app: Path) -> Iterator[ServedCity]:
    """A server with the renamed item."""
    settings = served_settings(tmp_path)
    pack = msgspec.structs.replace(settings.city, pack=str(pack_at(tmp_path / "pack")))
    city = ServedCity(tmp_path, msgspec.structs.replace(settings, city=pack))
    yield city
    city.stop()


@pytest.fixture
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium whose user has set text to 200 %."""
    browser = launch(playwright, "--blink-settings=defaultFontSize=32")
    yield browser
    browser.close()


def faults(page: Page) -> list[str]:
    """What is too wide, cut off, or found by axe."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"wide by {wide}"] * (wide > 0) + [f"cut: {each}" for each in page.evaluate(_CLIPPED)] + violations(page)


def test_a_name_of_110_characters_fits_320_pixels_at_twice_the_text(visitors: Visitors, served: ServedCity) -> None:
    assert len(CHINESE) == 110
    case = served.submit(RESIDENT)
    visitor = visitors.open("desk", viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    page = steps.signed_in(visitor, served, RESIDENT)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    screens = {
        "home": "/",
        "search": "/search?q=jzz",
        "services": "/services",
        "item": f"/items/{ITEM}",
        "form": f"/items/{ITEM}/form",
        "cases": "/cases",
        "case": f"/cases/{case}",
    }
    found: dict[str, list[str]] = {}
    for dress, settings in {
        "Chinese": {"language": "zh", "size": "standard"},
        "elder": {"language": "zh", "size": "elder"},
        "English": {"language": "en", "size": "standard"},
    }.items():
        for name, value in settings.items():
            page.evaluate("([name, value]) => localStorage.setItem(name, value)", [f"zhangban.{name}", value])
        for screen, address in screens.items():
            page.goto(address)
            settle(visitor)
            page.get_by_text(ENGLISH if dress == "English" else CHINESE).first.wait_for()
            found[f"{screen}, {dress}"] = faults(page)
    assert {where: what for where, what in found.items() if what} == {}
