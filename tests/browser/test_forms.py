"""A form with rows, a group and conditions, filled with nothing but keys; its errors lead to each field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.photos import portrait
from tests.browser.served_city import RESIDENT, ServedCity
from tests.browser.test_accessibility import sideways, violations
from tests.browser.visitors import Visitors
from tests.forms.overlay import ITEM, pack_at
from tests.harness.served import served_settings


@pytest.fixture
def served(tmp_path: Path, built_app: Path) -> Iterator[ServedCity]:
    """A server with the tests' own item of every control."""
    settings = served_settings(tmp_path)
    pack = msgspec.structs.replace(settings.city, pack=str(pack_at(tmp_path / "pack")))
    city = ServedCity(tmp_path, msgspec.structs.replace(settings, city=pack))
    yield city
    city.stop()


def reach(page: Page, wanted: Locator) -> None:
    """Goes on by Tab until a control has the focus, as whoever has no pointer does."""
    for _ in range(80):
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {wanted}")


def typed(page: Page, label: str, text: str) -> None:
    reach(page, page.get_by_label(label, exact=True).last)
    page.keyboard.type(text)


def pressed(page: Page, wanted: Locator, key: str = "Enter") -> None:
    reach(page, wanted)
    page.keyboard.press(key)


def chosen(page: Page, question: str, answer: str) -> None:
    """Of radio buttons one is reached by Tab, the others by arrows."""
    options = page.get_by_role("group", name=question).last.get_by_role("radio")
    reach(page, options.first)
    page.keyboard.press("Space")
    for _ in range(options.count()):
        focused = page.locator(":focus")
        if focused.evaluate("(element) => element.closest('label').innerText.trim()") == answer:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no arrow reaches {answer}")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def at(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_rows_groups_and_conditions_are_filled_by_keys_alone(visitors: Visitors, served: ServedCity) -> None:
    page = steps.signed_in(visitors.open("desk"), served, RESIDENT, f"/items/{ITEM}/form")
    at(page, "您的情况")
    expect(page.get_by_label("性别")).to_have_text("女")
    expect(page.get_by_label("户籍地")).to_have_text("静川省安平县")

    # What is wrong with a number is said as its field is left.
    typed(page, "银行卡号", "6222 0200 0000 0000 001")
    page.keyboard.press("Tab")
    expect(page.get_by_text("卡号对不上，请对照卡面检查每一位")).to_be_visible()
    pressed(page, button(page, "保存，下一步"))
    summary = page.get_by_role("group", name="有 4 处要改")
    expect(summary).to_be_focused()
    assert violations(page) == []
    pressed(page, summary.get_by_role("link", name="银行卡号"))
    expect(page.get_by_label("银行卡号", exact=True)).to_be_focused()
    page.keyboard.press("Backspace")
    page.keyboard.type("0")
    steps.stored(page)
    page.reload()
    at(page, "您的情况")
    expect(page.get_by_label("银行卡号", exact=True)).to_have_value("6222020000000000000")

    reach(page, page.get_by_label("区", exact=True))
    page.keyboard.press("ArrowDown")
    typed(page, "全家每月收入", "３,200")
    pressed(page, page.get_by_role("checkbox", name="取暖"), "Space")
    pressed(page, button(page, "保存，下一步"))

    at(page, "家里还有谁")
    # One is asked for, so one is there.
    typed(page, "姓名", "何建军")
    chosen(page, "是您的什么人？", "其他")
    typed(page, "什么关系", "叔叔")
    pressed(page, button(page, "再添加一个家人"))
    expect(page.get_by_label("姓名", exact=True).last).to_be_focused()
    page.keyboard.type("何秀梅")
    expect(page.get_by_role("heading", name="家人 2：何秀梅")).to_be_visible()
    chosen(page, "是您的什么人？", "子女")
    pressed(page, page.get_by_role("checkbox", name="有工作单位").last, "Space")
    # Within a row a question follows the answers of that row.
    expect(page.get_by_label("工作单位", exact=True)).to_have_count(1)
    typed(page, "身份证号", "99042219600918028x")
    pressed(page, button(page, "保存，下一步"))
    summary = page.get_by_role("group", name="有 2 处要改")
    expect(summary).to_be_focused()
    assert violations(page) == []
    assert sideways(page) <= 0
    pressed(page, summary.get_by_role("link", name="家人 2 工作单位"))
    page.keyboard.type("云海听涛软件有限公司")
    number = page.get_by_label("身份证号", exact=True).last
    reach(page, number)
    expect(number).to_have_value("99042219600918028X")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("990422196009180287")

    # A row that goes can come back, to where it was.
    pressed(page, page.get_by_role("group", name="家人 2").get_by_role("button", name="去掉"))
    expect(page.get_by_text("已去掉 家人 2：何秀梅")).to_be_visible()
    expect(button(page, "撤销")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="家人 2：何秀梅")).to_be_focused()
    pressed(page, button(page, "保存，下一步"))

    at(page, "代办和承诺")
    chosen(page, "有人代您办吗？", "亲友")
    typed(page, "代办人姓名", "周志远")
    typed(page, "代办人身份证号", "99032119880203117x")
    pressed(page, page.get_by_role("checkbox", name="我承诺以上内容真实。"), "Space")
    # No register holds it, so a picture is asked for.
    expect(page.get_by_role("group", name="在读证明").get_by_text("没查到，请您拍照上传")).to_be_visible()
    steps.attach(page, "在读证明", "school.jpg", portrait())
    assert violations(page) == []
    pressed(page, button(page, "保存，去核对"))

    at(page, "核对后提交")
    for words in ("家人 1：何建军", "叔叔", "家人 2：何秀梅", "云海听涛软件有限公司", "取暖", "3200", "周志远"):
        expect(page.get_by_text(words, exact=True).first).to_be_visible()
    assert violations(page) == []
    assert sideways(page) <= 0
    pressed(page, button(page, "提交申请"))
    expect(page.get_by_text("服务器已收到")).to_be_visible()
    expect(page.get_by_text("当场办结：窗口审查后就有结果")).to_be_visible()
