"""Three ways to lead a browser behind one surface: Playwright, puppeteer-core over BiDi, WebKit's WebDriver."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Page
from selenium import webdriver
from selenium.common.exceptions import JavascriptException, WebDriverException
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.browser.visitors import PHONE

_TEXT = (Path(__file__).parent / "locating.js").read_text(encoding="utf-8")
# The first line of the file is its comment; what follows the semicolon is one expression.
LOCATE = _TEXT.split("\n;", 1)[1].rstrip()
_BRIDGE = Path(__file__).parent / "firefox.mjs"
_PATIENCE_S = 60


class Driver(Protocol):
    """What the main job needs of a browser. What is not there answers False; the script waits and asks again."""

    name: str

    def open(self, address: str) -> None:
        """Opens an address and waits until it has loaded."""

    def ask(self, script: str, *words: str) -> Any:
        """What a function of the page's own language answers; a promise is waited for."""

    def press(self, kind: str, name: str, group: str = "") -> bool:
        """Clicks what a person would name so, as a person does."""

    def write(self, name: str, text: str) -> bool:
        """Types into the field of that label."""

    def attach(self, name: str, path: Path, group: str = "") -> bool:
        """Chooses a file of this machine."""

    def key(self, name: str) -> None:
        """Presses one key: `Tab`, `Enter` or `Space`."""

    def close(self) -> None:
        """Ends the browser."""


class Chromium:
    """Chromium through Playwright."""

    name = "Chromium"

    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, address: str) -> None:
        self._page.goto(address)

    def ask(self, script: str, *words: str) -> Any:
        return self._page.evaluate(f"(words) => ({script})(...words)", list(words))

    def _find(self, kind: str, name: str, group: str) -> Any:
        return self._page.evaluate_handle(f"(words) => ({LOCATE})(...words)", [kind, name, group]).as_element()

    def press(self, kind: str, name: str, group: str = "") -> bool:
        found = self._find(kind, name, group)
        if found:
            found.click()
        return found is not None

    def write(self, name: str, text: str) -> bool:
        found = self._find("field", name, "")
        if found:
            found.type(text)
        return found is not None

    def attach(self, name: str, path: Path, group: str = "") -> bool:
        found = self._find("file", name, group)
        if found:
            found.set_input_files(str(path))
        return found is not None

    def key(self, name: str) -> None:
        self._page.keyboard.press(name)

    def close(self) -> None:
        self._page.context.close()


class Firefox:
    """Firefox ESR through puppeteer-core, which runs in a process of Node. Raises FileNotFoundError without Firefox."""

    name = "Firefox"

    def __init__(self) -> None:
        program = shutil.which("firefox-esr") or shutil.which("firefox")
        if program is None:
            raise FileNotFoundError("Firefox ESR is not installed: run scripts/system-packages")
        told = json.dumps({"program": program, **PHONE})
        self._process = subprocess.Popen(
            ["node", str(_BRIDGE), told], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def _order(self, order: str, **rest: Any) -> Any:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"order": order, **rest}) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"Firefox ended during {order}")
        reply = json.loads(line)
        if "fault" in reply:
            if "context" in reply["fault"] or "detached" in reply["fault"] or "no such" in reply["fault"]:
                return False
            raise RuntimeError(f"Firefox, {order}: {reply['fault']}")
        return reply["value"]

    def _locator(self, kind: str, name: str, group: str) -> dict[str, Any]:
        return {"script": LOCATE, "words": [kind, name, group]}

    def open(self, address: str) -> None:
        self._order("open", address=address)

    def ask(self, script: str, *words: str) -> Any:
        return self._order("ask", script=script, words=list(words))

    def press(self, kind: str, name: str, group: str = "") -> bool:
        return bool(self._order("press", locator=self._locator(kind, name, group)))

    def write(self, name: str, text: str) -> bool:
        return bool(self._order("write", locator=self._locator("field", name, ""), text=text))

    def attach(self, name: str, path: Path, group: str = "") -> bool:
        return bool(self._order("attach", locator=self._locator("file", name, group), path=str(path)))

    def key(self, name: str) -> None:
        self._order("key", name=name)

    def close(self) -> None:
        if self._process.poll() is None and self._process.stdin is not None:
            self._process.stdin.write('{"order": "close"}\n')
            self._process.stdin.close()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()


class WebKit:
    """WebKitGTK through its own WebDriver. It takes no pictures: asking it for one hangs for ever."""

    name = "WebKitGTK"

    def __init__(self, display: str) -> None:
        if shutil.which("WebKitWebDriver") is None:
            raise FileNotFoundError("WebKitGTK's driver is not installed: run scripts/system-packages")
        options = Options()
        options.accept_insecure_certs = True
        environment = {**os.environ, "DISPLAY": display, "WEBKIT_DISABLE_COMPOSITING_MODE": "1", "LANGUAGE": "zh_CN"}
        self._driver = webdriver.WebKitGTK(options=options, service=Service(env=environment))
        self._driver.set_page_load_timeout(_PATIENCE_S)
        self._driver.set_script_timeout(_PATIENCE_S)
        self._driver.set_window_size(PHONE["width"], PHONE["height"])

    def open(self, address: str) -> None:
        self._driver.get(address)

    def ask(self, script: str, *words: str) -> Any:
        words_and_end = "const end = arguments[arguments.length - 1], words = [...arguments].slice(0, -1)"
        waited = f"{words_and_end}; Promise.resolve(({script})(...words)).then(end)"
        try:
            return self._driver.execute_async_script(waited, *words)
        except JavascriptException:
            return False

    def _find(self, kind: str, name: str, group: str) -> Any:
        try:
            return self._driver.execute_script(f"return ({LOCATE})(...arguments)", kind, name, group)
        except JavascriptException:
            return None

    def press(self, kind: str, name: str, group: str = "") -> bool:
        found = self._find(kind, name, group)
        if found is None:
            return False
        try:
            # Its driver scrolls as little as it can, which leaves things below the bar at the foot.
            self._driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
            found.click()
        except WebDriverException:
            return False
        return True

    def write(self, name: str, text: str) -> bool:
        found = self._find("field", name, "")
        if found is not None:
            found.send_keys(text)
        return found is not None

    def attach(self, name: str, path: Path, group: str = "") -> bool:
        found = self._find("file", name, group)
        if found is not None:
            found.send_keys(str(path))
        return found is not None

    def key(self, name: str) -> None:
        keys = {"Tab": Keys.TAB, "Enter": Keys.ENTER, "Space": Keys.SPACE}
        webdriver.ActionChains(self._driver).send_keys(keys[name]).perform()

    def close(self) -> None:
        self._driver.quit()
