"""The page of the components, in every dress: axe, roles and names, focus, motion, colours on each other, paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.served_city import ServedCity
from tests.browser.test_accessibility import sideways, violations
from tests.browser.visitors import DESK, SMALL_PHONE, Visitor, Visitors
from tests.harness.served import ROOT

_EXAMPLES = """() => [...document.querySelectorAll('[data-example]')].map((frame) =>
  ({ id: frame.dataset.example, ...JSON.parse(frame.dataset.looked) }))"""
# Each text on the page with what is behind it; grounds that let something through are left to axe.
_PAIRS = r"""() => {
  const found = new Set()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('.unseen')) continue
    let behind = element
    while (behind && getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement
    if (behind) found.add(getComputedStyle(element).color + ' on ' + getComputedStyle(behind).backgroundColor)
  }
  return [...found]
}"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, built_app: Path) -> Iterator[ServedCity]:
    made = ServedCity(tmp_path_factory.mktemp("components"))
    yield made
    made.stop()


@pytest.fixture
def visitor(city: ServedCity, chromium: Browser) -> Iterator[Visitor]:
    """Somebody with a small phone; at the end nothing has gone wrong in it."""
    visitors = Visitors(chromium, city.url)
    yield visitors.open(viewport=SMALL_PHONE, reduced_motion="reduce")
    assert visitors.close() == []


def opened(visitor: Visitor, **remembered: str) -> Page:
    """The page in a dress that the phone remembers."""
    page = visitor.page
    page.goto("/_components")
    for name, value in remembered.items():
        page.evaluate("([name, value]) => localStorage.setItem(name, value)", [f"zhangban.{name}", value])
    if remembered:
        page.reload()
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-example='Skeleton-0'] .skeleton")).to_be_visible()
    return page


def missing(page: Page) -> list[str]:
    """What an example says that people find in it, and that Chromium's tree of roles and names does not have."""
    lacking = []
    examples: list[dict[str, Any]] = page.evaluate(_EXAMPLES)
    assert len(examples) > 60
    for example in examples:
        frame = page.locator(f"[data-example='{example['id']}']")
        if example["opens"]:
            frame.get_by_role("button").first.click()
        for each in example["shows"]:
            found = frame.get_by_role(each["role"], name=each.get("name"), exact=True)
            if found.count() == 0:
                lacking.append(f"{example['id']}: {each}")
        lacking += [f"{example['id']}: {words}" for words in example["says"] if not frame.get_by_text(words).count()]
        if example["opens"]:
            page.keyboard.press("Escape")
    return lacking


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["standard", "elder"])
def test_no_component_has_a_violation_or_is_wider_than_a_phone(visitor: Visitor, scheme: str, size: str) -> None:
    visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = opened(visitor, size=size)
    # One part is shown several times here, as it is nowhere in the product.
    found = [each for each in violations(page) if not each.startswith("landmark-unique")]
    assert (found, sideways(page)) == ([], 0)


def test_the_sizes_of_the_desk_have_no_violation_either(visitor: Visitor) -> None:
    visitor.page.set_viewport_size(DESK)
    visitor.page.goto("/_components?desk")
    visitor.page.get_by_role("heading", level=1).wait_for()
    size = visitor.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--target')")
    assert size.strip() == "44px"
    assert [each for each in violations(visitor.page) if not each.startswith("landmark-unique")] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_chromium_finds_by_role_and_name_what_each_example_says_it_shows(visitor: Visitor, language: str) -> None:
    assert missing(opened(visitor, language=language)) == []


def test_an_open_dialog_has_no_violation_keeps_the_focus_and_gives_it_back(visitor: Visitor) -> None:
    page = opened(visitor)
    found = {}
    for name in ("Dialog-0", "ConfirmDialog-0", "Sheet-0"):
        opener = page.locator(f"[data-example='{name}']").get_by_role("button").first
        opener.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        # The heading has the focus: a second Enter confirms nothing.
        expect(dialog.get_by_role("heading")).to_be_focused()
        page.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            found[name, scheme] = [each for each in violations(page) if not each.startswith("landmark-unique")]
        # Beyond the last control is the browser, or the dialog again; never the page behind.
        for _ in range(8):
            page.keyboard.press("Tab")
            outside = "document.activeElement !== document.body && !document.activeElement.closest('dialog')"
            assert not page.evaluate(outside)
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(opener).to_be_focused()
    assert {where: what for where, what in found.items() if what} == {}


def test_a_sheet_rises_from_below_on_a_phone_and_stands_beside_on_a_desk_and_still_with_reduced_motion(
    visitor: Visitor,
) -> None:
    page = opened(visitor)
    opener = page.locator("[data-example='Sheet-0']").get_by_role("button").first
    opener.click()
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert (box["x"], box["width"], round(box["y"] + box["height"])) == (0, 360, 800)
    # No higher than what it holds.
    assert 200 < box["height"] < 400
    assert page.evaluate("document.getAnimations().length") == 0
    page.keyboard.press("Escape")
    page.set_viewport_size(DESK)
    opener.click()
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert (round(box["x"] + box["width"]), box["width"], box["y"], round(box["height"])) == (1280, 560, 0, 800)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_on_a_ground_whose_contrast_is_computed(visitor: Visitor, scheme: str) -> None:
    visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = opened(visitor)
    page.locator("[data-example='ConfirmDialog-0']").get_by_role("button").first.click()
    computed = json.loads((ROOT / "pwa" / "tests" / "pairs.json").read_text(encoding="utf-8"))
    known = page.evaluate(
        """(pairs) => {
          const probe = document.body.appendChild(document.createElement('i'))
          const colour = (token) => {
            probe.style.color = `var(--${token})`
            return getComputedStyle(probe).color
          }
          return pairs.map(([text, ground]) => `${colour(text)} on ${colour(ground)}`)
        }""",
        computed["texts"],
    )
    used: list[str] = page.evaluate(_PAIRS)
    assert len(used) > 10
    assert sorted(set(used) - set(known)) == []


def test_paper_has_what_is_said_and_nothing_to_press(visitor: Visitor) -> None:
    page = opened(visitor)
    page.emulate_media(media="print")
    expect(page.locator("[data-example='QrPanel-0'] svg")).to_be_visible()
    expect(page.locator("[data-example='ClockPicture-0'] .clock__picture")).to_be_visible()
    for hidden in ("Button-0", "OfflineBar-0", "TabBar-0"):
        expect(page.locator(f"[data-example='{hidden}'] > *").first).to_be_hidden()
