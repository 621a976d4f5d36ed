"""What residents and staff do on screen, by the words they read."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Locator, Page, expect

from backend.staff.demo import DEMO_PASSWORD
from tests.browser.photos import lease, portrait
from tests.browser.served_city import ServedCity
from tests.browser.visitors import Visitor, until
from tests.browser.wording import ZH, Words
from tests.harness.served import API, STAFF_NUMBERS, staff_proof

HELD = """async (address) => {
  if (!(await indexedDB.databases()).some(({ name }) => name === 'zhangban')) return false
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open('zhangban')
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
  try {
    return await new Promise((resolve, reject) => {
      const reading = database.transaction('cached').objectStore('cached').getAll()
      reading.onsuccess = () => resolve(reading.result.some(({ path }) => path === address))
      reading.onerror = () => reject(reading.error)
    })
  } finally {
    database.close()
  }
}"""


def sign_in(page: Page, city: ServedCity, phone: str, words: Words = ZH) -> None:
    """Signs in on the sign-in screen that is open, with the one-time code."""
    page.get_by_label(words.phone, exact=True).fill(phone)
    page.get_by_role("button", name=words.send_code).click()
    code = page.get_by_label(words.code, exact=True)
    code.wait_for()
    code.fill(city.one_time_code(phone))
    page.get_by_role("button", name=words.sign_in, exact=True).click()


def sign_in_at_desk(page: Page, city: ServedCity, phone: str, words: Words = ZH) -> None:
    """Signs a staff persona in on the desk's sign-in screen that is open, with password and authenticator code."""
    number = STAFF_NUMBERS[phone]
    page.get_by_label(words.number, exact=True).fill(number)
    page.get_by_label(words.password, exact=True).fill(DEMO_PASSWORD)
    page.get_by_label(words.totp, exact=True).fill(city.usable_totp(number))
    page.get_by_role("button", name=words.sign_in, exact=True).click()


def signed_in(visitor: Visitor, city: ServedCity, phone: str, then: str = "/", words: Words = ZH) -> Page:
    """Opens a screen after signing in. Staff sign in at the desk's own door."""
    if then.startswith("/desk"):
        visitor.page.goto(f"/desk/sign-in?next={then.removeprefix('/desk') or '/'}")
        sign_in_at_desk(visitor.page, city, phone, words)
    else:
        visitor.page.goto(f"/sign-in?next={then}")
        sign_in(visitor.page, city, phone, words)
    visitor.page.wait_for_url(lambda url: "sign-in" not in url)
    return visitor.page


def signed_in_at_desk(visitor: Visitor, number: str) -> None:
    """Opens a staff session in a browser without its sign-in screen, which has tests of its own."""
    request = visitor.context.request
    code = request.post(f"{API}/_test/totp", data={"number": number}).json()["totp"]
    reply = request.post(f"{API}/desk/sign-in", data=staff_proof(number, code))
    assert reply.ok, reply.text()


def find_and_start(page: Page, words: Words = ZH) -> None:
    """From home: search by what one types, the guide, the form's first page."""
    page.get_by_role("link", name=words.search).click()
    page.get_by_role("searchbox").fill(words.query)
    page.get_by_role("link", name=words.item).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words.item)
    page.get_by_role("link", name=words.start, exact=True).click()


def answer_first_page(page: Page, words: Words = ZH) -> None:
    """Why here, and since when; does not leave the page."""
    page.get_by_role("radio", name=words.ground).check()
    page.get_by_label(words.moved_in, exact=True).fill("2026-03-02")


def stored(page: Page) -> None:
    """Waits until all that was answered in the open form lies on the phone."""
    expect(page.locator(".form__status [role=status]")).to_have_attribute("aria-busy", "false")


def held(page: Page, address: str) -> None:
    """Waits until the phone holds what the server said at an address of the API, to say it again with no network."""
    until(page, lambda: page.evaluate(HELD, address))


def answer_address(page: Page, words: Words = ZH) -> None:
    """The street's choices follow the district's."""
    page.get_by_label(words.district, exact=True).select_option(label=words.district_choice)
    page.get_by_label(words.street, exact=True).select_option(label=words.street_choice)
    page.get_by_label(words.detail, exact=True).fill("听涛路 18 号海棠苑 3 栋 502 室")


def attach(page: Page, group: str, name: str, picture: bytes, words: Words = ZH) -> None:
    """Chooses a picture for one material."""
    field = page.get_by_role("group", name=group)
    file: FilePayload = {"name": name, "mimeType": "image/jpeg", "buffer": picture}
    field.get_by_label(words.choose_picture).set_input_files(files=[file])
    expect(field.get_by_text(name)).to_be_visible()


def answer_proof(page: Page, words: Words = ZH, tenant: str = "林晓舟") -> None:
    """The kind of proof, its picture, and the portrait."""
    page.get_by_role("radio", name=words.proof_kind).check()
    attach(page, words.proof, "lease.jpg", lease(tenant), words)
    attach(page, words.photo, "portrait.jpg", portrait(), words)


def next_page(page: Page, words: Words = ZH) -> None:
    """Saves and goes on; returns when the next page is there."""
    before = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name=words.next_page).or_(page.get_by_role("button", name=words.review)).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(before)


def fill_form(page: Page, words: Words = ZH) -> None:
    """All pages of the form, up to the review."""
    answer_first_page(page, words)
    next_page(page, words)
    answer_address(page, words)
    next_page(page, words)
    answer_proof(page, words)
    next_page(page, words)
    page.get_by_role("radio", name=words.card).check()
    next_page(page, words)


def offline_bar(page: Page) -> Locator:
    """The line that says so while the server is not reached."""
    return page.get_by_role("status").filter(has_text="离线")
