"""What has been shown stays where it is while the rest arrives."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

from tests.browser import steps
from tests.browser.served_city import ITEM, RESIDENT, ServedCity
from tests.browser.visitors import Visitors

_WATCH = """(() => {
  window.shifts = []
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) {
      if (shift.hadRecentInput) continue
      window.shifts.push([shift.value, shift.sources.map(({ node }) => (node?.outerHTML ?? '').slice(0, 90))])
    }
  }).observe({ type: 'layout-shift', buffered: true })
})()"""


def moved(page: Page) -> float:
    """How much has moved since the page was opened (Cumulative Layout Shift, here the sum); 0.1 and more is bad."""
    page.wait_for_timeout(600)
    found: list[tuple[float, list[str]]] = page.evaluate("window.shifts")
    return sum(value for value, _what in found)


@pytest.mark.parametrize("size", ["standard", "elder"])
def test_home_does_not_move_when_drafts_and_cases_arrive(visitors: Visitors, served: ServedCity, size: str) -> None:
    served.submit(RESIDENT)
    visitor = visitors.open()
    page = steps.signed_in(visitor, served, RESIDENT, f"/items/{ITEM}/form")
    steps.answer_first_page(page)
    steps.next_page(page)
    steps.stored(page)
    page.evaluate("(size) => localStorage.setItem('zhangban.size', size)", size)
    visitor.context.add_init_script(_WATCH)

    def later(route: Route) -> None:
        page.wait_for_timeout(700)
        route.continue_()

    network = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": -1}
    line = visitor.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", network)
    found: dict[str, float] = {}
    for slow in ("nothing", "cases", "popular", "session"):
        visitor.context.route(f"**/api/v1/{slow}*", later)
        page.goto("/")
        page.get_by_role("heading", name="正在办").wait_for()
        page.get_by_role("heading", name="大家常办").wait_for()
        found[f"{slow} is late"] = moved(page)
        visitor.context.unroute_all()
    assert {late: much for late, much in found.items() if much >= 0.1} == {}
