"""Administering the staff over HTTP: three separated powers, secrets that are shown once, sessions that end at once."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Litestar

from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from backend.staff.rules import step_of, totp_code
from tests.api.case_builders import CLERK, key
from tests.api.conftest import API, Client, SignIn, browser_of

pytestmark = pytest.mark.anyio

SYSTEM, SECURITY, AUDIT = "13900000021", "13900000022", "13900000023"
PHONE, NUMBER = "13912340000", "YH0101"
PASSWORD = "Morning-tide-2026"


def newcomer(city: City, **fields: Any) -> dict[str, Any]:
    """Somebody to make an account for."""
    department = city.department_by_key("public-security-linjiang").code
    return {"number": NUMBER, "name": "新来的", "phone": PHONE, "department": department, **fields}


async def account_of(house: House, number: str) -> str:
    """The account of a staff number."""
    rows = await house.database.read(sql("SELECT account_id FROM staff WHERE number = {}", number))
    return str(rows[0]["account_id"])


async def made(browser: Client, city: City, **fields: Any) -> dict[str, Any]:
    """The reply to making an account."""
    reply = await browser.post(f"{API}/desk/staff", json=newcomer(city, **fields), headers=key())
    assert reply.status_code == 201, reply.text
    told: dict[str, Any] = reply.json()
    return told


async def enter_with(app: Litestar, house: House, told: dict[str, Any], **more: str) -> tuple[Client, Any]:
    """A browser that signs in at the desk with what a reply told."""
    import base64

    browser = browser_of(app)
    code = totp_code(base64.b32decode(told["totp_secret"]), step_of(house.time.now()))
    body = {"number": told["number"], "password": told["initial_password"], "totp": code, **more}
    return browser, await browser.post(f"{API}/desk/sign-in", json=body)


async def roles(browser: Client, city: City, account: str, *given: str, **fields: Any) -> Any:
    """Gives an account just these roles at Linjiang Branch."""
    department = city.department_by_key("public-security-linjiang").code
    body = {"roles": list(given), "department": department, **fields}
    return await browser.put(f"{API}/desk/staff/{account}/roles", json=body)


async def test_a_new_account_has_no_roles_and_must_change_its_first_password(
    app: Litestar, house: House, sign_in: SignIn, city: City
) -> None:
    told = await made(await sign_in(SYSTEM), city)
    assert told["totp_uri"].startswith("otpauth://totp/")
    assert told["totp_secret"] in told["totp_uri"]
    first, refused = await enter_with(app, house, told)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:zhangban:problem:new-password-needed")
    browser, entered = await enter_with(app, house, told, new_password=PASSWORD)
    assert entered.status_code == 200, entered.text
    assert entered.json()["account"]["staff"]["roles"] == []
    assert (await browser.get(f"{API}/me/sessions")).status_code == 200
    for path in ("desk/queue", "desk/staff", "cases", "inbox"):
        assert (await browser.get(f"{API}/{path}")).status_code == 403
    await first.aclose()
    await browser.aclose()


async def test_the_secrets_are_in_the_first_answer_only_and_nowhere_in_clear(
    house: House, sign_in: SignIn, city: City
) -> None:
    administrator, headers = await sign_in(SYSTEM), key()
    first = await administrator.post(f"{API}/desk/staff", json=newcomer(city), headers=headers)
    again = await administrator.post(f"{API}/desk/staff", json=newcomer(city), headers=headers)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    secrets = {"initial_password": None, "totp_secret": None, "totp_uri": None}
    assert again.json() == {**first.json(), **secrets}
    rows = await house.database.read(sql("SELECT reply FROM idempotency"))
    assert first.json()["initial_password"] not in repr(rows)
    lines = await house.database.read(sql("SELECT target, reason FROM audit WHERE action = 'staff-created'"))
    assert [each["target"] for each in lines] == [first.json()["id"]]
    assert PHONE not in repr(lines)


@pytest.mark.parametrize(
    ("fields", "status", "what"),
    [
        ({"number": "yh0011"}, 409, "number"),
        ({"phone": CLERK}, 409, "phone"),
        ({"department": "0" * 18}, 422, "department"),
        ({"division": "110101"}, 422, "division"),
        ({"division": "9901020"}, 422, "division"),
    ],
)
async def test_an_account_that_cannot_be_is_refused_with_what_is_wrong(
    house: House, sign_in: SignIn, city: City, fields: dict[str, str], status: int, what: str
) -> None:
    administrator = await sign_in(SYSTEM)
    reply = await administrator.post(f"{API}/desk/staff", json=newcomer(city, **fields), headers=key())
    assert (reply.status_code, reply.json()["what"]) == (status, what)
    assert await house.database.read(sql("SELECT number FROM staff WHERE name = '新来的'")) == []


async def test_the_list_has_places_and_states_and_no_personal_data(house: House, sign_in: SignIn, city: City) -> None:
    await sign_in(CLERK)
    administrator = await sign_in(SECURITY)
    first = (await administrator.get(f"{API}/desk/staff?limit=5")).json()
    rest = (await administrator.get(f"{API}/desk/staff", params={"after": first["next"]})).json()
    numbers = [each["number"] for each in first["staff"] + rest["staff"]]
    assert (numbers, rest["next"]) == (sorted(numbers), None)
    assert len(numbers) == sum(each.number is not None for each in city.personas)
    clerk = first["staff"][0]
    assert (clerk["number"], clerk["name"], clerk["roles"], clerk["disabled"], clerk["locked"]) == (
        "YH0011", "许静", ["clerk"], False, False,
    )  # fmt: skip
    assert clerk["last_sign_in_at"] is not None
    assert [each["last_sign_in_at"] for each in first["staff"][1:]] == [None] * 4
    assert first["departments"]
    assert CLERK not in str(first)


async def test_giving_roles_ends_the_sessions_and_says_before_and_after(
    house: House, sign_in: SignIn, city: City
) -> None:
    clerk, administrator = await sign_in(CLERK), await sign_in(SECURITY)
    account = await account_of(house, "YH0011")
    assert (await clerk.get(f"{API}/desk/queue")).status_code == 200
    reply = await roles(administrator, city, account, "reviewer", "approver", division="990102")
    assert reply.status_code == 204
    assert (await clerk.get(f"{API}/desk/queue")).status_code == 401
    staff = (await (await sign_in(CLERK)).get(f"{API}/session")).json()["account"]["staff"]
    assert (staff["roles"], staff["division"]) == (["approver", "reviewer"], "990102")
    lines = await house.database.read(sql("SELECT reason FROM audit WHERE action = 'staff-roles-changed'"))
    before, _, after = lines[0]["reason"].partition(" → ")
    assert (before.split(" ")[0], after.split(" ")[0]) == ("clerk", "approver,reviewer")
    assert after.endswith("/990102")


async def test_an_administrator_has_no_other_role(house: House, sign_in: SignIn, city: City) -> None:
    administrator, account = await sign_in(SECURITY), await account_of(house, "YH0011")
    for given in (["clerk", "audit_administrator"], ["system_administrator", "security_administrator"]):
        reply = await roles(administrator, city, account, *given)
        assert (reply.status_code, reply.json()["type"]) == (422, "urn:zhangban:problem:roles-separated")
    assert (await roles(administrator, city, account, "audit_administrator")).status_code == 204


async def test_no_administrator_does_the_others_work(house: House, sign_in: SignIn, city: City) -> None:
    system, security, auditor = await sign_in(SYSTEM), await sign_in(SECURITY), await sign_in(AUDIT)
    account = await account_of(house, "YH0011")
    for browser in (system, auditor):
        assert (await roles(browser, city, account, "approver")).status_code == 403
        assert (await browser.post(f"{API}/desk/staff/{account}/unlock")).status_code == 403
    for browser in (security, auditor):
        assert (await browser.post(f"{API}/desk/staff", json=newcomer(city), headers=key())).status_code == 403
        assert (await browser.post(f"{API}/desk/staff/{account}/reset")).status_code == 403
        state = await browser.put(f"{API}/desk/staff/{account}/state", json={"disabled": True})
        assert state.status_code == 403
    assert (await auditor.get(f"{API}/desk/staff")).status_code == 403
    for browser in (system, security, auditor):
        assert (await browser.get(f"{API}/desk/queue")).status_code == 403


async def test_a_closed_account_is_out_at_once_and_can_be_opened_again(house: House, sign_in: SignIn) -> None:
    clerk, administrator = await sign_in(CLERK), await sign_in(SYSTEM)
    resident = await sign_in(CLERK, as_resident=True)
    address = f"{API}/desk/staff/{await account_of(house, 'YH0011')}/state"
    assert (await administrator.put(address, json={"disabled": True})).status_code == 204
    assert (await clerk.get(f"{API}/desk/queue")).status_code == 401
    assert (await resident.get(f"{API}/me")).status_code == 200
    with pytest.raises(AssertionError, match="staff-sign-in-failed"):
        await sign_in(CLERK)
    assert (await administrator.put(address, json={"disabled": False})).status_code == 204
    assert (await (await sign_in(CLERK)).get(f"{API}/desk/queue")).status_code == 200


async def test_nobody_administers_an_account_of_their_own(house: House, sign_in: SignIn, city: City) -> None:
    system, security = await sign_in(SYSTEM), await sign_in(SECURITY)
    own, other = await account_of(house, "YH0021"), await account_of(house, "YH0022")
    replies = [
        await system.put(f"{API}/desk/staff/{own}/state", json={"disabled": True}),
        await system.post(f"{API}/desk/staff/{own}/reset"),
        await roles(security, city, other, "clerk"),
        await security.post(f"{API}/desk/staff/{other}/unlock"),
    ]
    assert [(each.status_code, each.json()["type"]) for each in replies] == [
        (403, "urn:zhangban:problem:own-account")
    ] * 4


async def test_the_last_administrator_of_a_kind_stays(house: House, sign_in: SignIn, city: City) -> None:
    system, security = await sign_in(SYSTEM), await sign_in(SECURITY)
    auditor, guard = await account_of(house, "YH0023"), await account_of(house, "YH0022")
    replies = [
        await system.put(f"{API}/desk/staff/{auditor}/state", json={"disabled": True}),
        await system.post(f"{API}/desk/staff/{guard}/reset"),
        await roles(security, city, auditor, "clerk"),
    ]
    assert [(each.status_code, each.json()["type"]) for each in replies] == [
        (409, "urn:zhangban:problem:last-administrator")
    ] * 3
    assert (await roles(security, city, await account_of(house, "YH0011"), "audit_administrator")).status_code == 204
    assert (await roles(security, city, auditor, "clerk")).status_code == 204


async def test_a_reset_of_an_account_with_roles_waits_for_the_security_administrator(
    app: Litestar, house: House, sign_in: SignIn
) -> None:
    clerk, system, security = await sign_in(CLERK), await sign_in(SYSTEM), await sign_in(SECURITY)
    account = await account_of(house, "YH0011")
    told = (await system.post(f"{API}/desk/staff/{account}/reset")).json()
    assert (await clerk.get(f"{API}/desk/queue")).status_code == 401
    early, refused = await enter_with(app, house, told, new_password=PASSWORD)
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:zhangban:problem:staff-sign-in-failed")
    house.time.set(house.time.now() + 10 * 24 * 3600 * 1000)
    security = await sign_in(SECURITY)
    assert (await security.post(f"{API}/desk/staff/{account}/unlock")).status_code == 204
    browser, entered = await enter_with(app, house, told, new_password=PASSWORD)
    assert entered.status_code == 200, entered.text
    await early.aclose()
    await browser.aclose()


async def test_sensitive_administration_asks_for_a_recent_proof(house: House, sign_in: SignIn, city: City) -> None:
    system, security = await sign_in(SYSTEM), await sign_in(SECURITY)
    account = await account_of(house, "YH0011")
    house.time.set(house.time.now() + 11 * 60 * 1000)
    replies = [
        await system.post(f"{API}/desk/staff", json=newcomer(city), headers=key()),
        await system.post(f"{API}/desk/staff/{account}/reset"),
        await system.put(f"{API}/desk/staff/{account}/state", json={"disabled": True}),
        await roles(security, city, account, "reviewer"),
        await security.post(f"{API}/desk/staff/{account}/unlock"),
    ]
    assert {each.json()["type"] for each in replies} == {"urn:zhangban:problem:sign-in-again"}


async def test_two_administrators_who_close_each_other_at_once_do_not_both_succeed(
    house: House, sign_in: SignIn, city: City
) -> None:
    import asyncio

    first, security = await sign_in(SYSTEM), await sign_in(SECURITY)
    other = await account_of(house, "YH0011")
    assert (await roles(security, city, other, "system_administrator")).status_code == 204
    second = await sign_in(CLERK)
    own = await account_of(house, "YH0021")
    replies = await asyncio.gather(
        first.put(f"{API}/desk/staff/{other}/state", json={"disabled": True}),
        second.put(f"{API}/desk/staff/{own}/state", json={"disabled": True}),
    )
    assert 204 in {each.status_code for each in replies}
    left = await house.database.read(
        sql("SELECT number FROM staff WHERE roles LIKE '%system_administrator%' AND disabled_at IS NULL")
    )
    assert len(left) == 1
