"""How long a keystroke takes in the search screen of a phone: `python -m tests.bench.phone_search`.

Chromium at a quarter of its speed; from the input event until the answers are laid out. Lists of different lengths
stand in for the city's own.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from backend.city.city import City
from tests.browser.served_city import ServedCity
from tests.browser.visitors import PHONE, launch
from tests.harness.served import API, ROOT
from tests.search.generated import generated_items, rules_for
from tests.search.table import queries

SLOWER = 4
LENGTHS = (37, 1_000, 10_000)
# Types each query letter by letter and waits for Vue to have drawn and the browser to have laid out.
KEYSTROKES = """async (asked) => {
  const box = document.querySelector('input[type=search]')
  const times = []
  for (const query of asked) {
    for (let end = 1; end <= query.length; end++) {
      await new Promise((resolve) => setTimeout(resolve, 2))
      const started = performance.now()
      box.value = query.slice(0, end)
      box.dispatchEvent(new Event('input'))
      for (let turn = 0; turn < 5; turn++) await null
      document.body.offsetHeight
      times.push(performance.now() - started)
    }
  }
  return times
}"""


def keystrokes(
    browser: Browser, url: str, listed: dict[str, Any], template: dict[str, Any]
) -> tuple[list[float], float]:
    """The milliseconds of every keystroke of some queries over a list, and the processor time of one in the mean.

    The second is what a machine busy with other things does not distort; it has all that follows a keystroke, too.
    """
    whole = {**listed, "items": [{**template, **item} for item in listed["items"]]}
    context = browser.new_context(base_url=url, viewport=PHONE, service_workers="block")
    context.route("**/api/v1/items", lambda route: route.fulfill(json=whole))
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1000 * sum(each["value"] for each in metrics if each["name"] == "TaskDuration")

    page.goto("/search")
    page.locator(".card .row").nth(20).wait_for(timeout=120_000)
    page.wait_for_timeout(2_000)
    asked = [query.text for query in queries()][::12]
    before = busy()
    times: list[float] = page.evaluate(KEYSTROKES, asked)
    mean = (busy() - before) / len(times)
    context.close()
    return sorted(times), mean


def main() -> None:
    """Prints the figures."""
    words = City.load(ROOT / "city").search_words
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        city = ServedCity(Path(directory))
        browser = launch(playwright)
        try:
            with city.client() as client:
                template = client.get(f"{API}/items").json()["items"][0]
            for length in LENGTHS:
                items = generated_items(length)
                listed = {"hash": "", "items": items, "search": rules_for(items, words)}
                times, mean = keystrokes(browser, city.url, listed, template)
                print(
                    f"{length:6} items: {len(times)} keystrokes, median {statistics.median(times):.1f} ms,"
                    f" p90 {times[len(times) * 9 // 10]:.1f} ms, p99 {times[len(times) * 99 // 100]:.1f} ms;"
                    f" processor time {mean:.1f} ms in the mean"
                )
        finally:
            browser.close()
            city.stop()


if __name__ == "__main__":
    main()
