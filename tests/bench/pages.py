"""How soon the first page of a phone is there, beside two pages with the same words: a bare one of Vue, one of Vant.

Chromium at a quarter of its speed behind a slow 4G line (1.6 Mbit/s down, 750 kbit/s up, 150 ms), nothing kept from
before; the three in turn, the median of the rounds. Both peers are served by the product's own code for files,
compressed alike.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.served_city import ServedCity
from tests.browser.visitors import PHONE, launch, wait_for_worker
from tests.harness.postgresql import free_port
from tests.harness.served import ROOT

SLOWER = 4
_LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
_PEERS = Path(__file__).parent / "peers"
_SETTLED_S = 3.0
_OBSERVE = """(() => {
  const seen = (window.seen = { largest: 0, tasks: [], shift: 0 })
  const watch = (take) => new PerformanceObserver((list) => list.getEntries().forEach(take))
  const follow = (type, take) => watch(take).observe({ type, buffered: true })
  follow('largest-contentful-paint', (entry) => { seen.largest = entry.startTime })
  follow('longtask', (entry) => seen.tasks.push([entry.startTime, entry.duration]))
  follow('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value })
})()"""
_SEEN = """() => ({
  ...window.seen,
  first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
})"""
_WORDS = """() => {
  const lines = (root) => root.innerText.split('\\n').map((line) => line.trim()).filter(Boolean)
  const tabs = document.querySelector('nav')
  return { lines: lines(document.querySelector('main')), tabs: lines(tabs) }
}"""


class Visit(msgspec.Struct, frozen=True):
    """One visit: milliseconds to both paints, blocked, and until it answers; bytes until loaded; layout shift."""

    first: float
    largest: float
    blocked: float
    interactive: float
    bytes: int
    shift: float


def visit(page: Page, address: str, *, line: dict[str, Any] | None) -> Visit:
    """Opens an address at a quarter of the speed. Raises AssertionError if nothing is drawn."""
    page.add_init_script(_OBSERVE)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    if line:
        session.send("Network.emulateNetworkConditions", line)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    received = [0]
    session.on("Network.loadingFinished", lambda told: received.append(int(told["encodedDataLength"])))
    page.goto(address, wait_until="load")
    needed = sum(received)
    page.wait_for_timeout(_SETTLED_S * 1000)
    seen = page.evaluate(_SEEN)
    assert seen["first"] > 0, f"{address} drew nothing"
    after = [(start, length) for start, length in seen["tasks"] if start + length > seen["first"]]
    blocked = sum(length - 50 for _, length in after)
    interactive = max([seen["first"], *(start + length for start, length in after)])
    return Visit(seen["first"], seen["largest"], blocked, interactive, needed, seen["shift"])


def built_peers(words: dict[str, list[str]], directory: Path) -> dict[str, Path]:
    """Both peers with these words, built by the product's own Vite. Raises CalledProcessError."""
    text = directory / "text.json"
    text.write_bytes(msgspec.json.encode(words))
    built = {}
    for name in ("bare", "vant"):
        built[name] = directory / name
        environment = {**os.environ, "PEER": name, "PEER_TEXT": str(text), "PEER_OUT": str(built[name])}
        subprocess.run(
            [
                ROOT / "node_modules" / ".bin" / "vite",
                "build",
                "--config",
                _PEERS / "vite.config.ts",
                "--logLevel",
                "error",
            ],
            cwd=ROOT,
            env=environment,
            check=True,
        )
    return built


@contextmanager
def served_files(folder: Path) -> Iterator[str]:
    """A built page behind the product's own server for files; gives its address."""
    port = free_port()
    environment = {**os.environ, "PEER_FOLDER": str(folder), "PYTHONPATH": str(ROOT)}
    command = [
        ROOT / ".venv" / "bin" / "granian",
        "--interface",
        "asginl",
        "--port",
        str(port),
        "--no-ws",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen([*command, "tests.bench.peers.server:application"], cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(200):
            try:
                httpx.get(address, timeout=2).raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _new(browser: Browser) -> BrowserContext:
    return browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True, device_scale_factor=2)


def returning(browser: Browser, address: str) -> Visit:
    """A second visit with the network off, everything from what the phone has kept."""
    context = _new(browser)
    page = context.new_page()
    page.goto(address)
    wait_for_worker(page)
    page.wait_for_timeout(_SETTLED_S * 1000)
    page.close()
    context.set_offline(True)
    try:
        return visit(context.new_page(), address, line=None)
    finally:
        context.close()


def page_times(directory: Path, rounds: int) -> dict[str, Visit]:
    """The medians of `ours`, `bare`, `vant` on a cold visit, and of `returning`, ours with the network off."""
    found: dict[str, list[Visit]] = {"ours": [], "bare": [], "vant": [], "returning": []}
    city = ServedCity(directory / "city")
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            context = _new(browser)
            page = context.new_page()
            page.goto(city.url + "/")
            page.wait_for_timeout(_SETTLED_S * 1000)
            built = built_peers(page.evaluate(_WORDS), directory)
            context.close()
            with served_files(built["bare"]) as bare, served_files(built["vant"]) as vant:
                addresses = {"ours": city.url + "/", "bare": bare, "vant": vant}
                for _ in range(rounds):
                    for name, address in addresses.items():
                        context = _new(browser)
                        found[name].append(visit(context.new_page(), address, line=_LINE))
                        context.close()
                    found["returning"].append(returning(browser, city.url + "/"))
            browser.close()
    finally:
        city.stop()
    return {name: _median(visits) for name, visits in found.items()}


def in_words(visit: Visit) -> str:
    """A visit on one line."""
    return (
        f"first paint {visit.first:.0f} ms, largest {visit.largest:.0f} ms, blocked {visit.blocked:.0f} ms,"
        f" answers after {visit.interactive:.0f} ms, {visit.bytes / 1000:.1f} kB until loaded, shift {visit.shift:.3f}"
    )


def _median(visits: list[Visit]) -> Visit:
    return Visit(
        *(statistics.median(getattr(each, name) for each in visits) for name in Visit.__struct_fields__)  # type: ignore[arg-type]
    )
