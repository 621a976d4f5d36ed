"""Lifecycles over HTTP: what the walk finds is what the API does; pre-check, revocation, and disclosure as data."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from backend.cases.clock import clock_of
from backend.cases.timers import register
from backend.cases.walk import cells_of
from backend.city.city import City
from backend.foundation.database import sql
from backend.foundation.wake import Wake
from backend.foundation.worker import Worker
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK, RESIDENT, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_cases import submitted
from tests.api.test_certificates import bound
from tests.api.test_procedure import answer, say

pytestmark = pytest.mark.anyio
REVIEWER = "13900000015"
REGISTRAR, ANSWERER = "13900000041", "13900000042"
ITEM = "government-information"
UNTRUE = "租房合同是假的，与承诺不符"


async def say_well(staff: Client, case: str, *commands: str) -> Any:
    """Gives commands one after the other and hands back the last reply."""
    reply: Any = None
    for command in commands:
        version = (await staff.get(f"{API}/desk/cases/{case}")).json()["version"]
        reply = await say(staff, case, command, version)
        assert reply.status_code == 200, reply.text
    return reply


async def test_over_http_whatever_the_walk_finds_unlawful_is_refused_by_the_same_rule(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    staff = {"clerk": await sign_in(CLERK), "reviewer": await sign_in(REVIEWER), "approver": await sign_in(APPROVER)}
    lifecycle = city.lifecycles[str(city.items["residence-permit"].guide.lifecycle_hash)]
    refused = [each for each in cells_of(lifecycle) if each.refusal is not None and each.role not in ("timer", "rule")]
    tried = 0
    for state, giver, command in (
        ("submitted", "clerk", "pass-pre-check"),
        ("pre-checked", "clerk", "accept"),
        ("accepted", "approver", "grant"),
        ("granted", "approver", "revoke"),
        ("revoked", "", ""),
    ):
        view = (await staff["clerk"].get(f"{API}/desk/cases/{case}")).json()
        assert view["state"] == state
        for cell in (each for each in refused if each.state == state and each.refusal is not None):
            if cell.role == "applicant":
                reply = await answer(resident, case, cell.command)
            else:
                reply = await say(staff[cell.role], case, cell.command, view["version"], reason="有理由")
            assert reply.status_code in (403, 409, 422), (cell, reply.text)
            assert reply.json()["refusal"]["code"] == cell.refusal.rule, (cell, reply.text)
            tried += 1
        if command:
            done = await say(staff[giver], case, command, view["version"], reason="有理由")
            assert done.status_code == 200, done.text
    assert tried > 300


async def test_the_pre_check_tells_the_applicant_and_one_clerk_may_then_accept(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    await say_well(clerk, case, "pass-pre-check")
    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert (view["state"], view["waiting_for"], view["clock"]) == ("pre-checked", "office", None)
    assert view["timeline"][-1]["data"]["says"]["zh"] == "预审通过，等受理"
    await say_well(clerk, case, "accept")
    assert (await resident.get(f"{API}/cases/{case}")).json()["clock"] is not None


async def test_a_decision_that_rests_on_something_untrue_is_taken_back_with_its_certificate_reason_and_remedies(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    await say_well(clerk, case, "accept")
    await say_well(approver, case, "grant")
    ended = (await house.database.read(sql("SELECT ended_at FROM case_record WHERE id = {}", case)))[0]["ended_at"]
    held = (await resident.get(f"{API}/certificates")).json()["certificates"]
    assert [each["state"] for each in held] == ["valid"]
    house.time.set(house.time.now() + 30 * 86_400_000)
    clerk, approver, resident = await sign_in(CLERK), await sign_in(APPROVER), await sign_in(RESIDENT)
    wrong = await say(clerk, case, "revoke", 3, reason=UNTRUE)
    assert (wrong.status_code, wrong.json()["refusal"]["code"]) == (403, "not-yours")
    silent = await say(approver, case, "revoke", 3)
    assert (silent.status_code, silent.json()["refusal"]["code"]) == (422, "reason-needed")
    done = await say(approver, case, "revoke", 3, reason=UNTRUE)
    assert done.status_code == 200, done.text
    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert (view["state"], view["reason"]["zh"]) == ("revoked", UNTRUE)
    assert view["remedies"]["zh"]
    assert view["timeline"][-1]["data"]["document"]["zh"] == "撤销决定书"
    held = (await resident.get(f"{API}/certificates")).json()["certificates"]
    assert [each["state"] for each in held] == ["revoked"]
    device, _ = await bound(resident)
    shown = await resident.post(
        f"{API}/certificates/{held[0]['id']}/credentials",
        json={"device_id": device, "view": held[0]["views"][0]["key"]},
        headers=key(),
    )
    assert (shown.status_code, shown.json()["type"]) == (409, "urn:zhangban:problem:certificate-revoked"), shown.text
    rows = await house.database.read(sql("SELECT ended_at FROM case_record WHERE id = {}", case))
    assert rows[0]["ended_at"] == ended
    again = await say(approver, case, "revoke", 4, reason=UNTRUE)
    assert (again.status_code, again.json()["refusal"]["code"]) == (409, "not-allowed-now")


async def asked(sign_in: SignIn, city: City, **values: Any) -> tuple[Client, str]:
    """A resident and the id of their request for information."""
    resident = await sign_in(RESIDENT)
    me = (await resident.get(f"{API}/me/applicant")).json()
    guide = city.items[ITEM].guide
    body = {
        "draft": None,
        "item": ITEM,
        "guide_hash": guide.hash,
        "form_hash": guide.form_hash,
        "values": values_of(me, **values),
        "files": {},
    }
    reply = await resident.post(f"{API}/cases", json=body, headers=key())
    assert reply.status_code == 201, reply.text
    return resident, reply.json()["case"]["id"]


def values_of(me: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A whole request of a person."""
    known = {name: me[name] for name in ("name", "id_number", "phone")}
    return {**known, "information": "听涛路改造工程的施工计划", "way": "online", **values}


