"""A certificate is renewed from the wallet on: until when, with which form, and which one is shown afterwards."""

from __future__ import annotations

from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from backend.opening import open_house
from tests.api.renewal_builders import ITEM, NURSE_APPROVER, NURSE_CLERK, hold
from tests.browser import steps
from tests.browser.photos import lease, portrait
from tests.browser.served_city import RESIDENT, ServedCity, apart
from tests.browser.test_procedure import in_every_dress
from tests.browser.visitors import Visitors
from tests.browser.wording import ZH
from tests.harness.served import API


def held(served: ServedCity, ends_in: int) -> str:
    """A nurse's certificate of the resident that ends in so many days; its id."""
    with closing(served.sign_in(RESIDENT)) as browser:
        account = browser.get(f"{API}/session").json()["account"]["id"]
    made: list[str] = []

    async def put() -> None:
        async with open_house(served.settings, loops=False) as (house, _loops):
            made.append(await hold(house, account, ends_in=ends_in))

    apart(put())
    return made[0]


def test_a_nurse_renews_her_certificate_from_the_wallet_and_shows_the_new_one(
    served: ServedCity, visitors: Visitors
) -> None:
    old = held(served, 80)
    phone = visitors.open()
    page = steps.signed_in(phone, served, RESIDENT, f"/certificates/{old}")
    main = page.get_by_role("main")
    expect(main.get_by_text("可以申请延续了")).to_be_visible()
    expect(main).to_contain_text("护士条例第十条")
    in_every_dress(phone, "a certificate that may be renewed")
    page.get_by_role("link", name="申请延续").click()
    expect(main.get_by_text("这份申请是延续证照")).to_be_visible()
    fill_in(page)
    # The draft has it, not the address of the page.
    page.reload()
    expect(main.get_by_text("这份申请是延续证照")).to_be_visible()
    in_every_dress(phone, "the form of a renewal", reloads=False)
    page.get_by_role("button", name=ZH.submit).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ZH.received)
    page.get_by_role("link", name=ZH.progress).click()
    expect(main).to_contain_text("到期前没有作出决定，视为准予延续（行政许可法第五十条）")
    case = page.url.rpartition("/")[2]
    page.goto(f"/certificates/{old}")
    expect(main.get_by_text("延续正在办")).to_be_visible()
    served.command(NURSE_CLERK, case, "accept")
    desk = visitors.open("desk")
    screen = steps.signed_in(desk, served, NURSE_APPROVER, f"/desk/cases/{case}")
    expect(screen.get_by_role("main")).to_contain_text("到期前没有作出决定，视为准予延续")
    screen.get_by_role("button", name="准予", exact=True).click()
    expect(screen.get_by_role("main")).to_contain_text("已办结")
    phone.watch.expect(r"POST 409 \S+/credentials")
    page.reload()
    expect(main.get_by_text("这张证已延续")).to_be_visible()
    page.get_by_role("link", name="打开新证").click()
    expect(main).to_contain_text(".002.")
    expect(main.get_by_text("延续", exact=True)).to_be_visible()


def fill_in(page: Page) -> None:
    page.get_by_role("radio", name="护理").check()
    page.get_by_label("毕业学校", exact=True).fill("静海医学院")
    page.get_by_label("哪天通过护士执业资格考试的？", exact=True).fill("2026-07-10")
    page.get_by_role("radio", name="没满 3 年").check()
    steps.next_page(page)
    page.get_by_label("医疗卫生机构全名", exact=True).fill("云海市第二人民医院")
    page.get_by_label("它在哪个区？", exact=True).select_option(label=ZH.district_choice)
    steps.next_page(page)
    steps.attach(page, "拟聘用证明的照片", "letter.jpg", lease("林晓舟"))
    steps.attach(page, "体检证明的照片", "health.jpg", portrait())
    steps.next_page(page)
    page.get_by_role("radio", name="不用，电子证书就够").check()
    steps.next_page(page)


@pytest.mark.parametrize(
    ("ends_in", "words"), [(20, "申请延续的时间已过"), (300, "起可以申请，最晚")], ids=["too late", "too early"]
)
def test_a_certificate_says_when_it_is_too_early_or_too_late_to_renew_it(
    served: ServedCity, visitors: Visitors, ends_in: int, words: str
) -> None:
    old = held(served, ends_in)
    phone = visitors.open()
    page = steps.signed_in(phone, served, RESIDENT, f"/certificates/{old}")
    expect(page.get_by_role("main")).to_contain_text(words)
    expect(page.get_by_role("link", name="申请延续")).to_have_count(0)
    in_every_dress(phone, words)


def test_an_application_begun_as_a_renewal_can_be_made_a_new_one(served: ServedCity, visitors: Visitors) -> None:
    old = held(served, 80)
    phone = visitors.open()
    page = steps.signed_in(phone, served, RESIDENT, f"/items/{ITEM}/form?renews={old}")
    notice = page.get_by_text("这份申请是延续证照")
    expect(notice).to_be_visible()
    page.get_by_role("button", name="改为新申请").click()
    expect(notice).to_be_hidden()
