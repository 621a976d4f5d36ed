"""The ways in: passkeys, shared devices, the desk's own form, proving it again, and signing out elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.foundation.database import open_database, sql
from backend.staff.demo import DEMO_PASSWORD
from tests.browser import steps
from tests.browser.served_city import CLERK, RESIDENT, ServedCity, apart
from tests.browser.test_accessibility import violations
from tests.browser.visitors import Visitor, Visitors
from tests.browser.wording import ZH
from tests.harness.served import STAFF_NUMBERS

NEW_PHONE = "13700000077"
# What of somebody lies on a device: rows by owner, and keys by name.
_KEPT = """async () => {
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open('zhangban')
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
  const rows = (store) => new Promise((resolve) => {
    const reading = database.transaction(store).objectStore(store).getAll()
    reading.onsuccess = () => resolve(reading.result)
  })
  const found = []
  for (const store of ['drafts', 'files', 'outbox'])
    found.push(...(await rows(store)).map((row) => `${store} of ${row.account}`))
  found.push(...(await rows('cached')).filter((row) => row.account !== 'anonymous').map((row) => `cached ${row.path}`))
  found.push(...(await rows('keys')).map((row) => row.name).filter((name) => !/anonymous|^root/.test(name)))
  for (const name of ['zhangban.session', 'zhangban.shared'])
    if (/phone_masked|-/.test(localStorage.getItem(name) ?? '')) found.push(name)
  database.close()
  return found
}"""


@pytest.fixture
def named(chromium: Browser, served: ServedCity) -> Iterator[Visitors]:
    """People who open `served` by a name, which passkeys need."""
    people = Visitors(chromium, served.url.replace("127.0.0.1", "localhost"))
    yield people
    assert people.close() == []


def with_authenticator(visitor: Visitor) -> None:
    """Gives a browser a device that unlocks for its owner and keeps passkeys, as phones do."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def later(served: ServedCity, minutes: int) -> None:
    served.set_clock((datetime.now(UTC) + timedelta(minutes=minutes)).isoformat(timespec="seconds"))


def add_passkey(page: Page, name: str) -> None:
    page.get_by_role("button", name="添加这台设备").click()
    page.get_by_label("叫什么名字？", exact=True).fill(name)
    page.get_by_role("button", name="添加", exact=True).click()


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate(_KEPT)
    return found


def kept_at_last(page: Page) -> list[str]:
    """What is there after the few moments that wiping takes, or ten seconds."""
    for _ in range(50):
        if kept(page) == []:
            break
        page.wait_for_timeout(200)
    return kept(page)


def test_a_resident_adds_a_passkey_and_signs_in_with_it_at_the_highest_level(
    served: ServedCity, named: Visitors
) -> None:
    phone = named.open()
    page = steps.signed_in(phone, served, RESIDENT, "/me/security")
    with_authenticator(phone)
    expect(page.get_by_text("已经实名", exact=True)).to_be_visible()
    add_passkey(page, "红色手机")
    expect(page.get_by_text("添加好了")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="红色手机")).to_be_visible()
    page.get_by_role("button", name="添加这台设备").click()
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_text("这台设备已经添加过了")).to_be_visible()
    page.goto("/me")
    # What the page still reads would be answered with 401 after signing out.
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/")
    page.goto("/sign-in?next=/me/security")
    page.get_by_role("button", name="用指纹或面容登录").click()
    page.wait_for_url("**/me/security")
    expect(page.get_by_text("已经实名，并确认是您本人")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="这一台")).to_contain_text("指纹或面容登录")
    page.get_by_role("button", name="删除 红色手机").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.get_by_text("删掉了，它不能再登录")).to_be_visible()
    page.goto("/sign-in")
    phone.watch.expect(r"POST 401 \S+/sign-in/passkeys$")
    page.get_by_role("button", name="用指纹或面容登录").click()
    expect(page.get_by_text("这里没有这个通行密钥")).to_be_visible()


def test_at_an_address_of_numbers_the_way_to_a_name_is_shown(served: ServedCity, visitors: Visitors) -> None:
    page = steps.signed_in(visitors.open(), served, RESIDENT, "/me/security")
    link = page.get_by_role("link", name="用 localhost 打开")
    assert link.get_attribute("href") == served.url.replace("127.0.0.1", "localhost") + "/me/security"
    page.goto("/sign-in")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name="用指纹或面容登录")).to_have_count(0)


