"""People use their rights on the phone: acting for others, and deciding over their own data."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.browser import steps
from tests.browser.furnished_city import remember, settle
from tests.browser.served_city import CLERK, ELDER, NEIGHBOUR, RESIDENT, ServedCity
from tests.browser.test_accessibility import sideways, violations
from tests.browser.visitors import Visitor, Visitors
from tests.browser.wording import ZH

CHILD, CHILD_NUMBER = "林安然", "990321201806140247"
COMPANY, COMPANY_CODE = "云海听涛软件有限公司", "91990102MA1YH0010J"


def add_child(page: Page, name: str = CHILD, number: str = CHILD_NUMBER) -> None:
    """Fills in the form for a child that is open, and agrees."""
    page.get_by_label("孩子的姓名", exact=True).fill(name)
    page.get_by_label("孩子的公民身份号码", exact=True).fill(number)
    page.get_by_role("checkbox", name="我已阅读，同意").check()
    page.get_by_role("button", name="添加", exact=True).click()


def act_for(page: Page, name: str) -> None:
    """Chooses for whom to act."""
    page.get_by_role("button", name=re.compile(f"^{name}")).click()
    expect(page.get_by_role("status").filter(has_text=f"正在为 {name} 办理")).to_be_visible()


def acting_bar(page: Page, name: str) -> None:
    """The bar on top says for whom the app acts."""
    expect(page.get_by_text(f"正在为 {name} 办理")).to_be_visible()


def prove_again(page: Page, city: ServedCity, phone: str) -> None:
    """Gives the code to one's own phone in the dialog that asks for a proof, if it has come up."""
    dialog = page.get_by_role("dialog", name="请再验证一次")
    dialog.wait_for()
    dialog.get_by_role("button", name=ZH.send_code).click()
    code = dialog.get_by_label(ZH.code, exact=True)
    code.wait_for()
    code.fill(city.one_time_code(phone))
    dialog.get_by_role("button", name="确认是我", exact=True).click()


def later(city: ServedCity, visitor: Visitor, minutes: int) -> None:
    """The city's clock goes on, so that a sign-in is no recent proof any more."""
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    city.set_clock(moment.isoformat(timespec="seconds").replace("+00:00", "Z"))
    visitor.watch.expect(r"POST 403 \S+/(me/export|me/erasure|mandates)$")


def test_a_guardian_files_for_their_child_and_finds_the_case_again(served: ServedCity, visitors: Visitors) -> None:
    phone = visitors.open()
    page = steps.signed_in(phone, served, RESIDENT, "/me/family?add=child")
    settle(phone)
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_text("有 3 处要改")).to_be_visible()
    phone.watch.expect(r"POST 422 \S+/me/parties/children$")
    add_child(page, name="周子墨", number="990321201101201150")
    expect(page.get_by_role("alert")).to_contain_text("没有这样的监护关系")
    add_child(page)
    expect(page.get_by_text(f"已添加{CHILD}")).to_be_visible()
    act_for(page, CHILD)

    steps.find_and_start(page)
    acting_bar(page, CHILD)
    expect(page.get_by_text(CHILD_NUMBER)).to_be_visible()
    steps.answer_first_page(page)
    steps.stored(page)
    page.reload()
    acting_bar(page, CHILD)
    expect(page.get_by_role("radio", name=ZH.ground)).to_be_checked()
    steps.fill_form(page)
    expect(page.get_by_text("办件里会同时写明申请人和您")).to_be_visible()
    page.get_by_role("button", name=ZH.submit).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ZH.received)
    expect(page.get_by_role("main")).to_contain_text(f"申请人{CHILD}")
    page.get_by_role("button", name=ZH.progress).click()
    expect(page.get_by_role("main")).to_contain_text(f"为{CHILD}办理")
    expect(page.get_by_role("main")).to_contain_text(f"林晓舟（监护人），代{CHILD}")

    page.get_by_role("button", name="换回本人").click()
    page.get_by_role("link", name="办件", exact=True).click()
    expect(page.get_by_text("还没有办件")).to_be_visible()
    page.get_by_role("link", name=re.compile("^消息")).click()
    page.get_by_role("link", name=re.compile("服务器已收到申请")).click()
    acting_bar(page, CHILD)
    expect(page.get_by_role("main")).to_contain_text(f"为{CHILD}办理")


