"""Chromium as people use it: phones and desks, and a watch that notices what they would not report."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    ViewportSize,
)

Found = TypeVar("Found")

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Native controls speak the browser's language, not the page's.
    "--lang=zh-CN",
]
PHONE: ViewportSize = {"width": 390, "height": 844}
SMALL_PHONE: ViewportSize = {"width": 360, "height": 800}
DESK: ViewportSize = {"width": 1280, "height": 800}
PATIENCE_MS = 30_000
"""How long a screen may take to show what it will show: a busy machine judges a whole pack or a password meanwhile."""

# What a cut network and a left page look like from inside; the tests cut it themselves.
_NETWORK_AWAY = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_ABORTED", "net::ERR_NETWORK_CHANGED")
# Replies of 400 and above are judged by the watch itself, with their address.
_ECHO_OF_REPLY = "Failed to load resource"
# How the app asks whether the server holds a picture already.
_ASKED_WHETHER_KNOWN = re.compile(r"HEAD 404 \S+/api/v1/files/")
_REPORT_VIOLATIONS = """addEventListener('securitypolicyviolation', (event) => {
  console.error(`content policy: ${event.effectiveDirective} ${event.blockedURI} at ${event.sourceFile}`)
})"""


def launch(playwright: Playwright, *flags: str) -> Browser:
    """Debian's Chromium. Raises FileNotFoundError when there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise FileNotFoundError("Chromium is not installed: run scripts/system-packages")
    environment: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "zh_CN"}
    return playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags], env=environment)


@dataclass
class Watch:
    """Collects the errors of a context: scripts, console, content policy, failed requests, replies of 400 and above."""

    errors: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=lambda: [_ASKED_WHETHER_KNOWN])

    def expect(self, pattern: str) -> None:
        """Allows replies like `POST 409 /api/v1/desk/…`: a refusal that the test is about."""
        self.expected.append(re.compile(pattern))

    def follow(self, context: BrowserContext) -> None:
        """Starts watching."""
        context.add_init_script(_REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.errors.append(f"script: {error.error}"))
        context.on("response", self._response)
        context.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_ECHO_OF_REPLY):
            self.errors.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        said = f"{response.request.method} {response.status} {response.url}"
        if response.status >= 400 and not any(pattern.search(said) for pattern in self.expected):
            self.errors.append(f"reply: {said}")

    def _failed(self, request: Request) -> None:
        if request.failure not in _NETWORK_AWAY:
            self.errors.append(f"request: {request.method} {request.url} {request.failure}")


@dataclass
class Visitor:
    """One person's browser with storage of its own."""

    context: BrowserContext
    page: Page
    watch: Watch

    def offline(self, away: bool) -> None:
        """Cuts the network, for the pages and for their worker, or gives it back."""
        self.context.set_offline(away)


class Visitors:
    """Opens browsers of people against one server, and asks of all of them that nothing went wrong."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self._browser = browser
        self._base_url = base_url
        self.opened: list[Visitor] = []

    def open(self, kind: str = "phone", *, english: bool = False, **options: object) -> Visitor:
        """A phone (390×844, touch) or a desk (1280×800), Chinese unless told otherwise."""
        chosen: dict[str, object] = {
            "base_url": self._base_url,
            "locale": "en-GB" if english else "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "viewport": PHONE,
            "has_touch": True,
            "is_mobile": True,
            "device_scale_factor": 2,
        }
        if kind == "desk":
            chosen |= {"viewport": DESK, "has_touch": False, "is_mobile": False, "device_scale_factor": 1}
        context = self._browser.new_context(**(chosen | options))  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch()
        watch.follow(context)
        visitor = Visitor(context, context.new_page(), watch)
        self.opened.append(visitor)
        return visitor

    def picture(self, directory: Path, name: str) -> None:
        """Keeps what every open page shows."""
        directory.mkdir(parents=True, exist_ok=True)
        for number, visitor in enumerate(self.opened):
            visitor.page.screenshot(path=directory / f"{name}-{number}.png", full_page=True)

    def close(self) -> list[str]:
        """Closes all; gives what went wrong in any of them."""
        for visitor in self.opened:
            visitor.context.close()
        return [error for visitor in self.opened for error in visitor.watch.errors]


def until(page: Page, look: Callable[[], Found]) -> Found:
    """What a look finds once it finds something. Raises TimeoutError.

    For what `expect` cannot see: `wait_for_function` takes a promise for an answer, whatever it brings.
    """
    end = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < end:
        if found := look():
            return found
        page.wait_for_timeout(50)
    raise TimeoutError("nothing came")


def wait_for_worker(page: Page) -> None:
    """Until the service worker holds the app and answers for this page."""
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
