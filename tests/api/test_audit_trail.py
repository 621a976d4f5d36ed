"""The audit trail over HTTP: the audit administrator reads and exports it, and nobody else does."""

from __future__ import annotations

import io

import pytest

from backend.city.city import City
from backend.foundation.audit_chain import AuditChain
from backend.foundation.audit_export import audit_key, fingerprint, verify_file
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import CLERK
from tests.api.conftest import API, SignIn
from tests.api.test_cases import submitted

pytestmark = pytest.mark.anyio

SYSTEM, SECURITY, AUDIT = "13900000021", "13900000022", "13900000023"


async def test_the_trail_is_paged_newest_first_and_narrowed_by_actor_action_and_subject(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    for _ in range(3):
        await clerk.get(f"{API}/desk/cases/{case}")
    auditor = await sign_in(AUDIT)
    row = (await house.database.read(sql("SELECT actor, subject FROM audit WHERE action = 'desk.read'")))[0]
    asked = {"action": "desk.read", "actor": row["actor"], "subject": row["subject"], "limit": "2"}
    first = (await auditor.get(f"{API}/desk/audit", params=asked)).json()
    second = (await auditor.get(f"{API}/desk/audit", params={**asked, "after": first["next"]})).json()
    lines = first["lines"] + second["lines"]
    assert ([each["target"] for each in lines], second["next"]) == ([case] * 3, None)
    assert [each["at"] for each in lines] == sorted((each["at"] for each in lines), reverse=True)
    assert {each["actor_number"] for each in lines} == {"YH0011"}


async def test_reading_the_trail_is_a_line_of_it(house: House, sign_in: SignIn) -> None:
    auditor = await sign_in(AUDIT)
    await auditor.get(f"{API}/desk/audit?action=sign-in")
    lines = (await auditor.get(f"{API}/desk/audit?action=audit.read")).json()["lines"]
    assert [(each["actor_number"], each["reason"]) for each in lines] == [("YH0023", "action=sign-in")]


async def test_a_line_has_its_place_in_the_chain_once_it_is_chained(house: House, sign_in: SignIn) -> None:
    auditor = await sign_in(AUDIT)
    before = (await auditor.get(f"{API}/desk/audit?action=sign-in")).json()["lines"]
    await AuditChain(house.database).run_pass()
    after = (await auditor.get(f"{API}/desk/audit?action=sign-in")).json()["lines"]
    assert {(each["position"], each["hash"]) for each in before} == {(None, None)}
    assert all(each["position"] > 0 and len(each["hash"]) == 64 for each in after)


async def test_the_export_is_verified_with_nothing_else_and_is_on_record(
    house: House, sign_in: SignIn, city: City
) -> None:
    await submitted(house, sign_in, city)
    auditor = await sign_in(AUDIT)
    await AuditChain(house.database).run_pass()
    reply = await auditor.get(f"{API}/desk/audit/export")
    assert (reply.status_code, reply.headers["cache-control"]) == (200, "no-store")
    head, signer = verify_file(io.BytesIO(reply.content))
    assert (head.lines, signer) == (head.position, fingerprint(audit_key(house.settings)))
    assert head.lines == len(await house.database.read(sql("SELECT position FROM audit_chain")))
    rows = await house.database.read(sql("SELECT action FROM audit ORDER BY id DESC LIMIT 1"))
    assert rows[0]["action"] == "audit.export"


async def test_the_security_administrator_sees_wrong_sign_ins_locks_changes_and_unmaskings(
    house: House, sign_in: SignIn, city: City
) -> None:
    # Events are counted by the minute: begin with one.
    house.time.set((house.time.now() // 60_000 + 1) * 60_000)
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    await clerk.post(f"{API}/desk/cases/{case}/unmask", json={"fields": ["phone"], "reason": "核对补正电话"})
    for _ in range(6):
        wrong = {"number": "YH0012", "password": "wrong", "totp": "000000"}
        assert (await clerk.post(f"{API}/desk/sign-in", json=wrong)).status_code == 401
    account = (await house.database.read(sql("SELECT account_id FROM staff WHERE number = 'YH0012'")))[0]["account_id"]
    system = await sign_in(SYSTEM)
    await system.put(f"{API}/desk/staff/{account}/state", json={"disabled": True})
    security = await sign_in(SECURITY)
    events = (await security.get(f"{API}/desk/security-events")).json()["events"]
    told = {(each["kind"], each["severity"], each["actor_number"], each["times"]) for each in events}
    assert told >= {
        ("sign-in-failed", "notice", "YH0012", 4),
        ("locked-out", "warning", "YH0012", 2),
        ("unmasked", "notice", "YH0011", 1),
        ("staff-changed", "notice", "YH0021", 1),
    }
    warnings = (await security.get(f"{API}/desk/security-events?severity=warning&limit=1")).json()
    assert [each["kind"] for each in warnings["events"]] == ["locked-out"]
    assert (await system.get(f"{API}/desk/security-events")).status_code == 403


async def test_nobody_else_reads_the_trail(house: House, sign_in: SignIn) -> None:
    for phone in (SYSTEM, SECURITY, CLERK):
        browser = await sign_in(phone)
        assert (await browser.get(f"{API}/desk/audit")).status_code == 403
        assert (await browser.get(f"{API}/desk/audit/export")).status_code == 403


async def test_the_export_asks_for_a_recent_proof(house: House, sign_in: SignIn) -> None:
    auditor = await sign_in(AUDIT)
    house.time.set(house.time.now() + 11 * 60 * 1000)
    reply = await auditor.get(f"{API}/desk/audit/export")
    assert (reply.status_code, reply.json()["type"]) == (403, "urn:zhangban:problem:sign-in-again")
    assert (await auditor.get(f"{API}/desk/audit")).status_code == 200
