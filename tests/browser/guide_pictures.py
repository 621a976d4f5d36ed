"""`python -m tests.browser.guide_pictures`: the pictures of docs/user-guide.md, taken from a running city.

They are reduced to 64 colours, which their plain surfaces bear, so that a clone stays small.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Playwright, sync_playwright

from tests.browser import steps
from tests.browser.furnished_city import Furnished, Roles, fresh_city, roles, settle
from tests.browser.served_city import APPROVER, RESIDENT, ServedCity
from tests.browser.visitors import Visitor, Visitors, launch, wait_for_worker
from tests.browser.wording import ZH
from tests.harness.served import ROOT, STAFF_NUMBERS

GUIDE = ROOT / "docs" / "user-guide.md"
OUT = ROOT / "docs" / "pictures" / "guide"
_PICTURE = re.compile(r"!\[[^]]*\]\(pictures/guide/([a-z-]+)\.png\)")
_COLOURS = 64


def named() -> list[str]:
    """The pictures that the guide shows, in its order."""
    return _PICTURE.findall(GUIDE.read_text(encoding="utf-8"))


def keep(page: Page, name: str) -> None:
    """What the screen shows now, as one of the guide's pictures."""
    page.evaluate("document.activeElement?.blur()")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    picture.save(OUT / f"{name}.png", optimize=True)


def show(visitor: Visitor, path: str, name: str) -> None:
    """Opens a screen and keeps it."""
    visitor.page.goto(path)
    settle(visitor)
    keep(visitor.page, name)


def filling(visitors: Visitors, city: ServedCity) -> None:
    """One application from its form without a network to its receipt."""
    phone = visitors.open()
    page = steps.signed_in(phone, city, RESIDENT)
    wait_for_worker(page)
    page.goto("/items/residence-permit/form")
    settle(phone)
    phone.offline(True)
    steps.answer_first_page(page)
    steps.stored(page)
    steps.next_page(page)
    steps.answer_address(page)
    steps.stored(page)
    keep(page, "form")
    phone.offline(False)
    steps.next_page(page)
    steps.answer_proof(page)
    steps.next_page(page)
    page.get_by_role("radio", name=ZH.card).check()
    steps.next_page(page)
    page.wait_for_load_state("networkidle")
    keep(page, "review")
    page.get_by_role("button", name=ZH.submit).click()
    page.get_by_role("link", name=ZH.progress).wait_for()
    keep(page, "receipt")


def deciding(visitors: Visitors, furnished: Furnished) -> None:
    """The approver's sheet that asks why."""
    approver = visitors.open("desk")
    steps.signed_in_at_desk(approver, STAFF_NUMBERS[APPROVER])
    approver.page.goto(f"/desk/cases/{furnished.case}")
    settle(approver)
    approver.page.get_by_text("其他办理").click()
    approver.page.get_by_role("button", name="不予批准").click()
    approver.page.get_by_role("textbox", name="理由").fill("租房合同已经到期，请续签后重新申请。")
    keep(approver.page, "decide")


def take(furnished: Furnished, visitors: Visitors, people: Roles) -> None:
    """All pictures of the guide."""
    resident, clerk = people.resident, people.staff
    show(resident, "/", "home")
    show(people.anyone, "/items/residence-permit", "item")
    filling(visitors, furnished.city)
    show(resident, f"/cases/{furnished.case}", "case")
    show(resident, f"/cases/{furnished.correcting}", "correct")
    show(resident, f"/certificates/{furnished.certificate}", "certificate")
    show(resident, "/me/family", "family")
    show(people.others["agent"], f"/desk/cases/{furnished.case}", "agent")
    show(clerk, "/desk/queue/open", "queue")
    show(clerk, f"/desk/cases/{furnished.case}", "desk-case")
    deciding(visitors, furnished)
    show(clerk, "/desk/counter", "counter")


def take_all(playwright: Playwright, directory: Path) -> list[str]:
    """Takes them from a fresh city; gives what went wrong in any browser."""
    OUT.mkdir(parents=True, exist_ok=True)
    furnished = fresh_city(directory)
    browser = launch(playwright)
    try:
        visitors = Visitors(browser, furnished.city.url)
        take(furnished, visitors, roles(visitors, furnished))
        return visitors.close()
    finally:
        browser.close()
        furnished.city.stop()


def main() -> int:
    """Takes the pictures; 1 when a browser had an error."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as directory:
        errors = take_all(playwright, Path(directory))
    print(f"{len(named())} pictures in {OUT}")
    for error in errors:
        print(f"  {error}", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    raise SystemExit(main())
