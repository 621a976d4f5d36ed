"""The whole round of the procedure over real screens: promise, correction, supply, hearing, decision."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.photos import lease, portrait
from tests.browser.served_city import CLERK, RESIDENT, ServedCity
from tests.browser.test_accessibility import sideways, violations
from tests.browser.visitors import Visitor, Visitors, wait_for_worker
from tests.browser.wording import ZH

FOOD = "food-business-license"
MARKET_CLERK, MARKET_APPROVER = "13900000024", "13900000025"
LAYOUT = "与食品经营相适应的主要设备设施、经营布局、操作流程等文件"
HEALTH = "食品安全管理人员/从业人员健康证明"
PROBLEM, EXAMPLE = "平面图上没有标洗碗的地方", "在图上写“洗碗池”三个字"


def test_a_matter_goes_through_promise_correction_supply_and_hearing_to_the_decision(
    served: ServedCity, visitors: Visitors
) -> None:
    phone, clerk, approver = visitors.open(), visitors.open("desk"), visitors.open("desk")
    case = file_with_a_promise(phone, served)
    ask_for_a_correction(clerk, served, case)
    correct_only_what_is_named_through_a_lost_network(phone, case)
    accept(clerk, case)
    supply_what_was_promised(phone, case)
    offer_a_hearing(approver, served, case)
    waive_the_hearing(phone, case)
    grant(approver, phone, case)


def test_a_form_that_is_sent_back_is_mended_where_it_is_wrong(served: ServedCity, visitors: Visitors) -> None:
    phone = visitors.open()
    case = file_with_a_promise(phone, served, looks=False)
    served.ask_correction(MARKET_CLERK, case, "application", "面积和执照上的不一样", "照执照写 58")
    page = phone.page
    page.goto(f"/cases/{case}/correct")
    area = page.get_by_label("经营面积（平方米）", exact=True)
    expect(area).to_have_value("60")
    expect(page.get_by_role("main")).to_contain_text("面积和执照上的不一样")
    # Pictures are not asked for: the notice names the form alone.
    expect(page.get_by_role("button", name="拍一张")).to_have_count(0)
    in_every_dress(phone, "the form sent back")
    area.fill("")
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_role("group", name="有 1 处要改")).to_be_focused()
    expect(page.get_by_text("请写面积").first).to_be_visible()
    area.fill("58")
    expect(page.locator(".answer__saved")).to_have_attribute("aria-busy", "false")
    page.reload()
    expect(area).to_have_value("58")
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_text("服务器已收到您的补正")).to_be_visible()


def test_a_notice_that_time_or_a_colleague_has_ended_is_said_so(served: ServedCity, visitors: Visitors) -> None:
    phone = visitors.open()
    page = steps.signed_in(phone, served, RESIDENT)
    case = served.submit(RESIDENT)
    served.ask_correction(CLERK, case, "photo", "背景不是白色", "站在白墙前面拍")
    page.goto(f"/cases/{case}/correct")
    steps.attach(page, "本人照片", "portrait.jpg", portrait())
    other = visitors.open()
    elsewhere = steps.signed_in(other, served, RESIDENT, f"/cases/{case}")
    elsewhere.get_by_role("button", name="撤回申请").click()
    elsewhere.get_by_role("dialog").get_by_role("button", name="撤回申请").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("您撤回了申请")
    phone.watch.expect(r"POST 409 \S+/commands")
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_text("这件申请刚才有了变化，现在不用补了")).to_be_visible()
    in_every_dress(phone, "moved on", reloads=False)
    page.get_by_role("button", name="看进度").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您撤回了申请")


def file_with_a_promise(phone: Visitor, served: ServedCity, *, looks: bool = True) -> str:
    page = steps.signed_in(phone, served, RESIDENT, f"/items/{FOOD}/form")
    wait_for_worker(page)
    page.get_by_label("营业执照上的名称", exact=True).fill("临江区晓舟早点铺")
    page.get_by_label("统一社会信用代码", exact=True).fill("92990102MA1YH00377")
    steps.next_page(page)
    page.get_by_label(ZH.district, exact=True).select_option(label=ZH.district_choice)
    page.get_by_label(ZH.street, exact=True).select_option(label=ZH.street_choice)
    page.get_by_label("门牌号和店铺号", exact=True).fill("海棠路 18 号 102 铺")
    page.get_by_label("经营面积（平方米）", exact=True).fill("60")
    steps.attach(page, "平面图和设备照片", "plan.jpg", lease("林晓舟"))
    steps.next_page(page)
    page.get_by_role("radio", name=re.compile("餐饮服务")).check()
    page.get_by_role("checkbox", name="热菜、主食").check()
    manager = page.get_by_role("group", name="食品安全管理人员")
    manager.get_by_label("姓名", exact=True).fill("林晓舟")
    manager.get_by_label("公民身份号码", exact=True).fill("990321199508162421")
    manager.get_by_label(re.compile("手机")).fill("13900000001")
    steps.next_page(page)
    while page.get_by_role("heading", level=1).inner_text() != "核对后提交":
        if page.get_by_role("radio", name=re.compile("电子")).count():
            page.get_by_role("radio", name=re.compile("电子")).first.check()
        if page.get_by_role("group", name="营业执照", exact=True).count():
            steps.attach(page, "营业执照", "licence.jpg", portrait())
        steps.next_page(page)
    promise = page.get_by_role("checkbox", name=re.compile("我承诺：受理后 10 个工作日内补交"))
    expect(promise).to_be_visible()
    page.get_by_role("button", name=ZH.submit).click()
    expect(page.get_by_text("请勾选承诺，或者回上一页上传")).to_be_visible()
    if looks:
        in_every_dress(phone, "the promise")
    promise.check()
    page.get_by_role("button", name=ZH.submit).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ZH.received)
    page.get_by_role("link", name=ZH.progress).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("服务器已收到，等窗口受理")
    return page.url.rpartition("/")[2]


def ask_for_a_correction(clerk: Visitor, served: ServedCity, case: str) -> None:
    page = steps.signed_in(clerk, served, MARKET_CLERK, f"/desk/cases/{case}")
    page.get_by_text("其他办理").click()
    page.get_by_role("button", name="一次性告知补正").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("checkbox", name=LAYOUT).check()
    sheet.locator("input[id^=sheet-problem-]").fill(PROBLEM)
    sheet.locator("input[id^=sheet-example-]").fill(EXAMPLE)
    sheet.get_by_role("button", name="一次性告知补正").click()
    expect(sheet).to_be_hidden()


def correct_only_what_is_named_through_a_lost_network(phone: Visitor, case: str) -> None:
    page = phone.page
    page.goto(f"/cases/{case}")
    expect(page.get_by_role("heading", level=1)).to_have_text("等您补正材料")
    main = page.get_by_role("main")
    expect(page.get_by_role("heading", name="请补正 1 份材料")).to_be_visible()
    for words in (LAYOUT, PROBLEM, EXAMPLE, "到期没有收到，这件申请就结束"):
        expect(main).to_contain_text(words)
    expect(main).to_contain_text(re.compile(r"最后一天是 \d+月\d+日（周.），还有 \d+ 天"))
    in_every_dress(phone, "the notice")
    page.get_by_role("link", name="去补正").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("补正材料")
    expect(page.get_by_role("group")).to_have_count(1)
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_role("group", name="有 1 处要改")).to_be_focused()
    in_every_dress(phone, "nothing chosen")
    steps.attach(page, LAYOUT, "plan-again.jpg", portrait())
    phone.offline(True)
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_text("还没送到，联网后自动再送")).to_be_visible()
    # Closed and opened again with no network: what was chosen is still there.
    page.goto("/")
    page.goto(f"/cases/{case}/correct")
    expect(page.get_by_text("plan-again.jpg")).to_be_visible()
    expect(page.get_by_text("还没送到，联网后自动再送")).to_be_visible()
    in_every_dress(phone, "not sent yet", reloads=False)
    phone.offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("服务器已收到，等窗口受理")
    expect(page.get_by_text("服务器已收到您的补正")).to_be_visible()
    page.goto(f"/cases/{case}/correct")
    expect(page.get_by_text("现在没有要补的材料")).to_be_visible()


def accept(clerk: Visitor, case: str) -> None:
    page = clerk.page
    page.goto(f"/desk/cases/{case}")
    page.get_by_role("button", name="受理", exact=False).first.click()
    expect(page.get_by_text("已受理，开始计时").first).to_be_visible()


def supply_what_was_promised(phone: Visitor, case: str) -> None:
    page = phone.page
    page.goto(f"/cases/{case}")
    expect(page.get_by_role("heading", name="请补交 1 份材料")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(HEALTH)
    in_every_dress(phone, "what is owed")
    page.get_by_role("link", name="去补交").click()
    steps.attach(page, HEALTH, "health.jpg", portrait())
    page.get_by_role("button", name="提交补交的材料").click()
    expect(page.get_by_text("服务器已收到您补交的材料")).to_be_visible()
    expect(page.get_by_role("heading", name="请补交 1 份材料")).to_be_hidden()


def offer_a_hearing(approver: Visitor, served: ServedCity, case: str) -> None:
    page = steps.signed_in(approver, served, MARKET_APPROVER, f"/desk/cases/{case}")
    page.get_by_text("其他办理").click()
    page.get_by_role("button", name="告知听证权利").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="告知听证权利").click()
    expect(sheet).to_be_hidden()


def waive_the_hearing(phone: Visitor, case: str) -> None:
    page = phone.page
    page.goto(f"/cases/{case}")
    expect(page.get_by_role("heading", level=1)).to_have_text("您可以申请听证")
    expect(page.get_by_role("main")).to_contain_text("到期没有申请，就当您不申请")
    in_every_dress(phone, "the hearing")
    page.get_by_role("button", name="不申请听证").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("选定后不能再改")
    dialog.get_by_role("button", name="不申请听证").click()
    expect(page.get_by_text("您选择了不申请听证")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("已受理，正在审查")


def grant(approver: Visitor, phone: Visitor, case: str) -> None:
    approver.page.goto(f"/desk/cases/{case}")
    approver.page.get_by_role("button", name="准予").click()
    expect(approver.page.get_by_text(re.compile("审查通过")).first).to_be_visible()
    phone.page.goto(f"/cases/{case}")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("办好了")
    expect(phone.page.get_by_role("link", name="出示证照")).to_be_visible()


def in_every_dress(visitor: Visitor, where: str, *, reloads: bool = True) -> None:
    """Axe zero and nothing sideways, in light and dark, large letters and English."""
    page, found = visitor.page, dict[str, list[str]]()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found[scheme] = violations(page)
    page.emulate_media(color_scheme="light")
    found["320 px"] = [f"wide by {sideways(page)}"] * (sideways(page) > 0)
    if reloads:
        for size, language in (("elder", "zh"), ("standard", "en"), ("standard", "zh")):
            dressed(page, size, language)
            found[f"{size} {language}"] = violations(page)
            found[f"{size} {language}, 320 px"] = [f"wide by {sideways(page)}"] * (sideways(page) > 0)
    assert {name: what for name, what in found.items() if what} == {}, where


def dressed(page: Page, size: str, language: str) -> None:
    for name, value in {"size": size, "language": language}.items():
        page.evaluate("([name, value]) => localStorage.setItem(name, value)", [f"zhangban.{name}", value])
    page.reload()
    page.get_by_role("heading", level=1).first.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    page.wait_for_function("!document.querySelector('.skeleton')")