def test_a_proof_is_asked_for_over_the_page_and_nothing_typed_is_lost(served: ServedCity, visitors: Visitors) -> None:
    phone = visitors.open(reduced_motion="reduce")
    page = steps.signed_in(phone, served, RESIDENT, "/me/security")
    later(served, 11)
    phone.watch.expect(r"PUT 403 \S+/me/phone")
    phone.watch.expect(r"POST 401 \S+/re-authentication$")
    # The code of the dialog that was closed is still good.
    phone.watch.expect(r"POST 429 \S+/re-authentication/codes")
    page.get_by_role("button", name="换号码").click()
    page.get_by_label("新手机号", exact=True).fill(NEW_PHONE)
    page.get_by_role("button", name=ZH.send_code).click()
    page.get_by_label(ZH.code, exact=True).fill(served.one_time_code(NEW_PHONE))
    page.get_by_role("button", name="换成这个号码").click()
    dialog = page.get_by_role("dialog", name="请再验证一次")
    expect(dialog).to_contain_text("139****0001")
    assert violations(page) == []
    dialog.get_by_role("button", name="先不").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_label("新手机号", exact=True)).to_have_value(NEW_PHONE)
    expect(page.get_by_text("139****0001")).to_be_visible()

    page.get_by_role("button", name="换成这个号码").click()
    dialog.get_by_role("button", name=ZH.send_code).click()
    dialog.get_by_label(ZH.code, exact=True).fill("000000")
    dialog.get_by_role("button", name="确认是我").click()
    expect(dialog).to_contain_text("还能试")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    page.get_by_role("button", name="换成这个号码").click()
    dialog.get_by_role("button", name=ZH.send_code).click()
    dialog.get_by_label(ZH.code, exact=True).fill(served.one_time_code(RESIDENT))
    dialog.get_by_role("button", name="确认是我").click()
    expect(page.get_by_text("号码换好了")).to_be_visible()
    expect(page.get_by_text("137****0077")).to_be_visible()


def test_a_device_left_behind_is_signed_out_from_another(served: ServedCity, visitors: Visitors) -> None:
    left = visitors.open("desk")
    forgotten = steps.signed_in(left, served, RESIDENT, "/cases")
    phone = visitors.open()
    page = steps.signed_in(phone, served, RESIDENT, "/me/security")
    page.get_by_role("button", name="退出 Linux").click()
    page.get_by_role("dialog").get_by_role("button", name="退出", exact=True).click()
    expect(page.get_by_text("那台设备已退出")).to_be_visible()
    expect(page.get_by_text("只在这一台登录着")).to_be_visible()
    # A process remembers a session for two seconds at most.
    left.watch.expect(r"GET 401")
    forgotten.reload()
    forgotten.wait_for_url("**/sign-in?next=/cases")


def test_a_shared_device_keeps_nothing_after_signing_out(served: ServedCity, visitors: Visitors) -> None:
    phone = visitors.open()
    page = phone.page
    enter_on_shared_device(page, served)
    page.goto("/me")
    expect(page.get_by_text("公用设备：退出后本机什么都不留")).to_be_visible()
    expect(page.get_by_text("手机通知")).to_have_count(0)
    assert any(row.startswith("drafts of") for row in kept(page))
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in")
    assert kept_at_last(page) == []


def test_a_shared_device_keeps_nothing_when_its_browser_was_closed(served: ServedCity, visitors: Visitors) -> None:
    phone = visitors.open()
    enter_on_shared_device(phone.page, served)
    [cookie] = [each for each in phone.context.cookies() if each["name"] == "zhangban"]
    assert cookie["expires"] == -1
    phone.page.close()
    phone.context.clear_cookies()
    phone.watch.expect(r"GET 401 \S+/drafts")
    page = phone.context.new_page()
    page.goto("/")
    assert kept_at_last(page) == []


def enter_on_shared_device(page: Page, served: ServedCity) -> None:
    """Signs in on a device that others use too, begins an application and looks at the cases."""
    page.goto("/sign-in?next=/items/residence-permit/form")
    page.get_by_label("这是公用设备").check()
    expect(page.get_by_text("本机不留草稿和证照")).to_be_visible()
    steps.sign_in(page, served, RESIDENT)
    page.wait_for_url("**/form*")
    steps.answer_first_page(page)
    steps.next_page(page)
    page.goto("/cases")
    page.get_by_role("heading", name="我的办件").wait_for()
    page.wait_for_load_state("networkidle")


