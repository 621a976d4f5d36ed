"""A whole bundle on a phone: one questionnaire, one form, several cases with their numbers, one progress view."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.photos import lease, portrait
from tests.browser.served_city import RESIDENT, ServedCity
from tests.browser.test_accessibility import sideways, violations
from tests.browser.visitors import Visitors, until
from tests.harness.served import ROOT, STAFF_NUMBERS

MARKET_CLERK, MARKET_APPROVER = "13900000024", STAFF_NUMBERS["13900000025"]
PICTURES = ROOT / "build" / "screenshots"


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
    # What was typed is on this phone, as soon as the page says so.
    expect(page.locator(".answer__saved")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".answer__saved")).to_contain_text("已保存在本机")
    page.reload()
    expect(page.get_by_label("户主姓名", exact=True)).to_have_value("林国栋")
    page.get_by_role("button", name="提交这一项").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("正在一项一项地办")
    assert visitor.watch.errors == []


LIN = {"姓名": "林晓舟", "公民身份号码": "990321199508162421"}


def person(part: Locator) -> None:
    for label, text in LIN.items():
        part.get_by_label(label, exact=True).fill(text)


def add(page: Page, kind: str, number: int = 0) -> Locator:
    """A new entry of a list; the list begins with as many as it needs."""
    entry = page.get_by_role("group", name=kind, exact=True).get_by_role("listitem")
    if entry.count() <= number:
        page.get_by_role("group", name=kind, exact=True).get_by_role("button", name="加").click()
    return entry.nth(number)


def answer_company(page: Page) -> None:
    """From the bundle's page to the review: a company with its seals and its first employee."""
    page.get_by_role("link", name="一次填好，一起办").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("先选一选")
    choose(page, "现在刻章吗？", "刻")
    choose(page, "已经招了人吗？", "招了，登记并上社保")
    on(page, "开一家什么公司？")
    write(page, "公司名称", "云海听涛软件有限公司")
    write(page, "经营范围", "软件开发；技术服务")
    write(page, "注册资本（万元）", "100")
    choose(page, "公司开多久？", "长期")
    on(page, "公司住所在哪里？")
    page.get_by_label("区", exact=True).select_option(label="临江区")
    page.get_by_label("街道", exact=True).select_option(label="望潮街道")
    write(page, "门牌号和房号", "听涛路 18 号 502 室")
    choose(page, "用什么证明这个地方您能用？", "租房合同")
    steps.attach(page, "证明的照片", "lease.jpg", lease("林晓舟"))
    on(page, "谁出资、谁管理？")
    holder = add(page, "股东")
    holder.get_by_role("radio", name="个人").check()
    holder.get_by_label("姓名或单位名称").fill(LIN["姓名"])
    holder.get_by_label("公民身份号码").fill(LIN["公民身份号码"])
    holder.get_by_label("出资额（万元）").fill("100")
    holder.get_by_label("哪天前交齐？").fill("2030-11-02")
    chief = page.get_by_role("group", name="法定代表人", exact=True)
    person(chief)
    chief.get_by_label("手机号").fill(RESIDENT)
    chief.get_by_role("radio", name="经理").check()
    officer = add(page, "董事、监事、高管和财务负责人")
    person(officer)
    officer.get_by_label("职务").select_option(label="财务负责人")
    steps.attach(page, "公司章程的照片", "articles.jpg", portrait())
    steps.attach(page, "任职文件的照片", "appointments.jpg", lease("林晓舟"))
    on(page, "怎么联系您、怎么给您？")
    choose(page, "要纸质执照吗？", "不用，电子的就够")
    on(page, "刻哪些章？")
    seal = add(page, "要刻的章")
    seal.get_by_label("哪种章").select_option(label="公章（法定名称章）")
    seal.get_by_label("刻几枚").fill("1")
    write(page, "在哪家店刻？", "听涛刻章店")
    on(page, "谁来办？")
    choose(page, "经办的是谁？", "法定代表人本人")
    on(page, "给哪些人上社保？")
    employee = add(page, "要参保的员工")
    employee.get_by_label("员工的姓名").fill("赵明")
    employee.get_by_label("员工的公民身份号码").fill("990822199107220399")
    employee.get_by_label("用工日期").fill("2026-11-20")
    employee.get_by_label("月工资（元）").fill("5200")
    employee.get_by_label("岗位").fill("程序员")
    employee.get_by_label("劳动合同").select_option(label="无固定期限")


def test_a_company_is_opened_from_the_questionnaire_to_one_progress_and_the_desk_finishes_its_first_part(
    visitors: Visitors, served: ServedCity
) -> None:
    visitor = visitors.open("phone")
    page = steps.signed_in(visitor, served, RESIDENT, "/bundles/company-opening")
    expect(page.get_by_role("heading", level=1)).to_have_text("企业开办一件事")
    answer_company(page)
    steps.stored(page)
    page.get_by_role("button", name="保存，去核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对后提交")
    assert violations(page) == []
    page.get_by_role("button", name="提交申请", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("服务器已收到")
    page.get_by_role("link", name="看进度").click()
    # One after the other, and then all that the licence lets go on at the same time.
    expect(page.get_by_role("heading", level=2)).to_have_text(["第 1 步", "第 2 步，同时办"])
    first, second = page.locator("ol > li").nth(0), page.locator("ol > li").nth(1)
    expect(first.get_by_role("listitem")).to_have_count(1)
    expect(second.get_by_role("listitem")).to_have_count(3)
    expect(second.get_by_text("等“公司设立登记（有限责任公司）”办好后提交")).to_have_count(3)
    whole = page.url
    first.get_by_role("link").click()
    expect(page.get_by_role("link", name="属于一件事")).to_be_visible()
    case = page.url.rsplit("/", 1)[-1]

    served.command(MARKET_CLERK, case, "accept")
    approver = visitors.open("desk")
    steps.signed_in_at_desk(approver, MARKET_APPROVER)
    desk = approver.page
    desk.goto(f"/desk/cases/{case}")
    panel = desk.get_by_role("region", name="属于一件事")
    expect(panel.get_by_text("企业开办一件事")).to_be_visible()
    expect(panel.get_by_text("还没轮到")).to_have_count(3)
    expect(panel.get_by_text("等“公司设立登记（有限责任公司）”办好后提交").first).to_be_visible()
    assert violations(desk) == []
    PICTURES.mkdir(parents=True, exist_ok=True)
    desk.screenshot(path=PICTURES / "desk-case-filing.png", full_page=True)
    desk.get_by_role("region", name="办理").get_by_role("button").first.click()
    expect(desk.get_by_role("status").first).to_be_visible()

    def moved_on() -> bool:
        page.goto(whole)
        expect(page.get_by_role("heading", level=2).first).to_be_visible()
        return page.get_by_role("heading", level=1).inner_text() == "有一项在等您"

    until(page, moved_on)
    expect(page.get_by_text("轮到您了")).to_have_count(3)
    assert violations(page) == []
    desk.reload()
    expect(panel.get_by_text("等申请人提交")).to_have_count(3)
    desk.screenshot(path=PICTURES / "desk-case-filing-after.png", full_page=True)
    assert visitor.watch.errors == []
    assert approver.watch.errors == []
