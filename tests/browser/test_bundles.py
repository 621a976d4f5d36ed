"""A whole bundle on a phone: one questionnaire, one form, several cases with their numbers, one progress view."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.served_city import RESIDENT, ServedCity
from tests.browser.test_accessibility import sideways, violations
from tests.browser.visitors import Visitors


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_role("radio", name=answer, exact=True).check()


def write(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).fill(text)


def on(page: Page, heading: str) -> None:
    steps.stored(page)
    page.get_by_role("button", name="保存，下一步").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert violations(page) == []
    assert sideways(page) == 0


def address(page: Page, district: str) -> None:
    page.get_by_label(district, exact=True).select_option(label="临江区")
    page.get_by_label("街道", exact=True).select_option(label="望潮街道")
    write(page, "小区和门牌号", "听涛路 18 号海棠苑 3 栋 502 室")


def answer_newborn(page: Page) -> None:
    """From the bundle's page to the page before the review."""
    page.get_by_role("link", name="一次填好，一起办").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("先选一选")
    choose(page, "生育登记办过了吗？", "办过了")
    choose(page, "给孩子参加居民医保吗？", "参加")
    choose(page, "给孩子办社保卡吗？", "先不办")
    on(page, "孩子的爸爸妈妈是谁？")
    choose(page, "您是孩子的谁？", "妈妈")
    write(page, "另一位家长的姓名", "赵明")
    write(page, "另一位家长的公民身份号码", "990822199107220399")
    choose(page, "出生医学证明上还写了谁？", "另一位家长，我们登记结婚了")
    on(page, "孩子的情况")
    write(page, "孩子的姓名", "林安然")
    choose(page, "性别", "女")
    write(page, "哪天出生的？", "2026-11-20")
    page.get_by_label("在哪个区的医院出生？", exact=True).select_option(label="临江区")
    write(page, "医院名称", "云海市妇幼保健院")
    write(page, "民族", "汉族")
    on(page, "怎么联系您、怎么给您？")
    choose(page, "要纸质证吗？", "不用，电子证就够")
    on(page, "孩子的户口落在哪里？")
    choose(page, "跟谁的户口？", "跟我")
    write(page, "户主姓名", "林国栋")
    choose(page, "孩子是户主的谁？", "孙子女或外孙子女")
    address(page, "户口所在的区")


def test_a_newborn_is_filed_once_and_followed_as_one(visitors: Visitors, served: ServedCity) -> None:
    visitor = visitors.open("phone")
    page = steps.signed_in(visitor, served, RESIDENT, "/bundles/newborn")
    expect(page.get_by_role("heading", level=1)).to_have_text("新生儿出生一件事")
    assert violations(page) == []
    answer_newborn(page)
    # Nothing is lost when the page goes: the form of what was chosen is there again.
    steps.stored(page)
    page.reload()
    expect(page.get_by_label("户主姓名", exact=True)).to_have_value("林国栋")
    page.get_by_role("button", name="保存，去核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对后提交")
    assert violations(page) == []
    page.get_by_role("button", name="提交申请", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("服务器已收到")
    assert violations(page) == []
    expect(page.get_by_text("前一项办好后自动提交，不用再填")).to_be_visible()
    page.get_by_role("link", name="看进度").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("正在一项一项地办")
    expect(page.get_by_role("heading", level=2)).to_have_text(["第 1 步", "第 2 步", "第 3 步"])
    assert violations(page) == []
    assert sideways(page) == 0
    page.get_by_role("link", name="出生医学证明签发（首次）").click()
    page.get_by_role("link", name="属于一件事").click()
    expect(page.get_by_text("新生儿出生一件事")).to_be_visible()
    assert visitor.watch.errors == []


def test_a_part_that_cannot_be_filed_as_it_is_asks_only_for_what_is_wrong(
    visitors: Visitors, served: ServedCity
) -> None:
    filing = served.file_faulty_bundle(RESIDENT)
    visitor = visitors.open("phone")
    page = steps.signed_in(visitor, served, RESIDENT, f"/filings/{filing}")
    expect(page.get_by_role("heading", level=1)).to_have_text("有一项在等您")
    page.get_by_role("link", name="去补齐并提交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("补齐这一项")
    expect(page.get_by_label("户主姓名", exact=True)).to_be_visible()
    # What is right on other pages is not asked again.
    expect(page.get_by_label("民族", exact=True)).to_be_hidden()
    assert violations(page) == []
    assert sideways(page) == 0
    page.get_by_role("button", name="提交这一项").click()
    expect(page.get_by_role("link", name="户主姓名")).to_be_visible()
    assert violations(page) == []
    write(page, "户主姓名", "林国栋")
    # What was typed is on this phone.
    page.reload()
    expect(page.get_by_label("户主姓名", exact=True)).to_have_value("林国栋")
    page.get_by_role("button", name="提交这一项").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("正在一项一项地办")
    assert visitor.watch.errors == []
