"""The main job of a resident, told once for every engine: find, fill in without a network, sign in, submit, follow."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.photos import lease, portrait
from tests.browser.served_city import RESIDENT, ServedCity
from tests.browser.steps import HELD
from tests.browser.wording import ZH
from tests.engines.drivers import LOCATE, Driver

_PATIENCE_S = 45
# What a native control lets one choose from is a window of the platform, which no driver leads: its value is set.
_SET = """(kind, name, value) => {
  const control = (LOCATE)(kind, name, '')
  if (!control) return false
  const wanted = control.options ? [...control.options].find((option) => option.label.trim() === value)?.value : value
  if (wanted === undefined) return false
  control.value = wanted
  for (const type of ['input', 'change']) control.dispatchEvent(new Event(type, { bubbles: true }))
  return true
}""".replace("LOCATE", LOCATE)
_THERE = f"(kind, name) => ({LOCATE})(kind, name, '') !== null"
_HEADING = "() => document.querySelector('h1')?.textContent.replace(/\\s+/g, ' ').trim() ?? ''"
_TEXT = "() => document.body.innerText"
_TAKEN = "() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
_SAVED = "() => document.querySelector('.form__status [role=status]')?.getAttribute('aria-busy') === 'false'"


@dataclass
class Person:
    """Somebody who waits until what they look for is on the screen, and not for ever."""

    driver: Driver

    def until(self, what: str, look: Callable[[], Any]) -> Any:
        """What `look` gives once it is anything; raises AssertionError with what the screen says instead."""
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.15)
        raise AssertionError(f"{self.driver.name} never came to {what!r}; the screen says: {self.driver.ask(_TEXT)!r}")

    def press(self, kind: str, name: str, group: str = "") -> None:
        self.until(f"the {kind} {name}", lambda: self.driver.press(kind, name, group))

    def write(self, name: str, text: str) -> None:
        self.until(f"the field {name}", lambda: self.driver.write(name, text))

    def set(self, name: str, value: str) -> None:
        self.until(f"{value} of {name}", lambda: self.driver.ask(_SET, "field", name, value))

    def attach(self, group: str, path: Path) -> None:
        self.until(f"choosing {path.name}", lambda: self.driver.attach(ZH.choose_picture, path, group))
        self.reads(path.name)

    def reads(self, text: str) -> None:
        self.until(text, lambda: text in str(self.driver.ask(_TEXT)))

    def comes_to(self, heading: str) -> None:
        self.until(f"the screen {heading}", lambda: str(self.driver.ask(_HEADING)) == heading)

    def goes_on(self, button: str) -> None:
        before = str(self.driver.ask(_HEADING))
        self.press("button", button)
        self.until("the next page", lambda: str(self.driver.ask(_HEADING)) not in ("", before))


def main_job(driver: Driver, city: ServedCity, directory: Path) -> None:
    """From home to the case's page; the form is filled in while the server is down. Raises AssertionError."""
    pictures = {"lease.jpg": lease("林晓舟"), "portrait.jpg": portrait()}
    for name, picture in pictures.items():
        (directory / name).write_bytes(picture)
    person = Person(driver)
    driver.open(city.url + "/")
    person.until("a worker that answers", lambda: driver.ask(_TAKEN))
    for address in ("/items/residence-permit", city.form_path()):
        person.until(f"holding {address}", lambda address=address: driver.ask(HELD, address))
    city.stop()

    person.press("link", ZH.search)
    person.write("搜事项", ZH.query)
    person.press("link", ZH.item)
    person.comes_to(ZH.item)
    person.press("link", ZH.start)
    person.press("radio", ZH.ground)
    person.set(ZH.moved_in, "2026-03-02")
    person.reads("已保存在本机")
    person.goes_on(ZH.next_page)
    person.set(ZH.district, ZH.district_choice)
    person.set(ZH.street, ZH.street_choice)
    person.write(ZH.detail, "听涛路 18 号海棠苑 3 栋 502 室")
    person.until("all stored", lambda: driver.ask(_SAVED))
    person.goes_on(ZH.next_page)
    person.press("radio", ZH.proof_kind)
    person.attach(ZH.proof, directory / "lease.jpg")
    person.attach(ZH.photo, directory / "portrait.jpg")
    person.goes_on(ZH.next_page)
    person.press("radio", ZH.card)
    person.goes_on(ZH.review)
    person.comes_to("核对后提交")
    person.reads("听涛路 18 号海棠苑 3 栋 502 室")

    city.start()
    person.press("link", ZH.go_sign_in)
    person.write(ZH.phone, RESIDENT)
    person.press("button", ZH.send_code)
    person.until("the field for the code", lambda: driver.ask(_THERE, "field", ZH.code))
    person.write(ZH.code, city.one_time_code(RESIDENT))
    person.press("button", ZH.sign_in)
    person.press("button", ZH.submit)
    person.comes_to(ZH.received)
    person.press("link", ZH.progress)
    person.comes_to("服务器已收到，等窗口受理")