async def test_a_request_for_information_is_made_clear_registered_consulted_on_extended_and_answered(
    house: House, sign_in: SignIn, city: City
) -> None:
    catalogue = (await (await sign_in(RESIDENT)).get(f"{API}/items?q=依申请公开")).json()
    assert ITEM in [each["key"] for each in catalogue["items"]]
    resident, case = await asked(sign_in, city)
    registrar = await sign_in(REGISTRAR)
    unclear = {"material": "application", "problem": "看不出是哪一年的计划", "example": "写明年份"}
    assert (await say(registrar, case, "request-correction", 1, defects=[unclear])).status_code == 200
    house.time.set(house.time.now() + 3 * 86_400_000)
    resident, registrar = await sign_in(RESIDENT), await sign_in(REGISTRAR)
    me = (await resident.get(f"{API}/me/applicant")).json()
    clear = await answer(resident, case, "correct", values=values_of(me, information="2025 年听涛路改造工程的施工计划"))
    assert (clear.status_code, clear.json()["state"]) == (200, "submitted"), clear.text
    made_clear = house.time.today()
    await say_well(registrar, case, "register")
    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert view["clock"]["started"] == made_clear.isoformat()
    guide = city.items[ITEM].guide
    due = clock_of(guide, made_clear, made_clear, None, house.calendar).due
    assert view["clock"]["due"] == due.isoformat()
    await say_well(registrar, case, "consult-third-party")
    worker = Worker(house.database, house.time, house.settings.outbox, Wake())
    register(worker, house)
    for _ in range(25):
        house.time.set(house.time.now() + 86_400_000)
        await worker.run_due()
    resident, answerer = await sign_in(RESIDENT), await sign_in(ANSWERER)
    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert (view["state"], view["timeline"][-1]["type"]) == ("answering", "case-third-party-silent@1")
    later = date.fromisoformat(view["clock"]["due"])
    assert later >= due + timedelta(days=15)
    version = view["version"]
    long = await say(answerer, case, "extend", version, days=21, reason="要检索的档案很多")
    assert (long.status_code, long.json()["refusal"]["limit"]) == (422, 20)
    assert (await say(answerer, case, "extend", version, days=20, reason="要检索的档案很多")).status_code == 200
    silent = await say(answerer, case, "grant", version + 1)
    assert (silent.status_code, silent.json()["refusal"]["code"]) == (422, "reason-needed")
    assert "政府信息公开条例" in silent.json()["refusal"]["article"]["zh"]
    done = await say(answerer, case, "grant", version + 1, reason="施工计划见市住建局网站附件")
    assert done.status_code == 200, done.text
    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert (view["state"], view["clock"]["state"], view["certificate"]) == ("disclosed", "done", None)
    assert view["timeline"][-1]["data"]["document"]["zh"] == "政府信息公开告知书"


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("refuse", "not-disclosed"),
        ("disclose-partly", "partly-disclosed"),
        ("point-to-public", "already-public"),
        ("answer-no-information", "no-information"),
        ("answer-not-this-body", "not-this-body"),
        ("answer-not-again", "not-again"),
        ("answer-other-rules", "other-rules"),
    ],
)
async def test_every_kind_of_answer_ends_a_request_with_its_reason_and_remedies(
    house: House, sign_in: SignIn, city: City, command: str, state: str
) -> None:
    resident, case = await asked(sign_in, city)
    answerer = await sign_in(ANSWERER)
    await say_well(await sign_in(REGISTRAR), case, "register", "consult-other-body", "record-other-body")
    done = await say(answerer, case, command, 4, reason="依据条例第三十六条")
    assert done.status_code == 200, done.text
    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert (view["state"], view["reason"]["zh"]) == (state, "依据条例第三十六条")
    assert "复议" in view["remedies"]["zh"]


async def test_a_request_that_nobody_registers_in_seven_working_days_counts_from_receipt(
    house: House, sign_in: SignIn, city: City
) -> None:
    received = house.time.today()
    _, case = await asked(sign_in, city)
    worker = Worker(house.database, house.time, house.settings.outbox, Wake())
    register(worker, house)
    for _ in range(20):
        house.time.set(house.time.now() + 86_400_000)
        await worker.run_due()
    view = (await (await sign_in(RESIDENT)).get(f"{API}/cases/{case}")).json()
    assert (view["state"], view["clock"]["started"]) == ("answering", received.isoformat())