def test_drafts_of_oneself_and_of_a_company_are_kept_apart_also_offline(served: ServedCity, visitors: Visitors) -> None:
    phone = visitors.open()
    page = steps.signed_in(phone, served, RESIDENT, "/items/residence-permit/form")
    settle(phone)
    steps.answer_first_page(page)
    steps.stored(page)
    page.goto("/me/family?add=organisation")
    settle(phone)
    phone.watch.expect(r"POST 422 \S+/me/parties/organisations$")
    page.get_by_label("统一社会信用代码", exact=True).fill("91990103MA1YH0029X")
    page.get_by_label("单位名称", exact=True).fill("云海东港餐饮管理有限公司")
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("登记的法定代表人不是您")
    page.get_by_label("统一社会信用代码", exact=True).fill(COMPANY_CODE)
    page.get_by_label("单位名称", exact=True).fill(COMPANY)
    page.get_by_role("button", name="添加", exact=True).click()
    act_for(page, COMPANY)
    phone.offline(True)
    steps.find_and_start(page)
    expect(page.get_by_role("radio", name=ZH.ground)).not_to_be_checked()
    page.get_by_label(ZH.moved_in, exact=True).fill("2025-01-15")
    page.get_by_role("link", name="存好退出").click()
    page.get_by_role("button", name="换回本人").click()
    page.get_by_role("link", name=re.compile("^继续填")).click()
    expect(page.get_by_label(ZH.moved_in, exact=True)).to_have_value("2026-03-02")
    phone.offline(False)


def invite(page: Page, city: ServedCity) -> None:
    page.get_by_label("对方的姓名", exact=True).fill("周志远")
    page.get_by_label("对方的手机号", exact=True).fill(NEIGHBOUR)
    page.get_by_role("button", name="发出邀请").click()
    expect(page.get_by_text("有 1 处要改")).to_be_visible()
    page.get_by_role("checkbox", name=ZH.item, exact=True).check()
    page.get_by_role("button", name="发出邀请").click()
    prove_again(page, city, RESIDENT)
    expect(page.get_by_text("邀请已发出")).to_be_visible()


def test_a_helper_is_invited_accepts_files_and_is_revoked(served: ServedCity, visitors: Visitors) -> None:
    principal, helper = visitors.open(), visitors.open()
    page = steps.signed_in(principal, served, RESIDENT, "/me/family?add=invite")
    settle(principal)
    later(served, principal, 20)
    invite(page, served)
    expect(page.get_by_text("等对方接受")).to_be_visible()

    theirs = steps.signed_in(helper, served, NEIGHBOUR, "/me/family")
    theirs.get_by_role("button", name="接受", exact=True).click()
    expect(theirs.get_by_text("已接受，可以为林晓舟办事了")).to_be_visible()
    act_for(theirs, "林晓舟")
    theirs.goto("/items/residence-permit/form")
    settle(helper)
    steps.fill_form(theirs)
    theirs.get_by_role("button", name=ZH.submit).click()
    expect(theirs.get_by_role("heading", level=1)).to_have_text(ZH.received)
    theirs.goto("/items/residence-permit/form")
    settle(helper)
    with theirs.expect_response(lambda reply: "/drafts/" in reply.url and reply.request.method == "PUT"):
        theirs.get_by_label(ZH.moved_in, exact=True).fill("2025-01-15")

    page.goto("/cases")
    expect(page.get_by_role("link", name=re.compile(ZH.item))).to_be_visible()
    page.goto("/me/family")
    page.get_by_role("button", name="收回给周志远的授权").click()
    page.get_by_role("dialog").get_by_role("button", name="收回").click()
    expect(page.get_by_text("已收回，马上生效")).to_be_visible()

    helper.watch.expect(r" 403 \S+/api/v1/")
    theirs.goto("/cases")
    expect(theirs.get_by_role("alert")).to_contain_text("授权已经失效，已换回本人")
    theirs.goto("/me")
    expect(theirs.get_by_text("为林晓舟填的")).to_be_visible()


def test_data_leaves_in_one_archive_and_the_record_shows_who_read_it(
    served: ServedCity, visitors: Visitors, tmp_path: Path
) -> None:
    case = served.submit(RESIDENT)
    served.command(CLERK, case, "accept")
    phone = visitors.open()
    page = steps.signed_in(phone, served, RESIDENT, "/me/data")
    expect(page.get_by_text("打开了您的办件").first).to_be_visible()
    expect(page.get_by_text(re.compile("云海市公安局临江分局 · 窗口受理")).first).to_be_visible()
    expect(page.get_by_text(re.compile("查询云海市人口信息库")).first).to_be_visible()
    reminders = page.get_by_role("switch", name=re.compile("主动提醒"))
    reminders.check()
    expect(page.get_by_text("已同意：主动提醒")).to_be_visible()
    reminders.uncheck()
    expect(page.get_by_text("已撤回：主动提醒")).to_be_visible()

    later(served, phone, 20)
    with page.expect_download() as download:
        page.get_by_role("button", name="导出", exact=True).click()
        prove_again(page, served, RESIDENT)
    assert re.fullmatch(r"zhangban-\d{8}\.zip", download.value.suggested_filename)
    download.value.save_as(tmp_path / "all.zip")
    archive = zipfile.ZipFile(io.BytesIO((tmp_path / "all.zip").read_bytes()))
    assert json.loads(archive.read("data.json"))["chapters"]["account"]["name"] == "林晓舟"
    expect(page.get_by_text("已打好")).to_be_visible()


