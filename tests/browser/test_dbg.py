from tests.browser.test_rights import *
from tests.browser.conftest import *
def test_x(served, visitors):
    phone = visitors.open()
    page = steps.signed_in(phone, served, RESIDENT, "/me/family?add=child")
    settle(phone)
    add_child(page)
    expect(page.get_by_text(f"已添加{CHILD}")).to_be_visible()
    act_for(page, CHILD)
    steps.find_and_start(page)
    page.wait_for_timeout(4000)
    print("DBG", phone.watch.errors)
    print("DBG", page.inner_text("#field-id-number"), page.inner_text("#field-id-number-notes"))
    page.get_by_role("radio", name=ZH.ground).check()
    page.wait_for_timeout(1000)
    print("DBG", page.inner_text("#field-id-number"), page.inner_text("#field-id-number-notes"))
    page.reload()
    page.wait_for_timeout(3000)
    print("DBG", page.inner_text("#field-id-number"), page.inner_text("#field-id-number-notes"))
