"""Days on screens: a year that is imported moves what is shown, and an extension names who approved it."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

from playwright.sync_api import expect

from backend.foundation.calendar import import_year, load_calendar
from backend.foundation.calendar_file import YearNotice
from backend.foundation.database import open_database
from backend.foundation.time_source import SHANGHAI, TimeSource
from tests.browser import steps
from tests.browser.served_city import RESIDENT, ServedCity, apart
from tests.browser.test_accessibility import violations
from tests.browser.test_shared_work import APPROVER, CLERK, ITEM, applied
from tests.browser.visitors import Visitors
from tests.harness.served import ROOT

PICTURES = ROOT / "build" / "screenshots"
TITLE = "国务院办公厅关于部分节假日安排的通知"


def two_weeks_off(city: ServedCity) -> None:
    """A notice makes every working day of the next two weeks free, as far as they are in one year."""
    tomorrow = datetime.now(SHANGHAI).date() + timedelta(days=1)
    days = [tomorrow + timedelta(days=each) for each in range(14)]
    free = {day for day in days if day.year == tomorrow.year and day.weekday() < 5}

    async def put() -> None:
        database = await open_database(city.settings.database.url, bind=False)
        known = (await load_calendar(database)).years.get(tomorrow.year)
        holidays, workdays = (known.holidays, known.workdays) if known else (frozenset[date](), frozenset[date]())
        notice = YearNotice(tomorrow.year, TITLE, tomorrow, holidays | free, workdays - set(days))
        assert await import_year(database, notice, TimeSource().now())
        await database.close()

    apart(put())


def test_the_desk_reads_which_days_moved_and_who_approved_more_and_a_guide_reckons_by_the_imported_year(
    visitors: Visitors, served: ServedCity
) -> None:
    case = applied(served)
    served.command(CLERK, case, "accept")
    PICTURES.mkdir(parents=True, exist_ok=True)

    reader = visitors.open().page
    reader.goto(f"/items/{ITEM}")
    expected = reader.locator(".guide__today")
    expect(expected).to_be_visible()
    before = expected.inner_text()

    desk = visitors.open("desk")
    page = steps.signed_in(desk, served, APPROVER, f"/desk/cases/{case}")
    page.get_by_text("其他办理").click()
    page.get_by_role("button", name="延长时限").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text("要先经本级人民政府负责人批准")).to_be_visible()
    sheet.get_by_label("延长几天，最多 15 天").fill("15")
    sheet.get_by_role("textbox").last.fill("三个部门的意见还没有齐")
    assert violations(page) == []
    page.screenshot(path=PICTURES / "desk-case-extend-jointly.png")
    sheet.get_by_role("button", name="延长时限").click()
    course = page.get_by_role("region", name="经过")
    expect(course.get_by_text("经本级人民政府负责人批准")).to_be_visible()

    two_weeks_off(served)
    # The house follows within five seconds, and after fifteen its cases do.
    until = time.monotonic() + 60
    while course.get_by_text("原来估计").count() == 0 and time.monotonic() < until:
        page.wait_for_timeout(2000)
        page.reload()
        expect(course).to_be_visible()
    expect(course.get_by_text("原来估计")).to_be_visible()
    expect(course.get_by_text(TITLE)).to_be_visible()
    reader.reload()
    expect(expected).not_to_have_text(before)
    assert violations(page) == []
    page.screenshot(path=PICTURES / "desk-case-moved.png", full_page=True)

    mine = steps.signed_in(visitors.open(), served, RESIDENT, f"/cases/{case}")
    expect(mine.get_by_text("经本级人民政府负责人批准").filter(visible=True).first).to_be_visible()
    assert violations(mine) == []
    mine.screenshot(path=PICTURES / "case-extended-jointly.png", full_page=True)

    mine.goto(f"/cases/{case}/documents/1")
    expect(mine.get_by_text("告知是否受理").first).to_be_visible()
    mine.screenshot(path=PICTURES / "document-receipt.png", full_page=True)
    mine.goto(f"/cases/{case}/documents/3")
    expect(mine.get_by_text("这次延长经本级人民政府负责人批准").first).to_be_visible()
    mine.screenshot(path=PICTURES / "document-extension.png", full_page=True)
