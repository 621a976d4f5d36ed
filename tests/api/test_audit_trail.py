"""The audit trail over HTTP: the audit administrator reads and exports it, and nobody else does."""

from __future__ import annotations

import json

import pytest

from backend.city.city import City
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


async def test_the_export_has_every_line_and_begins_with_its_own(house: House, sign_in: SignIn, city: City) -> None:
    await submitted(house, sign_in, city)
    auditor = await sign_in(AUDIT)
    reply = await auditor.get(f"{API}/desk/audit/export")
    assert (reply.status_code, reply.headers["cache-control"]) == (200, "no-store")
    exported = [json.loads(line) for line in reply.text.splitlines()]
    rows = await house.database.read(sql("SELECT id FROM audit ORDER BY id DESC"))
    assert [each["id"] for each in exported] == [each["id"] for each in rows]
    assert exported[0]["action"] == "audit.export"


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