def test_at_the_desk_a_persona_fills_the_form_and_a_wrong_password_is_told(
    served: ServedCity, visitors: Visitors
) -> None:
    desk = visitors.open("desk")
    page = desk.page
    page.goto("/desk/sign-in")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("请写工号")).to_be_visible()
    expect(page.get_by_label(ZH.number, exact=True)).to_be_focused()
    page.get_by_role("button", name="许静").click()
    expect(page.get_by_label(ZH.number, exact=True)).to_have_value(STAFF_NUMBERS[CLERK])
    desk.watch.expect(r"POST 401 \S+/desk/sign-in")
    page.get_by_label(ZH.password, exact=True).fill("wrong")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("工号、密码或动态码不对")
    page.get_by_role("button", name="许静").click()
    expect(page.get_by_label(ZH.password, exact=True)).to_have_value(DEMO_PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/desk/queue/open")


def test_at_the_desk_a_first_password_is_changed_on_the_same_form(served: ServedCity, visitors: Visitors) -> None:
    async def first() -> None:
        database = await open_database(served.settings.database.url, bind=False)
        await database.commit([sql("UPDATE staff_secret SET must_change = 1")])
        await database.close()

    apart(first())
    desk = visitors.open("desk", reduced_motion="reduce")
    page = desk.page
    desk.watch.expect(r"POST (403|422) \S+/desk/sign-in")
    page.goto("/desk/sign-in")
    steps.sign_in_at_desk(page, served, CLERK)
    expect(page.get_by_text("请把第一次的密码换成自己的")).to_be_visible()
    expect(page.get_by_text("至少 10 个字符")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("新密码", exact=True).fill("short")
    page.get_by_label("新密码再写一遍", exact=True).fill("other")
    page.get_by_role("button", name="换密码并登录").click()
    expect(page.get_by_text("两遍不一样")).to_be_visible()
    page.get_by_label("新密码再写一遍", exact=True).fill("short")
    page.get_by_role("button", name="换密码并登录").click()
    expect(page.get_by_text("太短，至少 10 个字符")).to_be_visible()
    for label in ("新密码", "新密码再写一遍"):
        page.get_by_label(label, exact=True).fill("Haitang-502-yun")
    page.get_by_role("button", name="换密码并登录").click()
    page.wait_for_url("**/desk/queue/open")


def test_at_the_desk_a_passkey_stands_for_the_code(served: ServedCity, named: Visitors) -> None:
    desk = named.open("desk", reduced_motion="reduce")
    page = steps.signed_in(desk, served, CLERK, "/desk/security")
    with_authenticator(desk)
    later(served, 11)
    desk.watch.expect(r"POST 403 \S+/me/passkeys/options")
    add_passkey(page, "窗口电脑")
    dialog = page.get_by_role("dialog", name="请再验证一次")
    dialog.get_by_role("button", name="确认是我").click()
    expect(dialog.get_by_text("请写密码")).to_be_visible()
    assert violations(page) == []
    dialog.get_by_role("button", name="填入演示密码和动态码").click()
    expect(dialog.get_by_label(ZH.password, exact=True)).to_have_value(DEMO_PASSWORD)
    dialog.get_by_label(ZH.totp, exact=True).fill(served.usable_totp(STAFF_NUMBERS[CLERK]))
    dialog.get_by_role("button", name="确认是我").click()
    expect(page.get_by_text("添加好了")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/desk/sign-in")
    page.get_by_label(ZH.number, exact=True).fill(STAFF_NUMBERS[CLERK])
    page.get_by_label(ZH.password, exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="用指纹或面容代替动态码").click()
    page.wait_for_url("**/desk/queue/open")


def test_a_staff_session_opens_no_resident_screen_and_leaves_no_account_on_the_device(
    served: ServedCity, visitors: Visitors
) -> None:
    desk = visitors.open("desk")
    page = steps.signed_in(desk, served, CLERK, "/desk/security")
    page.get_by_role("heading", name="登录与安全").wait_for()
    assert [each for each in kept(page) if each != "zhangban.session"] == []
    page.goto("/cases")
    page.wait_for_url("**/sign-in?next=/cases")
    expect(page.get_by_text("在这里登录会退出工作台")).to_be_visible()


def test_an_unbelieved_return_says_so_and_leads_back(served: ServedCity, visitors: Visitors) -> None:
    phone = visitors.open(reduced_motion="reduce")
    phone.watch.expect(r"POST 404 \S+/sign-in/unified/return")
    phone.page.goto("/sign-in/return?code=abc&state=unknown")
    expect(phone.page.get_by_role("heading", name="没有登录成功")).to_be_visible()
    assert "code" not in phone.page.url
    assert violations(phone.page) == []
    phone.page.get_by_role("link", name="重新登录").click()
    phone.page.wait_for_url("**/sign-in")