def test_an_account_is_erased_after_its_owner_saw_what_goes_and_wrote_so(
    served: ServedCity, visitors: Visitors
) -> None:
    served.submit(ELDER)
    phone = visitors.open()
    page = steps.signed_in(phone, served, ELDER, "/me/data/erase")
    expect(page.get_by_text("还有 1 个办件没办完")).to_be_visible()
    page.get_by_role("link", name=re.compile(ZH.item)).click()
    page.get_by_role("button", name="撤回申请").click()
    page.get_by_role("dialog").get_by_role("button", name="撤回申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您撤回了申请")
    page.goto("/items/residence-permit/form")
    settle(phone)
    steps.answer_first_page(page)
    steps.stored(page)
    page.goto("/me/data/erase")
    expect(page.get_by_text("这些会删掉，找不回来")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("《档案法》")
    page.get_by_label("确认删除", exact=True).fill("删除")
    page.get_by_role("button", name="删除账号", exact=True).click()
    expect(page.get_by_text("写得不一样").first).to_be_visible()
    page.get_by_label("确认删除", exact=True).fill("删除我的账号")
    later(served, phone, 20)
    page.get_by_role("button", name="删除账号", exact=True).click()
    prove_again(page, served, ELDER)
    expect(page.get_by_role("heading", level=1)).to_have_text("您的账号已经关闭")
    expect(page.get_by_role("main")).to_contain_text("依法留下的")
    assert page.evaluate("localStorage.getItem('zhangban.session')") is None
    page.goto("/me")
    settle(phone)
    expect(page.get_by_text("没有草稿")).to_be_visible()
    expect(page.get_by_role("link", name=ZH.sign_in, exact=True)).to_be_visible()


def test_what_was_typed_is_there_again_after_saying_who_one_is(served: ServedCity, visitors: Visitors) -> None:
    phone = visitors.open()
    phone.watch.expect(r"POST 403 \S+/me/parties/children$")
    page = steps.signed_in(phone, served, "13900000098", "/me/family")
    expect(page.get_by_text("先实名，才能为别人办事")).to_be_visible()
    page.get_by_role("link", name="添加孩子").click()
    add_child(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("您是谁？")
    page.get_by_label("姓名", exact=True).fill("古丽娜尔·艾合买提")
    page.get_by_label("公民身份号码", exact=True).fill("990721199706080883")
    page.get_by_role("button", name="确认", exact=True).click()
    expect(page.get_by_label("孩子的公民身份号码", exact=True)).to_have_value(CHILD_NUMBER)
    expect(page.get_by_role("checkbox", name="我已阅读，同意")).to_be_checked()
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_text(f"已添加{CHILD}")).to_be_visible()


def test_an_item_for_people_known_more_surely_says_how_and_keeps_what_was_filled_in(
    served: ServedCity, visitors: Visitors
) -> None:
    phone = visitors.open(service_workers="block")
    page = phone.page

    def ask_for_more(route: Route) -> None:
        # The demo city has no such item: only what its guide says of the level is another.
        route.fulfill(json=route.fetch().json() | {"level": 3})

    page.route("**/api/v1/items/residence-permit", ask_for_more)
    steps.signed_in(phone, served, RESIDENT, "/items/residence-permit/form")
    settle(phone)
    steps.fill_form(page)
    expect(page.get_by_text("这件事要再确认是您本人")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("云海市公安局临江分局")
    expect(page.get_by_role("button", name=ZH.submit)).to_have_count(0)
    page.get_by_role("link", name="去添加指纹或面容").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录与安全")
    page.get_by_role("link", name="接着办刚才的事").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对后提交")
    expect(page.get_by_role("main")).to_contain_text("听涛路 18 号海棠苑 3 栋 502 室")


def test_what_these_screens_turn_into_has_no_violation_and_never_scrolls_sideways(
    served: ServedCity, visitors: Visitors
) -> None:
    phone = visitors.open(reduced_motion="reduce")
    page = steps.signed_in(phone, served, RESIDENT, "/me/family?add=invite")
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        settle(phone)
        wide = sideways(page)
        found[name] = violations(page) + [f"wide by {wide}"] * (wide > 0)

    page.get_by_role("button", name="发出邀请").click()
    look("invitation with mistakes")
    page.goto("/me/family?add=organisation")
    look("organisation")
    page.goto("/me/family?add=child")
    settle(phone)
    page.get_by_role("button", name="添加", exact=True).click()
    look("child with mistakes")
    add_child(page)
    page.get_by_text(f"已添加{CHILD}").wait_for()
    look("family")
    page.get_by_role("button", name=f"不再办：{CHILD}").click()
    look("asked before it ends")
    page.keyboard.press("Escape")
    act_for(page, CHILD)
    page.goto("/me/data")
    look("consents of a child, acting")
    for fold in page.locator("summary").all():
        fold.click()
    page.emulate_media(color_scheme="dark")
    look("notice, dark")
    page.emulate_media(color_scheme="light")
    remember(phone, size="elder", language="en")
    look("elder, English, acting")
    assert {where: what for where, what in found.items() if what} == {}
